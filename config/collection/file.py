"""Writes the collection file: papers, e-mails, tables, an index, a manifest."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from clients.facts import company
from clients.rules.sheets import dialect
from clients.sheets import csv_parts
from config.collection import sheets
from config.collection.papers import add_documents, add_messages
from config.zipping import Bundle
from delivery.checking import last_seal

if TYPE_CHECKING:
    from datetime import date

    from config.collection.scope import Scope

FORMAT = 1


def write_collection(file: IO[bytes], scope: Scope, today: date) -> None:
    """The whole file, in the language that is spoken now; piece by piece."""
    end = end_of_chain()
    bundle = Bundle(file)
    documents = list(add_documents(bundle, scope))
    messages = list(add_messages(bundle, scope))
    form = dialect(settings.COUNTRY)
    for name, rows in (
        ("ledger.csv", sheets.ledger(scope)),
        ("open-items.csv", sheets.open_items(scope, today)),
        ("reminders.csv", sheets.reminders(scope)),
        ("charges.csv", sheets.charges(scope)),
        ("contact-log.csv", sheets.contacts(scope)),
    ):
        bundle.add(name, csv_parts(rows, form))
    index = render_to_string(
        "collection/index.html",
        {
            "scope": scope,
            "company": company(),
            "today": today,
            "language": get_language(),
            "documents": documents,
            "messages": messages,
            "end": end,
        },
    )
    bundle.add("index.html", [index])
    bundle.finish(
        format=FORMAT,
        company=company().name,
        client={"number": scope.client.number, "name": scope.client.name},
        invoice=scope.invoice.number if scope.invoice else None,
        made_on=today.isoformat(),
        archive=end,
    )


def end_of_chain() -> dict[str, Any]:
    """How many entries the archive has, and the hash of the last one."""
    last = last_seal()
    return {
        "entries": last.position if last else 0,
        "hash": last.chain if last else "",
    }
