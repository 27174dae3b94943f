"""The lines of a statement as tables: for spreadsheets, and inside its PDF.

Everything is read from its figures, which are kept with it: what was issued years ago
gives the same lines today, and the files in the PDF say what its pages say.
"""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.rules.money import money, zero
from clients.rules.sheets import dialect
from clients.sheets import csv_parts, write_book, write_csv
from delivery.press.finishing import File
from statements.rules.statement import OPEN_ITEMS
from statements.wording import movement_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clients.sheets import Cell

    Figures = Mapping[str, Any]

MOVEMENTS_CSV, INVOICES_CSV = "movements.csv", "invoices.csv"
STATEMENT_JSON = "statement.json"
MOVEMENTS = {
    "currency": gettext_lazy("Currency"),
    "date": gettext_lazy("Date"),
    "kind": gettext_lazy("Movement"),
    "number": gettext_lazy("Number"),
    "text": gettext_lazy("Text"),
    "debit": gettext_lazy("Debit"),
    "credit": gettext_lazy("Credit"),
    "balance": gettext_lazy("Balance"),
    "allocations": gettext_lazy("Invoices it was put to"),
    "unallocated": gettext_lazy("Not allocated"),
    "correction": gettext_lazy("Correction"),
}
INVOICES = {
    "currency": gettext_lazy("Currency"),
    "invoice": gettext_lazy("Invoice"),
    "issued_on": gettext_lazy("Date"),
    "due_on": gettext_lazy("Due"),
    "total": gettext_lazy("Total"),
    "settled": gettext_lazy("Settled"),
    "open": gettext_lazy("Open"),
    "disputed": gettext_lazy("Disputed"),
}
TOTALS = {
    "opening": gettext_lazy("Opening balance"),
    "invoiced": gettext_lazy("Invoiced"),
    "refunded": gettext_lazy("Refunded"),
    "charged": gettext_lazy("Reminder fees and interest"),
    "credited": gettext_lazy("Credited"),
    "paid": gettext_lazy("Paid"),
    "written_off": gettext_lazy("Adjustment"),
    "merged": gettext_lazy("Taken over from another client account"),
    "closing": gettext_lazy("Closing balance"),
    "unallocated": gettext_lazy("Credits and payments not allocated"),
    "payable": gettext_lazy("To pay now"),
}


def embedded_files(figures: Figures, dated_on: date) -> tuple[File, ...]:
    """What a PDF carries: its lines for programs, with English names and plain figures.

    Movements only where they are printed.
    """
    shown = printed(figures)
    files = [
        File(
            STATEMENT_JSON,
            json.dumps(shown, ensure_ascii=False, indent=1).encode(),
            "Statement of account",
            dated_on,
            "Data",
        ),
        _csv_file(INVOICES_CSV, INVOICES, invoice_rows(shown), dated_on),
    ]
    if has_movements(figures):
        rows = movement_rows(shown, plain=True)
        files.append(_csv_file(MOVEMENTS_CSV, MOVEMENTS, rows, dated_on))
    return tuple(files)


def statement_csv(figures: Figures, language: str) -> bytes:
    """Its movements, or invoices where those are all it prints, for a spreadsheet."""
    with translation.override(language):
        if has_movements(figures):
            rows = [_head(MOVEMENTS), *movement_rows(figures)]
        else:
            rows = [_head(INVOICES), *invoice_rows(figures)]
        return "".join(csv_parts(rows, dialect(settings.COUNTRY))).encode()


def statement_xlsx(figures: Figures, language: str) -> bytes:
    """The same as a workbook: sums, movements where it prints them, and invoices."""
    target = io.BytesIO()
    with translation.override(language):
        sheets = [
            (_("Sums"), [_total_head(), *_total_rows(figures)]),
            (_("Invoices"), [_head(INVOICES), *invoice_rows(figures)]),
        ]
        if has_movements(figures):
            rows = [_head(MOVEMENTS), *movement_rows(figures)]
            sheets.insert(1, (_("Movements"), rows))
        write_book(target, sheets)
    return target.getvalue()


def sheet_name(figures: Figures, suffix: str) -> str:
    """The name of such a file, from client and period."""
    client = re.sub(r"[^\w-]+", "", figures["client"])
    return f"statement-{client}-{figures['from']}-{figures['to']}.{suffix}"


def has_movements(figures: Figures) -> bool:
    """Whether movements are printed: they would name paid invoices."""
    return not (figures["kind"] == OPEN_ITEMS or figures["unpaid_only"])


def printed(figures: Figures) -> dict[str, Any]:
    """The figures without the movements where those are not printed."""
    if has_movements(figures):
        return dict(figures)
    sections = [
        {name: value for name, value in section.items() if name != "lines"}
        for section in figures["sections"]
    ]
    return {**figures, "sections": sections}


def movement_rows(figures: Figures, *, plain: bool = False) -> Iterator[list[Cell]]:
    """Each movement with the balance after it, between opening and closing.

    `plain` names kinds as programs know them, in place of what a reader calls them.
    """
    for section in figures["sections"]:
        code = section["currency"]
        opening, closing = money(section["opening"], code), section["closing"]
        yield _balance_row(
            code,
            figures["from"],
            "opening" if plain else _("Opening balance"),
            opening,
        )
        for line in section.get("lines", ()):
            yield _movement_row(line, code, plain=plain)
        yield _balance_row(
            code,
            figures["to"],
            "closing" if plain else _("Closing balance"),
            money(closing, code),
        )


def invoice_rows(figures: Figures) -> Iterator[list[Cell]]:
    """Each invoice that is listed, with what was open at the end."""
    for section in figures["sections"]:
        code = section["currency"]
        for item in section["items"]:
            yield [
                code,
                item["invoice"],
                date.fromisoformat(item["issued_on"]),
                date.fromisoformat(item["due_on"]),
                *(money(item[name], code) for name in ("total", "settled", "open")),
                money(item["disputed"], code) if item.get("disputed") else None,
            ]


def _movement_row(line: Mapping[str, Any], code: str, *, plain: bool) -> list[Cell]:
    change = money(line["amount"], code)
    lowers = change < zero(code)
    of = line.get("of", "")
    parts = [
        f"{part['invoice']} {part['amount']}" for part in line.get("allocations", ())
    ]
    kind = line["kind"] if plain else movement_label(line["kind"], of, lowers=lowers)
    return [
        code,
        date.fromisoformat(line["date"]),
        f"{kind} {of}" if plain and of else kind,
        line["number"],
        line.get("text", ""),
        None if lowers else change,
        -change if lowers else None,
        money(line["balance"], code),
        "; ".join(parts),
        money(line["unallocated"], code) if line.get("unallocated") else None,
        _yes(plain=plain) if line.get("correction") else None,
    ]


def _balance_row(code: str, day: str, words: str, balance: Cell) -> list[Cell]:
    at: date = date.fromisoformat(day)
    return [code, at, words, None, None, None, None, balance, *[None] * 3]


def _yes(*, plain: bool) -> str:
    return "yes" if plain else _("yes")


def _total_head() -> list[Cell]:
    return [_("Currency"), *map(str, TOTALS.values())]


def _total_rows(figures: Figures) -> Iterator[list[Cell]]:
    for section in figures["sections"]:
        code = section["currency"]
        # Older statements have fewer sums.
        yield [code, *(money(section.get(name, "0"), code) for name in TOTALS)]


def _head(columns: Mapping[str, Any]) -> list[Cell]:
    return [str(label) for label in columns.values()]


def _csv_file(
    name: str,
    columns: Mapping[str, Any],
    rows: Iterator[Sequence[Cell]],
    dated_on: date,
) -> File:
    text = io.StringIO(newline="")
    write_csv(text, [list(columns), *rows])
    return File(name, text.getvalue().encode(), name, dated_on, "Data")
