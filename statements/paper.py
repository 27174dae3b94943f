"""What the paper of a statement prints, in the language that is spoken now.

A long account is printed as sums by month: each movement then stands in the files that
the PDF carries, and the paper says so.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from billing.rules.money import total, zero
from clients.facts import address_block
from clients.logos import logo_address
from clients.templatetags.format import amount, day
from delivery.qr import qr_image
from statements.paying import payment_words, ways_to_pay
from statements.rules.statement import OPEN_ITEMS
from statements.sheets import INVOICES_CSV, MOVEMENTS_CSV
from statements.wording import month, movement_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from moneyed import Money

    from billing.rules.items import OpenItem
    from clients.models import Client, Company
    from statements.rules.statement import Line, Section, StatementOfAccount

# With more rows in all, tables are printed as sums by month, unless they are short:
# nobody reads a hundred pages, and a PDF of them would take longer than a document may
# (PRESS_SECONDS).
MOST_ROWS, SHORT = 2000, 50


def statement_context(
    client: Client,
    home: Company,
    statement: StatementOfAccount,
    language: str,
    page: str,
) -> dict[str, Any]:
    """What the template takes, but for its date; `page` is where to pay and answer."""
    open_items = statement.kind == OPEN_ITEMS
    ways = ways_to_pay(client, home, statement, language)
    due = [section for section in statement.sections if section.payable.amount > 0]
    return {
        "paper": "bill" if ways["slips"] else "",
        "company": home,
        "logo": logo_address(home.logo),
        "address": address_block(client, home),
        "number": "",
        "title": _("Open invoices") if open_items else _("Statement of account"),
        "facts": [
            (_("Client"), client.number),
            (_("As at"), day(statement.end))
            if open_items
            else (_("Period"), f"{day(statement.start)} – {day(statement.end)}"),
        ],
        "statement": statement,
        "online": {"address": page, "image": qr_image(page)},
        # Movements would name paid invoices where only unpaid ones are wanted.
        "with_lines": with_lines(statement),
        "corrected": statement.previous,
        "sections": [
            _section(section, statement, summed=is_long(statement))
            for section in statement.sections
        ],
        "to_pay": bool(due),
        # Where no account of ours is known for it.
        "pay_amount": due[0].payable if len(due) == 1 else None,
        "reference": payment_words(
            [item for section in due for item in section.items], client
        ),
        **ways,
    }


def with_lines(statement: StatementOfAccount) -> bool:
    """Whether movements are printed, or only invoices."""
    return not (statement.kind == OPEN_ITEMS or statement.unpaid_only)


def is_long(statement: StatementOfAccount) -> bool:
    """Whether there is too much to print row by row."""
    lines = with_lines(statement)
    rows = (len(x.items) + lines * len(x.lines) for x in statement.sections)
    return sum(rows) > MOST_ROWS


def _section(
    section: Section, statement: StatementOfAccount, *, summed: bool
) -> dict[str, Any]:
    nothing = zero(section.currency)
    long_lines = summed and len(section.lines) > SHORT
    long_items = summed and len(section.items) > SHORT
    return {
        "section": section,
        "items_title": _items_title(statement),
        "nothing": _nothing(statement),
        "with_corrections": bool(section.corrections) and not long_lines,
        "groups": [] if long_lines else _groups(section),
        "months": _line_months(section.lines) if long_lines else [],
        "items": [] if long_items else [_item(x, section) for x in section.items],
        "item_months": _item_months(section.items) if long_items else [],
        "count": len(section.lines),
        "item_count": len(section.items),
        "movements_file": MOVEMENTS_CSV,
        "invoices_file": INVOICES_CSV,
        "minus_unallocated": -section.unallocated if section.unallocated else None,
        "in_favour": -section.closing if section.closing < nothing else None,
        "minus_disputed": _minus_disputed(section),
        "buckets": section.ageing.buckets.values(),
    }


def _minus_disputed(section: Section) -> Money | None:
    """What of the balance is disputed and not asked for; None where nothing is."""
    if section.closing.amount <= 0 or section.payable == section.closing:
        return None
    return section.payable - section.closing


def _groups(section: Section) -> list[tuple[bool, list[dict[str, Any]]]]:
    """Rows of corrections (True), then those of the period; none that is empty."""
    groups = ((True, section.corrections), (False, section.movements))
    return [(late, [_row(line) for line in lines]) for late, lines in groups if lines]


def _row(line: Line) -> dict[str, Any]:
    lowers = line.amount.amount < 0
    return {
        "line": line,
        "label": movement_label(line.kind, line.of, lowers=lowers),
        # Fees and interest by the letter that charged them.
        "number": line.text if line.kind == "charge" else line.number,
        "parts": _parts(line),
        "debit": None if lowers else line.amount,
        "credit": -line.amount if lowers else None,
    }


def _parts(line: Line) -> list[str]:
    """What a payment or credit was put to: one line on paper for each invoice."""
    parts = [f"{part.number}  {amount(part.amount)}" for part in line.allotments]
    if line.unallocated:
        words = _("not allocated: %(amount)s")
        parts.append(words % {"amount": amount(line.unallocated)})
    return parts


def _item(item: OpenItem, section: Section) -> dict[str, Any]:
    return {"item": item, "disputed": section.disputed.get(item.number)}


def _line_months(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The movements summed by month, the corrections before them as they are sorted."""
    return [
        {
            "label": _("Corrections") if correction else month(rows[0].date),
            "count": len(rows),
            "debit": _sum(rows, 1),
            "credit": -_sum(rows, -1),
            "balance": rows[-1].balance,
        }
        for (correction, _year, _month), rows in _grouped_lines(lines)
    ]


def _grouped_lines(
    lines: Iterable[Line],
) -> list[tuple[tuple[bool, int, int], list[Line]]]:
    def key(line: Line) -> tuple[bool, int, int]:
        # Corrections of any month are one sum.
        if line.correction:
            return True, 0, 0
        return False, line.date.year, line.date.month

    return [(found, list(rows)) for found, rows in groupby(lines, key)]


def _sum(rows: Sequence[Line], sign: int) -> Money:
    code = rows[0].amount.currency.code
    return total((row.amount for row in rows if row.amount.amount * sign > 0), code)


def _item_months(items: Sequence[OpenItem]) -> list[dict[str, Any]]:
    """The invoices summed by the month of their date."""

    def key(item: OpenItem) -> tuple[int, int]:
        return item.issued_on.year, item.issued_on.month

    found = []
    for _month, group in groupby(items, key):
        rows = list(group)
        code = rows[0].currency
        found.append(
            {
                "label": month(rows[0].issued_on),
                "count": len(rows),
                "total": total((row.total for row in rows), code),
                "settled": total((row.settled for row in rows), code),
                "open": total((row.open for row in rows), code),
            }
        )
    return found


def _items_title(statement: StatementOfAccount) -> str:
    if statement.kind == OPEN_ITEMS:
        return _("Invoices open at %(day)s") % {"day": day(statement.end)}
    if statement.unpaid_only:
        return _("Unpaid invoices of the period")
    return _("Invoices of the period, and older ones still open")


def _nothing(statement: StatementOfAccount) -> str:
    if statement.kind == OPEN_ITEMS:
        return _("No invoice is open.")
    if statement.unpaid_only:
        return _("No invoice of the period is unpaid.")
    return _("No invoice falls in the period, and none is open.")
