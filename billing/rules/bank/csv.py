"""Reads a bank's CSV file by a mapping of its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.bank.csv_amounts import AmountColumns
from billing.rules.bank.csv_balances import running_balances
from billing.rules.bank.csv_tables import BankTable, bank_table
from billing.rules.bank.keys import Movement
from billing.rules.bank.mapping import FIELDS, guess_mapping, mapping_errors
from billing.rules.bank.pages import Page, gathered
from billing.rules.bank.references import compact, creditor_reference, given, one_line
from billing.rules.bank.statement import BankFileRefusal, Note, Transaction
from billing.rules.cells import is_currency
from billing.rules.money import zero
from billing.rules.reading import date_orders, read_date
from billing.rules.refusals import RowError, Unreadable, gettext_noop, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.bank.mapping import Mapping
    from billing.rules.bank.statement import BankStatement

SHOWN_ROWS = 8
SHOWN_ERRORS = 50
DATES = ("booked_on", "value_on")
AMOUNTS = ("amount", "credit", "debit", "balance")
DATED = re.compile(r"[0-9]")
# Years of two digits, and times behind the day.
SHORT_YEAR = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{2})")
TIMED = re.compile(r"(\S+)[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\S*")


def read_csv(text: str, mapping: Mapping | None) -> list[BankStatement]:
    """What the file says of its account; raises BankFileRefusal."""
    if mapping is None:
        table = bank_table(text)
        raise BankFileRefusal(
            "mapping",
            head=table.head,
            rows=[cells for _number, cells in table.rows[:SHOWN_ROWS]],
            columns=guess_mapping(table.head),
        )
    table = bank_table(text, [h for f in FIELDS for h in mapping.headers(f)])
    errors = mapping_errors(mapping, table.head)
    if errors:
        raise BankFileRefusal("columns", errors=errors)
    sheet = _Sheet(table, mapping)
    page = sheet.page()
    if sheet.errors:
        raise BankFileRefusal("rows", errors=sheet.errors[:SHOWN_ERRORS])
    return gathered([page], "CSV")


@dataclass(slots=True)
class _Row:
    number: int
    texts: dict[str, str]


@dataclass(slots=True)
class _Sheet:
    """The rows of a table on their way to a page; `errors` says what hinders them."""

    table: BankTable
    mapping: Mapping
    errors: list[RowError] = field(default_factory=list)

    def page(self) -> Page:
        rows = self._dated_rows()
        page = Page(self._account, self._currency(rows))
        left = len(self.table.rows) - len(rows)
        if left:
            page.notes.append(Note("undated", {"count": left}))
        orders = self._date_orders(rows)
        columns = AmountColumns.of(
            {name: self._column(rows, name) for name in AMOUNTS}, page.currency
        )
        self.errors += columns.errors
        if self.errors:
            return page
        moved: list[tuple[int, Money, Money | None]] = []
        for row in rows:
            try:
                amount = columns.amount_in(row.texts)
                balance = columns.read(row.texts, "balance")
                movement = self._movement(row, amount, orders)
            except Unreadable as refused:
                error = RowError(row.number, "", refused.message, refused.details)
                self.errors.append(error)
                continue
            moved.append((row.number, amount, balance))
            if amount:
                page.movements.append(movement)
            else:
                page.notes.append(Note("nothing"))
        if not self.errors:
            page.opening, page.closing = running_balances(moved)
        return page

    def _dated_rows(self) -> list[_Row]:
        """The rows with a day and an amount; the others are left out.

        One that has an amount but no day may only stand above or below them all, as
        totals do.
        """
        at = {header: place for place, header in enumerate(self.table.head)}
        places = {
            f: [at[h] for h in self.mapping.headers(f)] for f in self.mapping.columns
        }
        needed = max((p for ps in places.values() for p in ps), default=0)
        rows: list[_Row] = []
        doubtful: list[tuple[int, _Row]] = []
        for number, cells in self.table.rows:
            texts = {
                f: " ".join(x for x in (cells[p] for p in ps if p < len(cells)) if x)
                for f, ps in places.items()
            }
            row = _Row(number, texts)
            has_amount = any(texts.get(f) for f in AMOUNTS[:3])
            if not DATED.search(texts.get("booked_on") or texts.get("value_on") or ""):
                if has_amount:
                    doubtful.append((len(rows), row))
                continue
            if not has_amount and len(cells) > needed:
                continue
            if len(cells) <= needed or any(cells[self.table.width :]):
                self._refuse_width(row, cells)
            rows.append(row)
        message = gettext_noop("The row has an amount, but no date.")
        self.errors += [
            RowError(row.number, "booked_on", message)
            for before, row in doubtful
            if 0 < before < len(rows)
        ]
        return rows

    def _refuse_width(self, row: _Row, cells: Sequence[str]) -> None:
        message = gettext_noop("The row has %(found)s cells, the head has %(width)s.")
        details = {"found": str(len(cells)), "width": str(self.table.width)}
        self.errors.append(RowError(row.number, "", message, details))

    @property
    def _account(self) -> str:
        return self.table.iban or self.mapping.iban

    def _currency(self, rows: Sequence[_Row]) -> str:
        """The one currency of the file; more than one, or none, is refused."""
        told = {row.texts.get("currency", "").upper() for row in rows} - {""}
        found = told or {self.mapping.currency}
        code = next(iter(found))
        if len(found) > 1 or not is_currency(code):
            value = shown(", ".join(sorted(found)))
            raise BankFileRefusal("currency", value=value, line=None)
        return code

    def _column(self, rows: Sequence[_Row], name: str) -> list[tuple[int, str]]:
        if not self.mapping.headers(name):
            return []
        return [(row.number, row.texts[name]) for row in rows]

    def _date_orders(self, rows: Sequence[_Row]) -> dict[str, str]:
        for row in rows:
            for name in DATES:
                row.texts[name] = _plain_date(row.texts.get(name, ""))
        if self.mapping.date_format:
            return dict.fromkeys(DATES, "day")
        orders, errors = date_orders({n: self._column(rows, n) for n in DATES})
        self.errors += errors
        return orders

    def _movement(self, row: _Row, amount: Money, orders: dict[str, str]) -> Movement:
        texts = row.texts
        days = [
            self._day(texts.get(name, ""), orders.get(name, "day")) for name in DATES
        ]
        booked_on = days[0] or days[1]
        # `_dated_rows` left out those that have neither.
        value_on = days[1] or days[0]
        account = compact(texts.get("iban"))[:34]
        bank_reference = given(texts.get("bank_reference"))
        if booked_on is None or value_on is None:
            raise Unreadable(gettext_noop("It is missing."))
        transaction = Transaction(
            key="",
            booked_on=booked_on,
            value_on=value_on,
            amount=amount,
            charges=zero(amount.currency.code),
            reference=creditor_reference(texts.get("reference")),
            end_to_end=given(texts.get("end_to_end"), 40),
            bank_reference=bank_reference,
            name=one_line(texts.get("name"), 140),
            iban=account if account != self._account else "",
            text=one_line(texts.get("text"), 500),
        )
        return Movement(transaction, bank_reference, daily=True)

    def _day(self, text: str, order: str) -> date | None:
        return read_date(text, order, self.mapping.date_format)


def _plain_date(text: str) -> str:
    """Without a time, with the century."""
    timed = TIMED.fullmatch(text)
    plain = timed[1] if timed else text
    short = SHORT_YEAR.fullmatch(plain)
    if not short:
        return plain
    return f"{short[1]}{short[2]}{short[3]}{short[2]}20{short[4]}"
