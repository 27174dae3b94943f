"""Checks that payments online and the ledger say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from billing.models import Checkout, CheckoutPart, Credit
from billing.rules.checkouts import ONLINE, UNDECIDED
from clients.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


def audit_online() -> Iterator[Finding]:
    """Bookings without their checkout, others than was paid, and invoices held up."""
    booked = Checkout.objects.filter(credit__isnull=False).select_related("credit")
    wrong = booked.filter(
        ~Q(credit__amount=F("total"))
        | ~Q(credit__currency=F("currency"))
        | ~Q(credit__client=F("client"))
    )
    for checkout in wrong:
        problem = f"was not booked as it was paid: {checkout.credit}"
        yield Finding("payment online", checkout.token, problem)
    lost = Credit.objects.filter(import_key__startswith=ONLINE, checkout=None)
    for number in lost.values_list("number", flat=True):
        yield Finding("payment", number, "has no payment online behind it")
    held = CheckoutPart.objects.filter(standing=True).exclude(
        checkout__status__in=UNDECIDED
    )
    for token in held.values_list("checkout__token", flat=True).distinct():
        yield Finding("payment online", token, "is decided and holds its invoices up")
