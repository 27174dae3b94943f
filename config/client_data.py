"""What is kept of a client, in every app, as plain words and figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import BinaryField, Model, Q
from moneyed import Money

from billing.models import (
    Allocation,
    BankEntry,
    Bill,
    BillLine,
    BillVat,
    Checkout,
    CheckoutPart,
    CounterEntry,
    Credit,
    Draft,
    DraftInstalment,
    DraftLine,
    Invoice,
    InvoiceMark,
    Occurrence,
    Recurrence,
)
from billing.rules.money import money, plain
from clients.models import Client, ClientEvent, Contact
from clients.parts import keys_of, rows_by_keys
from delivery.models import Document, Enclosure, Message, MessageEvent, ShareLink
from dunning.models import (
    Arrival,
    Charge,
    ChargeEvent,
    ClientTerms,
    Decision,
    Hold,
    Instalment,
    LevelChange,
    LineWithdrawal,
    Notice,
    NoticeLine,
    PaymentPlan,
    PlanInvoice,
    RunLine,
    Withdrawal,
)
from statements.models import Answer, AnswerPart, LeftOut, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each table, and how its rows lead to the client.
TABLES: dict[str, tuple[type[Model], str]] = {
    "contacts": (Contact, "client"),
    "history": (ClientEvent, "client"),
    "merged_clients": (Client, "merged_into"),
    "invoices": (Invoice, "client"),
    "invoice_marks": (InvoiceMark, "invoice__client"),
    "bills": (Bill, "client"),
    "bill_lines": (BillLine, "bill__client"),
    "bill_vat": (BillVat, "bill__client"),
    "credits": (Credit, "client"),
    "counter_entries": (CounterEntry, "credit__client"),
    "allocations": (Allocation, "credit__client"),
    "online_payments": (Checkout, "client"),
    "online_payment_parts": (CheckoutPart, "checkout__client"),
    "bank_entries": (BankEntry, "client"),
    "drafts": (Draft, "client"),
    "draft_lines": (DraftLine, "draft__client"),
    "draft_instalments": (DraftInstalment, "draft__client"),
    "recurrences": (Recurrence, "draft__client"),
    "occurrences": (Occurrence, "recurrence__draft__client"),
    "statements": (Statement, "client"),
    "statements_left_out": (LeftOut, "client"),
    "answers": (Answer, "client"),
    "answer_invoices": (AnswerPart, "answer__client"),
    "dunning_policy": (ClientTerms, "client"),
    "holds": (Hold, "client"),
    "reminders": (Notice, "client"),
    "reminder_lines": (NoticeLine, "notice__client"),
    "reminders_withdrawn": (Withdrawal, "notice__client"),
    "reminder_lines_withdrawn": (LineWithdrawal, "line__notice__client"),
    "reminder_levels_set": (LevelChange, "invoice__client"),
    "charges": (Charge, "client"),
    "charge_events": (ChargeEvent, "charge__client"),
    "payment_plans": (PaymentPlan, "client"),
    "payment_plan_invoices": (PlanInvoice, "plan__client"),
    "payment_plan_instalments": (Instalment, "plan__client"),
    "decisions": (Decision, "invoice__client"),
    "reminders_arrived": (Arrival, "notice__client"),
    "run_lines": (RunLine, "client"),
    "documents": (Document, "client"),
    "messages": (Message, "client"),
    "enclosures": (Enclosure, "message__client"),
    "delivery_reports": (MessageEvent, "message__client"),
    "document_links": (ShareLink, "document__client"),
}
# Amounts have this many decimals in the database, whatever their currency.
AMOUNT_PLACES = 3


def rows_of(client: int, name: str) -> Iterator[dict[str, Any]]:
    """The rows of one table that belong to the client, oldest first."""
    model, path = TABLES[name]
    rows = model._default_manager.filter(Q(**{path: client})).order_by("pk")  # noqa: SLF001
    plain_rows = rows.defer(*(field.name for field in _binary(model)))
    people = dict(User.objects.values_list("pk", "username"))
    for row in rows_by_keys(plain_rows, keys_of(rows)):
        yield record(row, people)


def record(row: Model, people: dict[int, str]) -> dict[str, Any]:
    """A row with the names of its columns; people by name, others by their id."""
    found: dict[str, Any] = {}
    hidden = _binary(type(row))
    for field in row._meta.concrete_fields:  # noqa: SLF001
        if field in hidden:
            continue
        value = getattr(row, field.attname)
        if field.related_model is User:
            found[field.name] = people.get(value, "")
        else:
            found[field.attname] = _plain(value, getattr(row, "currency", ""), field)
    return found


def _plain(value: Any, currency: str, field: Any) -> Any:
    if isinstance(value, Money):
        return plain(money(value, currency))
    if isinstance(value, Decimal):
        is_amount = currency and field.decimal_places == AMOUNT_PLACES
        return plain(money(value, currency)) if is_amount else str(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _binary(model: type[Model]) -> list[Any]:
    fields = model._meta.concrete_fields  # noqa: SLF001
    return [field for field in fields if isinstance(field, BinaryField)]
