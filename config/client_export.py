"""Everything that is kept of a client, as one ZIP file to take along."""

from __future__ import annotations

import json
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

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

from clients.facts import company
from clients.models import Client
from clients.parts import keys_of
from clients.rules.sheets import dialect
from clients.sheets import csv_parts
from config.client_data import TABLES, record, rows_of
from config.collection.scope import Scope
from config.collection.sheets import ledger
from config.zipping import Bundle, safe_name
from delivery.models import Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import IO

    from django.http import HttpRequest

# Up to here in memory, then in a file of the system.
IN_MEMORY = 5 * 2**20


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
    bundle = Bundle(file)
    for name, parts in (
        ("README.txt", [readme(client, today)]),
        ("data.json", data_parts(client, today)),
        ("movements.csv", csv_parts(ledger(Scope(client)), dialect(settings.COUNTRY))),
    ):
        bundle.add(name, parts)
    for pk in keys_of(Document.objects.filter(client=client).order_by("pk")):
        row = Document.objects.get(pk=pk)
        bundle.add(
            f"documents/{row.pk}-{safe_name(row.file_name)}",
            [bytes(row.content)],
            # As it was taken on the day it was archived.
            archived_sha256=row.sha256,
            document=row.pk,
            kind=row.kind,
            number=row.number,
        )
    bundle.finish()


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
