"""Checks issued statements: their own arithmetic and their archived paper."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing.audit import numbers_without_gap
from clients.rules.findings import Finding
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


def audit() -> Iterator[Finding]:
    """Statements that do not add up or go on, or whose document is another's."""
    closings: dict[int, tuple[date, dict[str, str]]] = {}
    rows = Statement.objects.select_related("document").defer("document__content")
    # In the order in which they were issued: those to go on from come first.
    for statement in rows.order_by("pk").iterator():
        told = closings.get(statement.previous_id or 0)
        closings[statement.pk] = (statement.end, _of("closing", statement))
        if not _goes_on(statement, told):
            yield Finding(
                "statement", statement.number, "does not go on from the one before"
            )
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


def _goes_on(statement: Statement, told: tuple[date, dict[str, str]] | None) -> bool:
    """Whether it opens, in every currency, with what the one before it closed with."""
    if statement.previous_id is None:
        return True
    if told is None:
        return False
    end, closing = told
    return end + timedelta(days=1) == statement.start and closing == _of(
        "opening", statement
    )


def _of(balance: str, statement: Statement) -> dict[str, str]:
    """A balance of each currency in which it is not zero."""
    return {
        section["currency"]: section[balance]
        for section in statement.figures["sections"]
        if Decimal(section[balance])
    }
