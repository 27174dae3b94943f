"""A file that still says the number of before a merge goes to where the client went."""

from __future__ import annotations

import pytest

from billing.audit import audit
from billing.models import Credit, Invoice
from clients.actions.merging import merge_clients
from clients.models import Client
from tests.billing.importing import FILE, NOTHING, run

__all__ = ["run"]

pytestmark = pytest.mark.django_db


def test_the_same_file_and_its_sequel_are_understood_after_a_merge(run):
    run(FILE)
    gone, stays = (Client.objects.get(number=number) for number in ("K1", "K2"))
    merge_clients(gone, stays)
    again = run(FILE)
    assert (again.code, again.json) == (0, {**NOTHING, "unchanged": 3, "errors": []})
    more = run(
        FILE.replace("100.00,CHF,,,", "100.00,CHF,2026-03-01,,")
        + "R-4,K1,2026-02-01,2026-03-03,10.00,CHF,,,no\n"
    )
    assert more.json["errors"] == []
    assert (more.json["invoices_created"], more.json["clients_created"]) == (1, 0)
    assert set(Invoice.objects.values_list("client", flat=True)) == {stays.pk}
    assert set(Credit.objects.values_list("client", flat=True)) == {stays.pk}
    assert list(audit()) == []


def test_another_client_is_still_a_contradiction(run):
    run(FILE)
    wrong = run(FILE.replace("R-1,K1", "R-1,K2"))
    assert [field for _row, field in wrong.errors] == ["client"]
