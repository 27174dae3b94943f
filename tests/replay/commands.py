"""What the replays ask: the product's own commands, and their JSON."""

from __future__ import annotations

import io
import json

from django.core.management import call_command


def asked(*command: str) -> dict:
    """The one JSON document a command prints."""
    out = io.StringIO()
    call_command(*command, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def bring_in(file, *options: str) -> dict:
    return asked(
        "import_receivables",
        str(file),
        "--column",
        "number=invoiceNumber",
        "--column",
        "client=customerID",
        "--column",
        "issued_on=InvoiceDate",
        "--column",
        "due_on=DueDate",
        "--column",
        "total=InvoiceAmount",
        "--column",
        "paid_on=SettledDate",
        "--column",
        "disputed=Disputed",
        "--date-format",
        "%m/%d/%Y",
        "--currency",
        "EUR",
        *options,
    )
