"""Checks that every paper in the archive belongs to the client of what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from billing.models import Bill
from clients.rules.findings import Finding
from dunning.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator


def audit_papers() -> Iterator[Finding]:
    """Bills and letters with the paper of another client or number.

    Who a paper is for is not sealed: it follows when clients are merged. Statements
    are looked at with their figures.
    """
    for model, name in ((Bill, "bill"), (Notice, "notice")):
        rows = model._default_manager.filter(document__isnull=False)  # noqa: SLF001
        wrong = rows.exclude(client=F("document__client"), number=F("document__number"))
        for number in wrong.order_by("pk").values_list("number", flat=True):
            yield Finding(name, number, "its document is that of another one")
