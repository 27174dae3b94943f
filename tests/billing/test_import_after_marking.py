"""A payment that a file brings for an invoice marked as "Non payé"."""

from __future__ import annotations

from datetime import date

import pytest

from billing.actions import ledger
from billing.actions.imports import book, read_file
from billing.actions.marks import mark_invoice
from billing.models import InvoiceMark
from billing.rules.rows import Wishes
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "number,client,issued_on,due_on,total,currency,paid_on,paid"


@pytest.mark.parametrize(
    ("lost", "paid", "ended"),
    [("", "100.00", True), ("", "40.00", False), ("100.00 CHF", "100.00", False)],
    ids=["whole", "part", "lost before"],
)
def test_the_mark_ends_when_the_file_says_that_all_is_paid(company, lost, paid, ended):
    invoice = make.invoice(to=make.client("K1"), number="R-1", issued="2026-01-10")
    kind = InvoiceMark.Kind.UNCOLLECTIBLE
    mark = mark_invoice(invoice, kind, date(2026, 3, 1), "Gone")
    if lost:
        ledger.write_off(invoice, make.money(lost), date(2026, 3, 2), "Gone")
    row = f"R-1,K1,2026-01-10,2026-02-09,100.00,CHF,2026-03-10,{paid}"
    wishes = Wishes("CHF")
    assert book(read_file(f"{HEAD}\n{row}".encode(), wishes), wishes).booked
    mark.refresh_from_db()
    assert (mark.ended_on is not None) == ended
