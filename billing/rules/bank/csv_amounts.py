"""Reads the amounts of a bank's CSV file: one signed column, or credit and debit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.money import zero
from billing.rules.reading import decimal_signs, read_amount
from billing.rules.refusals import RowError, Unreadable, gettext_noop, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from moneyed import Money

UNIT = r"(?:CHF|EUR|USD|GBP|€|\$|£)"
# -12, 12-, (12), +12, CHF -12, -12 €.
DRESSED = re.compile(
    rf"{UNIT}?\s*([-+\u2212\u2013(]?)\s*{UNIT}?(.*?)([-+\u2212)]?){UNIT}?"
)


@dataclass(frozen=True, slots=True)
class AmountColumns:
    """How the amounts of the file are written; `errors` if that cannot be told."""

    currency: str
    signs: dict[str, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    @classmethod
    def of(
        cls, columns: Mapping[str, Sequence[tuple[int, str]]], currency: str
    ) -> AmountColumns:
        """Every column settles the doubts of the others; mixed ones are refused."""
        bare = {
            name: [(number, _bare(text)[0]) for number, text in cells]
            for name, cells in columns.items()
            if cells
        }
        rows = max((len(cells) for cells in bare.values()), default=0)
        signs, errors = decimal_signs(bare, [currency] * rows)
        return cls(currency, signs, [*errors, *_between(bare, signs, errors)])

    def amount_in(self, texts: Mapping[str, str]) -> Money:
        """What the row moves: positive for money in."""
        if "amount" in self.signs:
            found = self.read(texts, "amount")
            if found is None:
                raise Unreadable(gettext_noop("The amount is missing."))
            return found
        credit, debit = self.read(texts, "credit"), self.read(texts, "debit")
        if credit is None and debit is None:
            raise Unreadable(gettext_noop("The amount is missing."))
        if credit and debit:
            raise Unreadable(
                gettext_noop("%(credit)s came in and %(debit)s went out in one row."),
                {"credit": shown(credit), "debit": shown(debit)},
            )
        # Some banks write a minus before what went out, some do not.
        return (credit or zero(self.currency)) - abs(debit or zero(self.currency))

    def read(self, texts: Mapping[str, str], name: str) -> Money | None:
        """The amount in this column with its sign, or None where it is empty."""
        if name not in self.signs:
            return None
        bare, is_negative = _bare(texts.get(name, ""))
        found = read_amount(bare, self.signs[name], self.currency)
        return -found if found and is_negative else found


def _bare(text: str) -> tuple[str, bool]:
    """An amount without sign and currency, and whether it is negative."""
    match = DRESSED.fullmatch(text)
    if match is None:
        return text, False
    before, inner, after = match.groups()
    is_bracketed = (before == "(", after == ")")
    if any(is_bracketed) and not all(is_bracketed):
        return text, False
    # A sign at both ends is none we know: the amount is refused as it stands.
    if before and after and not all(is_bracketed):
        return text, False
    return inner.strip(), (before or after or "+") != "+"


def _between(
    columns: Mapping[str, Sequence[tuple[int, str]]],
    signs: Mapping[str, str],
    errors: Sequence[RowError],
) -> list[RowError]:
    """Columns of one file that are written in different ways: one of them is wrong."""
    if errors or len(set(signs.values())) < 2:
        return []
    first: dict[str, tuple[int, str, str]] = {}
    for name, cells in columns.items():
        for number, text in cells:
            if re.search(r"[.,]\d\d?$", text):
                first.setdefault(signs[name], (number, name, text))
    if len(first) < 2:
        return []
    (_row, _name, one), (row, name, other) = first.values()
    message = gettext_noop(
        "“%(one)s” and “%(other)s” have different signs before the decimals."
    )
    return [RowError(row, name, message, {"one": one, "other": other})]
