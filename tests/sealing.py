"""What somebody with the password of the database can do to the archive."""

from __future__ import annotations

from functools import cache

from django.db import connection

from clients.freeze import drop_triggers
from delivery.actions import archive
from delivery.models import Document, Message, MessageEvent, Seal, SealHead
from delivery.pdf import render_pdf
from delivery.rules.seal import START, digest, link
from delivery.sealed import rows_of, sealed_facts
from tests import make

SEALED = (Document, Message, MessageEvent, Seal)


@cache
def paper() -> bytes:
    """A small PDF."""
    return render_pdf("<h1>Reminder</h1><p>Please pay.</p>")


def archived(number, **given):
    """A document in the archive, with its seal."""
    values = {
        "kind": "notice",
        "language": "fr",
        "file_name": f"{number}.pdf",
        "content": paper(),
        "person": None,
    } | given
    owner = values.pop("client", None) or make.client()
    return archive(number=number, client=owner, **values)


def melt_archive():
    """The archive without the triggers that keep it as it is."""
    for model in SEALED:
        melt(model._meta.db_table)


def melt(table):
    """A table without its triggers."""

    class Editor:
        def __init__(self):
            self.connection = connection

        def execute(self, statement):
            with connection.cursor() as cursor:
                cursor.execute(statement)

    drop_triggers(Editor(), table)


def reforge():
    """Every link made again over the rows as they are now."""
    previous = START
    for made in Seal.objects.order_by("position"):
        row = rows_of(made.kind).get(pk=made.row)
        said = digest(sealed_facts(made.kind, row, made.sealed_at))
        previous = link(previous, said)
        Seal.objects.filter(pk=made.pk).update(digest=said, chain=previous)
    SealHead.objects.update(chain=previous)
