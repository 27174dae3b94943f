"""One figure for all that was issued: who changes any of it breaks the seal."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from moneyed import Money

from billing.models import Bill, BillLine, BillVat, Invoice

if TYPE_CHECKING:
    from django.db.models import Model

    from billing.composing import Composed

# What storing gives, what changes rightly, and the client, who may be merged.
UNSEALED: dict[type[Model], set[str]] = {
    Bill: {"id", "client_id", "document_id", "created_at", "seal"},
    BillLine: {"id", "bill_id"},
    BillVat: {"id", "bill_id"},
    Invoice: {"id", "bill_id", "client_id", "created_at", "open", "level"}
    | {"deadline_on"},
}


def seal_of(content: Composed) -> str:
    """SHA-256 over every frozen column of a bill and of the rows that belong to it."""
    rows = [content.bill, *content.lines, *content.vat_rows, *content.invoices]
    text = json.dumps([_columns(row) for row in rows], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _columns(row: Model) -> dict[str, Any]:
    unsealed = UNSEALED[type(row)]
    return {
        field.attname: _plain(field.to_python(getattr(row, field.attname)))
        for field in row._meta.concrete_fields  # noqa: SLF001
        if field.attname not in unsealed
    }


def _plain(value: Any) -> Any:
    """The same text for a value before it is stored and after it was read."""
    if isinstance(value, Money):
        value = value.amount
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, date | UUID):
        return str(value)
    return value
