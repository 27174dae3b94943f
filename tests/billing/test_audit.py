"""verify_ledger names every row that somebody changed behind the product's back."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing.models import Credit, Invoice, NumberSeries
from clients.freeze import missing_triggers
from clients.models import Client
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def books():
    """One paid invoice, one open, one credit with something left."""
    client = make.client("K-1")
    paid = make.invoice("100.00 CHF", to=client, number="INV-1")
    make.invoice("0.10 CHF", to=client, number="INV-2")
    make.credit("130.00 CHF", of=client, on="2026-02-01", to={paid: "100.00 CHF"})
    return client


def audited(capsys) -> list[dict[str, str]]:
    with suppress(CommandError):
        call_command("verify_ledger", "--json")
    return json.loads(capsys.readouterr().out)["findings"]


def test_findings_end_the_command_with_one_sentence_each(books):
    Invoice.objects.filter(number="INV-2").update(level=2)
    with pytest.raises(CommandError, match="invoice INV-2: level 2"):
        call_command("verify_ledger")


def test_sound_books_have_no_findings(books, capsys):
    assert audited(capsys) == []


@pytest.mark.parametrize(
    ("spoil", "table", "row"),
    [
        (
            lambda: Invoice.objects.filter(number="INV-1").update(open="0.010"),
            "invoice",
            "INV-1",
        ),
        (
            lambda: Invoice.objects.filter(number="INV-2").update(level=2),
            "invoice",
            "INV-2",
        ),
        (
            lambda: Invoice.objects.filter(number="INV-2").update(
                deadline_on="2030-01-01"
            ),
            "invoice",
            "INV-2",
        ),
        (lambda: Credit.objects.update(unallocated="29.990"), "credit", "P-2026-0001"),
        (lambda: NumberSeries.objects.update(last=2), "number series", "P-2026-0002"),
        (lambda: NumberSeries.objects.update(last=0), "number series", "P-2026-0001"),
    ],
)
def test_a_changed_figure_is_named(books, capsys, spoil, table, row):
    spoil()
    assert (table, row) in {(f["table"], f["row"]) for f in audited(capsys)}


def test_a_dropped_trigger_is_named(books, capsys):
    on = "" if connection.vendor == "sqlite" else " ON billing_invoice"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER billing_invoice_frozen_update{on}")
    assert missing_triggers() == ["billing_invoice"]
    assert "billing_invoice" in {f["table"] for f in audited(capsys)}


def test_rows_that_followed_a_merged_client_are_no_finding(company, capsys):
    row = make.invoice("100.00 CHF")
    make.payment("40.00 CHF", on="2026-02-01", to=row)
    last = make.client("LAST")
    Client.objects.filter(pk=row.client_id).update(merged_into=last)
    Credit.objects.update(client=last)
    Invoice.objects.update(client=last)
    assert audited(capsys) == []


def test_a_dropped_keeper_is_named(company, capsys):
    on = "" if connection.vendor == "sqlite" else " ON billing_credit"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER billing_credit_kept{on}")
    assert "billing_credit" in {f["table"] for f in audited(capsys)}
