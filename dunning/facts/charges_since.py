"""Reads what of the fees and interest on letters is not owed any more.

With two queries, however many letters there are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from billing.models import exact_sum
from billing.rules.money import from_units, money, zero
from dunning.facts.charges import ASKED_AGAIN, SETTLED
from dunning.models import Charge, ChargeEvent

if TYPE_CHECKING:
    from collections.abc import Collection

    from moneyed import Money

    from dunning.models import Notice


def given_up_since(notices: Collection[Notice]) -> dict[int, Money]:
    """What was paid or waived of each letter's charges since it was issued.

    And what is owed less of the fees of earlier letters that it asks for again.
    """
    settled = _settled(notices)
    earlier = _earlier(notices)
    found = {}
    for notice in notices:
        nothing = zero(notice.currency)
        asked = money(notice.earlier, notice.currency)
        left = sum(
            (
                part
                for run, letter, part in earlier[_account(notice)]
                if letter < notice.pk and run != notice.run_id
            ),
            nothing,
        )
        less = asked - left if left < asked else nothing
        found[notice.pk] = settled.get(notice.pk, nothing) + less
    return found


def _account(notice: Notice) -> tuple[int, str]:
    return notice.client_id, notice.currency


def _settled(notices: Collection[Notice]) -> dict[int, Money]:
    rows = ChargeEvent.objects.filter(
        SETTLED, charge__notice__in=[notice.pk for notice in notices]
    ).order_by()
    sums = rows.values_list("charge__notice_id", "currency")
    return {
        notice: from_units(units, code)
        for notice, code, units in sums.annotate(units=exact_sum("amount"))
    }


def _earlier(
    notices: Collection[Notice],
) -> dict[tuple[int, str], list[tuple[int, int, Money]]]:
    """What is open of the clients of letters that ask for earlier charges."""
    found: dict[tuple[int, str], list[tuple[int, int, Money]]] = defaultdict(list)
    clients = {notice.client_id for notice in notices if notice.earlier}
    if not clients:
        return found
    rows = Charge.objects.filter(ASKED_AGAIN, client__in=clients, open__gt=0)
    rows = rows.order_by("pk")
    for client, code, run, notice, left in rows.values_list(
        "client_id", "currency", "notice__run_id", "notice_id", "open"
    ):
        found[client, code].append((run, notice, money(left, code)))
    return found
