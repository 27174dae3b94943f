"""verify_ledger finds any one field of a bill that was flipped by hand (I41)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection, models
from moneyed import Money

from billing.audit import audit
from billing.models import (
    Bill,
    BillLine,
    BillVat,
    Credit,
    Invoice,
    NumberSeries,
)
from clients.freeze import drop_triggers
from tests import make

pytestmark = pytest.mark.django_db

# What is kept for today's lists, or is known to be the instant of storing.
FREE = {
    Bill: {"id", "created_at"},
    BillLine: {"id"},
    BillVat: {"id"},
    Invoice: {"id", "created_at", "level", "deadline_on"},
    Credit: {"id", "created_at", "created_by_id", "reference", "import_key", "charges"}
    | {"cause", "account_id"},
}
COLUMNS = [
    pytest.param(model, field.attname, id=f"{model.__name__}-{field.attname}")
    for model, free in FREE.items()
    for field in model._meta.concrete_fields
    if field.attname not in free
]

# How a value of a kind becomes another one; the first that fits.
CHANGES = [
    (Money, lambda value: value.amount + Decimal("0.01")),
    (bool, lambda value: not value),
    (date, lambda value: value + timedelta(1)),
    (dict, lambda value: value | {"name": "Other"}),
    (int | Decimal, lambda value: value + 10),
    (str, lambda value: f"{value[:-1]}x"),
]


@pytest.fixture(scope="module")
def written(kept):
    """An invoice in two instalments with two rates, and a credit note on it."""
    with kept():
        return write()


def write():
    User.objects.create_user("anna")
    make.company(vat_number="CHE-123.456.788")
    owner = make.client("OWNER")
    invoiced = make.bill(
        ("2", "49.93", "CH8.1"),
        ("1", "12.00", "CH2.6"),
        to=owner,
        instalments=[(10, "40"), (30, "60")],
        round_to_five=True,
        discount_percent=Decimal(2),
        discount_days=5,
    )
    first = invoiced.invoices.get(instalment=1)
    make.bill("20", kind="credit_note", corrects=first, to=owner, on="2026-02-01")
    return invoiced.pk


@pytest.fixture
def books(written):
    """The invoice, read anew."""
    return Bill.objects.get(pk=written)


def findings():
    return [str(finding) for finding in audit()]


def spoil(row, **change):
    """Past the triggers, as somebody with a database tool does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        editor = type("Editor", (), {"connection": connection, "execute": None})()
        editor.execute = cursor.execute
        drop_triggers(editor, row._meta.db_table)
    type(row)._default_manager.filter(pk=row.pk).update(**change)


def other(row, field):
    """Another value that the column takes."""
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        return None if field.null and value else another_row(field, value)
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    for kind, change in CHANGES:
        if isinstance(value, kind):
            return change(value)
    return date(2026, 1, 10)


def another_row(field, value):
    model = field.related_model
    if model.__name__ == "Client":
        return make.client().pk
    if model.__name__ == "Logo":
        return model.objects.create(sha256="x", content=b"x", width=1, height=1).pk
    if model.__name__ == "Document":
        return model.objects.create(
            kind="invoice",
            number="X",
            client=make.client(),
            language="fr",
            file_name="x.pdf",
            pages=1,
            sha256="x",
            content=b"x",
        ).pk
    return model._default_manager.exclude(pk=value).order_by("pk").first().pk


def row_of(model, books):
    if model is Bill:
        return books
    if model is Credit:
        return Credit.objects.get(bill__isnull=False)
    return model.objects.filter(bill=books).order_by("pk").last()


def test_sound_books_have_no_findings(books):
    assert findings() == []


@pytest.mark.parametrize(("model", "column"), COLUMNS)
def test_any_column_flipped_by_hand_is_found(books, model, column):
    row = row_of(model, books)
    [field] = [f for f in model._meta.concrete_fields if f.attname == column]
    value = other(row, field)
    if model is Bill and column == "kind":
        value = "credit_note"
    if column == "currency":
        value = "EUR"
    if column == "open":
        value = row.open.amount - Decimal("0.01")
    spoil(row, **{column: value})
    named = [text for text in findings() if "trigger" not in text]
    assert any(words in text for text in named for words in ("F-2026", "CN-2026")), (
        named
    )


@pytest.mark.parametrize("model", [Bill, BillLine, BillVat, Invoice])
def test_every_row_of_the_kind_is_looked_at(books, model):
    rows = model.objects.filter(bill=books) if model is not Bill else [books]
    for row in rows:
        before = findings()
        assert not [text for text in before if "F-2026-0001: " in text]
        field = model._meta.get_field(
            "total" if model in {Bill, Invoice} else "currency"
        )
        value = getattr(row, field.attname)
        changed = value.amount + 1 if field.name == "total" else "EUR"
        spoil(row, **{field.name: changed})
        assert any("F-2026-0001" in text for text in findings())
        spoil(row, **{field.name: value})


@pytest.mark.parametrize("model", [Bill, BillLine, BillVat, Invoice, Credit])
def test_a_currency_that_there_is_not_is_found(books, model):
    spoil(row_of(model, books), currency="CHx")
    assert any("CHx" in text for text in findings())


def test_a_line_or_an_instalment_taken_away_is_found(books):
    spoil(books.lines.first())
    BillLine.objects.filter(pk=books.lines.first().pk)._raw_delete("default")
    assert any("F-2026-0001" in text for text in findings())


def test_numbers_that_are_missing_or_against_the_dates(books):
    NumberSeries.objects.filter(name="F").update(last=3)
    assert "number series F-2026-0003: is missing" in findings()
    make.bill("1", on="2026-01-10")
    later = Bill.objects.get(number="F-2026-0004")
    spoil(later, issued_on=date(2026, 1, 9))
    assert any("lies before the number before it" in text for text in findings())


def test_credit_notes_over_the_total_are_found(books):
    note = Bill.objects.get(kind="credit_note")
    spoil(note, total=Decimal(5000))
    assert any("more than was billed" in text for text in findings())
