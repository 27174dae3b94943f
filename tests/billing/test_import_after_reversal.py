"""A payment that a file brings after another one bounced, through the real ledger."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import call_command

from billing import facts
from billing.actions import ledger
from billing.rules.money import zero
from tests import make

pytestmark = pytest.mark.django_db


def test_the_invoice_is_never_settled_twice_at_once(company, tmp_path):
    invoice = make.invoice(
        "100.00 CHF",
        to=make.client("K1"),
        number="R-1",
        issued="2026-01-10",
        due="2026-02-09",
    )
    ledger.reverse_credit(
        make.payment("100.00 CHF", on="2026-01-20", to=invoice),
        date(2026, 2, 20),
        "bounced",
    )
    file = tmp_path / "file.csv"
    file.write_text(
        "number,client,issued_on,due_on,total,currency,paid_on\n"
        "R-1,K1,2026-01-10,2026-02-09,100.00,CHF,2026-02-01\n"
    )
    call_command(
        "import_receivables", str(file), stdout=io.StringIO(), stderr=io.StringIO()
    )
    account = (invoice.client_id, "CHF")
    for on in (date(2026, 1, 25), date(2026, 2, 5), date(2026, 2, 25)):
        aged = facts.aged_accounts(on).get(account)
        assert (aged.total if aged else zero("CHF")) == facts.balances(on)[account], on
    assert not invoice.allocations.filter(
        effective_on__lt="2026-02-20", amount__gt=0
    ).exclude(effective_on="2026-01-20")
