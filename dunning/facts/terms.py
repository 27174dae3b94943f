"""Reads what the law says to terms agreed with a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.facts import company
from clients.models import Client
from dunning.facts.policies import policies_of
from dunning.facts.rates import rate_book
from dunning.rules.law import FR_FLOOR, REGIMES, regime_of

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


def least_rate(client: Client, today: date) -> Decimal | None:
    """The lowest rate that may be agreed with the client; None: there is no floor.

    C. com. L441-10 II: between professionals no less than three times the legal rate.
    """
    policy = policies_of(None, [client.pk]).get(client.pk)
    if policy is None or client.kind == Client.Kind.CONSUMER:
        return None
    law = REGIMES[regime_of(policy, client.country, company().country)]
    percent = rate_book().percent_on("fr_legal", today) if law.floor else None
    return percent * FR_FLOOR if percent else None
