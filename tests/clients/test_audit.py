"""`verify_ledger` names what was booked for a client after it was merged."""

import pytest

from clients.actions.merging import merge_clients
from clients.audit import audit
from tests import make

pytestmark = pytest.mark.django_db


def test_what_strays_is_named(company):
    stays, goes = make.client(), make.client()
    make.invoice(to=goes)
    merge_clients(goes, stays)
    assert list(audit()) == []
    late = make.invoice(to=goes)
    assert [(found.table, found.row) for found in audit()] == [
        ("billing_invoice", str(late.pk))
    ]
