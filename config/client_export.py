"""Everything that is kept of a client, as one ZIP file to take along."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from billing.facts import movements
from billing.models import CounterEntry, Credit
from clients.facts import company
from clients.models import Client
from clients.rules.sheets import dialect
from clients.sheets import csv_parts
from config.client_data import TABLES, record, rows_of
from delivery.models import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from django.http import HttpRequest

    from clients.sheets import Cell

# Up to here in memory, then in a file of the system.
IN_MEMORY = 5 * 2**20
ALWAYS = (date(1900, 1, 1), date(2999, 12, 31))


@require_safe
@permission_required(
    ["clients.view_client", "billing.view_invoice", "billing.export_data"],
    raise_exception=True,
)
def client_export(_request: HttpRequest, pk: int) -> FileResponse:
    """The file of one client: data, movements, every archived document."""
    client = get_object_or_404(Client, pk=pk)
    today = localdate()
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with override(company().language):
        write_archive(file, client, today)
    file.seek(0)
    name = f"{slugify(client.number) or client.pk}-{today}.zip"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type="application/zip"
    )


def write_archive(file: IO[bytes], client: Client, today: date) -> None:
    """The archive, with the hash of every file in `manifest.json`; piece by piece."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        listed = [
            write_part(archive, name, parts)
            for name, parts in (
                ("README.txt", [readme(client, today)]),
                ("data.json", data_parts(client, today)),
                ("movements.csv", movement_parts(client)),
            )
        ]
        listed += write_documents(archive, client)
        archive.writestr("manifest.json", pretty({"files": listed}))


def write_part(archive: ZipFile, name: str, parts: Iterable[str]) -> dict[str, Any]:
    """A file of texts; answers its line of the manifest."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as out:
        for part in parts:
            content = part.encode("utf-8", "replace")
            out.write(content)
            digest.update(content)
            size += len(content)
    return {"path": name, "bytes": size, "sha256": digest.hexdigest()}


def write_documents(archive: ZipFile, client: Client) -> Iterator[dict[str, Any]]:
    """Every archived document, one after the other, exactly as it left."""
    keys = Document.objects.filter(client=client).order_by("pk")
    for pk in list(keys.values_list("pk", flat=True)):
        row = Document.objects.get(pk=pk)
        content = bytes(row.content)
        path = f"documents/{row.pk}-{PurePosixPath(row.file_name).name}"
        archive.writestr(path, content)
        yield {
            "path": path,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            # As it was taken on the day it was archived.
            "archived_sha256": row.sha256,
            "document": row.pk,
            "kind": row.kind,
            "number": row.number,
        }


def data_parts(client: Client, today: date) -> Iterator[str]:
    """One JSON document: the client, then each table as a list of rows."""
    people = dict(User.objects.values_list("pk", "username"))
    head = {"format": 1, "made_on": today.isoformat(), "company": company().name}
    yield "{\n"
    for name, value in head.items():
        yield f"{pretty(name)}: {pretty(value)},\n"
    yield f'"client": {pretty(record(client, people))}'
    for name in TABLES:
        yield f',\n"{name}": ['
        for number, row in enumerate(rows_of(client.pk, name)):
            yield ("," if number else "") + "\n" + pretty(row)
        yield "]"
    yield "\n}\n"


def movement_parts(client: Client) -> Iterator[str]:
    """What changed the client's account, day by day, for a spreadsheet."""
    head: list[Cell] = [
        _("Date"),
        _("Kind"),
        _("Number"),
        _("Amount"),
        _("Currency"),
        _("Text"),
    ]
    kinds = {"invoice": _("Invoice"), **dict(Credit.Kind.choices)}
    kinds |= dict(CounterEntry.Kind.choices)
    rows: list[list[Cell]] = [
        [m.date, str(kinds[m.kind]), m.number, m.amount, m.amount.currency.code, m.text]
        for m in movements(client.pk, *ALWAYS)
    ]
    return csv_parts([head, *rows], dialect(settings.COUNTRY))


def readme(client: Client, today: date) -> str:
    """What is in the archive, for whoever opens it in ten years."""
    heading = _("Everything kept of client %(client)s at %(company)s on %(day)s") % {
        "client": client,
        "company": company().name,
        "day": today.isoformat(),
    }
    lines = (
        heading,
        "",
        "data.json",
        _(
            "All records, table by table. Amounts are texts with the decimals of "
            "their currency, days and times are ISO 8601. Every record has its id; "
            "a name ending in _id is the id of another record."
        ),
        "",
        "movements.csv",
        _(
            "What raised and lowered what the client owes, in order, to open in a "
            "spreadsheet."
        ),
        "",
        "documents/",
        _("Every invoice, credit note, statement and reminder, exactly as it left."),
        "",
        "manifest.json",
        _(
            "Size and SHA-256 of every file. The archived_sha256 of a document was "
            "taken on the day it was made: it is the same as long as nobody changed "
            "the document."
        ),
    )
    return "".join(f"{line}\n" for line in lines)


def pretty(value: Any) -> str:
    """As JSON, with letters as they are."""
    return json.dumps(value, ensure_ascii=False)
