"""Books payments together with what they settle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.ledger import LedgerRefusal, allocate, record_credit
from billing.models import Credit
from billing.rules.money import money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

    from clients.models import Client


def receive_payment(
    client: Client,
    amount: Money,
    parts: Mapping[int, Money],
    *,
    dated_on: date,
    reference: str,
    key: str,
    person: Any = None,
) -> Credit:
    """Book a payment and put its parts to invoices (by id), all of it or nothing.

    The same key is booked once: a second time gives back the payment of the first.
    Raises LedgerRefusal like `record_credit` and `allocate`.
    """
    try:
        with transaction.atomic():
            credit = record_credit(
                client,
                Credit.Kind.PAYMENT,
                amount,
                dated_on=dated_on,
                reference=reference,
                key=key,
                person=person,
            )
            allocate(credit, parts)
    except IntegrityError:
        credit = Credit.objects.get(import_key=key)
    return credit


@transaction.atomic
def allocate_rest(credit: Credit, parts: Mapping[int, Money], left: Money) -> None:
    """Put parts of what is left of a credit to invoices.

    `left` is what the person saw; raises LedgerRefusal when it has changed since,
    so that a form sent twice is booked once.
    """
    now = Credit.objects.select_for_update().get(pk=credit.pk)
    if money(now.unallocated, now.currency) != left:
        raise LedgerRefusal(_("Something was booked meanwhile; look again."))
    allocate(now, parts)
