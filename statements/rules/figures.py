"""A statement as plain words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.money import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moneyed import Money

    from billing.rules.items import OpenItem
    from statements.rules.statement import Line, Section, StatementOfAccount

SUMS = (
    "opening",
    "invoiced",
    "refunded",
    "charged",
    "credited",
    "paid",
    "written_off",
    "merged",
    "closing",
    "unallocated",
    "payable",
)


def statement_figures(client: str, statement: StatementOfAccount) -> dict[str, object]:
    """The statement as plain words and figures: kept with it, and shown as JSON."""
    return {
        "client": client,
        "from": statement.start.isoformat(),
        "to": statement.end.isoformat(),
        "kind": statement.kind,
        "unpaid_only": statement.unpaid_only,
        "previous": statement.previous.number if statement.previous else None,
        "sections": [_section_figures(section) for section in statement.sections],
    }


def _section_figures(section: Section) -> dict[str, object]:
    return {
        "currency": section.currency,
        **{name: plain(getattr(section, name)) for name in SUMS},
        "lines": [_line_figures(line) for line in section.lines],
        "items": [_item_figures(item, section.disputed) for item in section.items],
        "earlier": {
            "count": section.earlier.count,
            "open": plain(section.earlier.open),
        },
        "ageing": {
            name: plain(amount) for name, amount in section.ageing.buckets.items()
        },
    }


def _line_figures(line: Line) -> dict[str, object]:
    figures: dict[str, object] = {
        "date": line.date.isoformat(),
        "kind": line.kind,
        "number": line.number,
        "amount": plain(line.amount),
        "balance": plain(line.balance),
    }
    if line.of:
        figures["of"] = line.of
    if line.text:
        figures["text"] = line.text
    if line.correction:
        figures["correction"] = True
    if line.allotments:
        figures["allocations"] = [
            {"invoice": part.number, "amount": plain(part.amount)}
            for part in line.allotments
        ]
    if line.unallocated:
        figures["unallocated"] = plain(line.unallocated)
    return figures


def _item_figures(item: OpenItem, disputed: Mapping[str, Money]) -> dict[str, str]:
    figures = {
        "invoice": item.number,
        "issued_on": item.issued_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "total": plain(item.total),
        "settled": plain(item.settled),
        "open": plain(item.open),
    }
    if item.number in disputed:
        figures["disputed"] = plain(disputed[item.number])
    return figures
