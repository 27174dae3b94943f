"""Drafts become bills: seconds and queries of each."""

from __future__ import annotations

from pathlib import Path

from django.utils.timezone import localdate

from billing.actions.issuing import issue_draft
from billing.models import Draft
from clients.models import Client
from tests import make
from tests.bench.measure import cost, row

COUNT = 1_000


def measure_issue(_folder: Path) -> None:
    """A thousand drafts of three lines, one after the other; the first is apart."""
    make.company()
    client = make.client()
    write(client, 1)
    for name, count in (("the first", 1), (f"{COUNT:,} invoices", COUNT)):
        write(client, count - Draft.objects.count())
        drafts = list(Draft.objects.order_by("pk"))
        with cost() as spent:
            for draft in drafts:
                issue_draft(
                    draft, today=localdate(), person=None, version=draft.version
                )
        row(
            f"issued: {name}",
            spent,
            f"{spent.wall / count * 1000:.1f} ms and "
            f"{spent.queries / count:.1f} queries an invoice",
        )


def write(client: Client, count: int) -> None:
    """So many drafts, each with its lines."""
    for _ in range(count):
        make.draft(("2", "150.00", "CH-O"), "80.00", "19.95", to=client)
