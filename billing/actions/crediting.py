"""Puts all waiting credits of a client to its invoices, as they were proposed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.allocating import allocate
from billing.actions.holding import hold_client
from billing.actions.moving import LedgerRefusal
from billing.crediting import credit_plan
from billing.models import Credit
from billing.rules.money import zero

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from billing.crediting import CreditPlan


@transaction.atomic
def allocate_waiting(
    client: int, currency: str, *, seen: str, today: date
) -> CreditPlan:
    """Book the proposal that a person has seen: all of it, or nothing.

    Raises LedgerRefusal when something was booked since it was shown; so whoever
    sends it twice books once.
    """
    hold_client(client)
    plan = credit_plan(client, currency, today)
    if not plan.parts or plan.seen != seen:
        raise LedgerRefusal(_("Something was booked meanwhile; look again."))
    amounts: dict[int, dict[int, Money]] = defaultdict(dict)
    for part in plan.parts:
        of_credit, invoice = amounts[part.credit.credit_id], part.item.invoice_id
        of_credit[invoice] = of_credit.get(invoice, zero(currency)) + part.amount
    rows = Credit.objects.in_bulk(sorted(amounts))
    for pk, parts in sorted(amounts.items()):
        allocate(rows[pk], parts)
    return plan
