"""`verify_ledger` names what was booked for a client after it was merged."""

import pytest

from billing.models import Invoice
from clients.actions.merging import merge_clients
from clients.audit import audit
from tests import make

pytestmark = pytest.mark.django_db


def test_what_strays_is_named(company):
    stays, goes = make.client(), make.client()
    make.invoice(to=goes)
    merge_clients(goes, stays)
    assert list(audit()) == []
    # Past the actions, which hold the client first and refuse.
    late = Invoice.objects.create(
        client=goes,
        number="LATE",
        total=make.money("10.00 CHF"),
        open=make.money("10.00 CHF"),
        issued_on=make.day("2026-02-01"),
        due_on=make.day("2026-03-01"),
        deadline_on=make.day("2026-03-01"),
    )
    assert [(found.table, found.row) for found in audit()] == [
        ("billing_invoice", str(late.pk))
    ]
