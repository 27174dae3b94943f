"""verify_ledger finds any single field of the ledger that was flipped by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db import models as fields

from billing.actions import ledger
from billing.actions.marks import end_mark, mark_invoice
from billing.audit import audit
from billing.models import (
    Allocation,
    BankAccount,
    CounterEntry,
    Credit,
    Invoice,
    InvoiceMark,
    Original,
)
from clients.freeze import drop_triggers
from tests import make

pytestmark = pytest.mark.django_db
LEDGER = (Invoice, Credit, CounterEntry, Allocation, InvoiceMark)
# Levels and deadlines are looked at with the letters they come from.
NOT_HERE = {(Invoice, "level"), (Invoice, "deadline_on")}
NAMES = {
    Invoice: "invoice",
    Credit: "credit",
    CounterEntry: "counter-entry",
    Allocation: "allocation",
    InvoiceMark: "invoice mark",
}


@pytest.fixture(scope="module")
def books(kept):
    """Two of everything that can stand in the ledger, its triggers dropped."""
    with kept():
        make.company()
        write(*(User.objects.create_user(name) for name in ("anna", "sven")))


def write(accountant, _somebody_else):
    accounts = [
        BankAccount.objects.create(
            name=iban, iban=iban, currency="CHF", on_invoices=iban.endswith("7")
        )
        for iban in ("CH9300762011623852957", "CH5604835012345678009")
    ]
    for on in (date(2026, 1, 10), date(2026, 1, 12)):
        bill = make.bill("100.00", on=on, to=make.client(currency="CHF"))
        row = bill.invoices.get()
        paid = ledger.record_credit(
            row.client,
            Credit.Kind.PAYMENT,
            make.money("90.00 CHF"),
            dated_on=on,
            account=accounts[0],
            charges=make.money("1.00 CHF"),
            person=accountant,
        )
        [part] = ledger.allocate(paid, {row.pk: make.money("40.00 CHF")})
        ledger.release(part, on + timedelta(3))
        ledger.refund(
            paid,
            make.money("5.00 CHF"),
            on + timedelta(4),
            "too much",
            accountant,
            account=accounts[0],
        )
        ledger.write_off(
            row, make.money("3.00 CHF"), on + timedelta(5), "small", accountant
        )
        mark = mark_invoice(row, InvoiceMark.Kind.DISPUTED, on, "hours", accountant)
        end_mark(mark, on + timedelta(1), "agreed", accountant)
        mark_invoice(row, InvoiceMark.Kind.UNCOLLECTIBLE, on, "gone", accountant)
    for model in LEDGER:
        drop(model._meta.db_table)
    assert {f.problem for f in audit()} == {
        "the trigger that freezes issued rows is missing"
    }


def drop(table):
    """Without its triggers a table can be changed by anybody."""

    class Editor:
        def __init__(self):
            self.connection = connection

        def execute(self, statement):
            with connection.cursor() as cursor:
                cursor.execute(statement)

    drop_triggers(Editor(), table)


def columns():
    return [
        (model, field.attname)
        for model in LEDGER
        for field in model._meta.concrete_fields
        if not field.primary_key and (model, field.attname) not in NOT_HERE
    ]


def other(row, field):
    """Something else that could stand in the column as well."""
    value = field.value_from_object(row)
    if field.choices:
        found = next(key for key, _name in field.choices if key and key != value)
    elif field.is_relation:
        rows = field.related_model._default_manager.exclude(pk=value)
        found = rows.order_by("pk").first().pk
    elif isinstance(field, fields.DateTimeField | fields.DateField):
        found = (value or date(2026, 5, 1)) + timedelta(1)
    elif field.attname == "currency":
        found = "EUR"
    elif isinstance(field, fields.DecimalField):
        found = Decimal(getattr(value, "amount", value) or 0) + Decimal("0.01")
    else:
        found = value + 1 if isinstance(value, int) else f"{value or ''}x"
    return found


@pytest.mark.parametrize(
    ("model", "column"), columns(), ids=lambda part: getattr(part, "__name__", part)
)
def test_one_flipped_field_is_found_and_its_row_named(books, model, column):
    field = next(f for f in model._meta.concrete_fields if f.attname == column)
    tried = 0
    for row in model.objects.order_by("pk"):
        try:
            with transaction.atomic():
                rows = model.objects.filter(pk=row.pk)
                rows.update(**{column: other(row, field)})
                tried += 1
                named = {(f.table, f.row) for f in audit()}
                label = getattr(model.objects.get(pk=row.pk), "number", str(row.pk))
                assert (NAMES[model], label) in named
                transaction.set_rollback(True)
        except IntegrityError:
            continue  # the database itself refuses it
    assert tried or model.objects.exists()


def test_a_row_put_in_or_taken_out_by_hand_is_found(books):
    part = Allocation.objects.filter(releases__isnull=False).first()
    with transaction.atomic():
        Allocation.objects.filter(pk=part.pk).delete()
        assert ("allocation", str(part.pk)) in {(f.table, f.row) for f in audit()}
        transaction.set_rollback(True)
    Original.objects.filter(part="billing_allocation", row=part.pk).delete()
    assert ("allocation", str(part.pk)) in {(f.table, f.row) for f in audit()}
