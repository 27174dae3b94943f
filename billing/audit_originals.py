"""Finds rows of the ledger that no longer say what they said when written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from billing.models import InvoiceMark
from billing.originals import Changed, changed_rows, missing_keepers
from clients.models import Client
from clients.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


def audit_originals() -> Iterator[Finding]:
    """Every field that was changed by hand, and rows put in or taken out so."""
    yield from audit_marks()
    for name in missing_keepers():
        yield Finding(
            name.rpartition("_kept")[0], "*", "the trigger that keeps originals is gone"
        )
    gone = Client.objects.exclude(merged_into=None)
    merged = dict(gone.values_list("pk", "merged_into"))
    for change in changed_rows():
        if change.part.endswith("_client") and _followed(change, merged):
            continue
        yield Finding(_table(change.part), change.row, _problem(change))


def audit_marks() -> Iterator[Finding]:
    """Marks that ended without a reason, before they began, or only half."""
    wrong = InvoiceMark.objects.filter(
        Q(ended_on__isnull=False, end_reason="")
        | Q(ended_on__lt=F("since"))
        | Q(ended_on=None) & (Q(ended_by__isnull=False) | ~Q(end_reason=""))
    )
    for pk in wrong.values_list("pk", flat=True):
        yield Finding("invoice mark", str(pk), "did not end as marks do")


def _followed(change: Changed, merged: dict[int, int | None]) -> bool:
    """Whether the row went to the client that took its own over."""
    if not (change.was and change.now):
        return False
    client, last = change.was[0], change.now[0]
    while client in merged and client != last:
        client = merged[client]
    return bool(client == last)


def _table(part: str) -> str:
    names = {
        "billing_invoicemark": "invoice mark",
        "billing_counterentry": "counter-entry",
    }
    for table, name in names.items():
        if part.startswith(table):
            return name
    return part.split("_")[1]


def _problem(change: Changed) -> str:
    if not change.was:
        return "was not written by the product"
    if not change.now:
        return "is gone"
    said = ", ".join(
        f"{old} and not {new}"
        for old, new in zip(change.was, change.now, strict=True)
        if old != new
    )
    return f"is not as it was written: it said {said}"
