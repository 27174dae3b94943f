"""Checks issued statements: their own arithmetic and their archived paper."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing.audit import numbers_without_gap
from clients.rules.findings import Finding
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator


def audit() -> Iterator[Finding]:
    """Statements that do not add up or whose document is another's."""
    for statement in Statement.objects.select_related("document").defer(
        "document__content"
    ):
        document = statement.document
        if (document.client_id, document.number) != (
            statement.client_id,
            statement.number,
        ):
            yield Finding("statement", statement.number, "has another's document")
        for section in statement.figures["sections"]:
            if not adds_up(section):
                yield Finding(
                    "statement",
                    statement.number,
                    f"does not add up in {section['currency']}",
                )
    numbers = Statement.objects.values_list("number", flat=True)
    yield from numbers_without_gap("S", numbers)


def adds_up(section: dict[str, Any]) -> bool:
    """Opening + lines = closing = ageing less unallocated credits."""
    lines = sum(Decimal(line["amount"]) for line in section["lines"])
    aged = sum(Decimal(amount) for amount in section["ageing"].values())
    closing = Decimal(section["closing"])
    return (
        Decimal(section["opening"]) + lines == closing
        and aged - Decimal(section["unallocated"]) == closing
    )
