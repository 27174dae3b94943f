"""A statement as plain words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.money import plain

if TYPE_CHECKING:
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
    "closing",
    "unallocated",
)


def statement_figures(client: str, statement: StatementOfAccount) -> dict[str, object]:
    """The statement as plain words and figures: kept with it, and shown as JSON."""
    return {
        "client": client,
        "from": statement.start.isoformat(),
        "to": statement.end.isoformat(),
        "kind": statement.kind,
        "unpaid_only": statement.unpaid_only,
        "sections": [_section_figures(section) for section in statement.sections],
    }


def _section_figures(section: Section) -> dict[str, object]:
    return {
        "currency": section.currency,
        **{name: plain(getattr(section, name)) for name in SUMS},
        "lines": [_line_figures(line) for line in section.lines],
        "items": [_item_figures(item) for item in section.items],
        "earlier": {
            "count": section.earlier.count,
            "open": plain(section.earlier.open),
        },
        "ageing": {
            name: plain(amount) for name, amount in section.ageing.buckets.items()
        },
    }


def _line_figures(line: Line) -> dict[str, str]:
    return {
        "date": line.date.isoformat(),
        "kind": line.kind,
        "number": line.number,
        "amount": plain(line.amount),
        "balance": plain(line.balance),
    }


def _item_figures(item: OpenItem) -> dict[str, str]:
    return {
        "invoice": item.number,
        "issued_on": item.issued_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "total": plain(item.total),
        "settled": plain(item.settled),
        "open": plain(item.open),
    }
