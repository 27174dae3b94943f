"""Reads columns of dates and amounts, where the whole column settles a doubt.

`02/03/2013` and `1.234` can be read two ways. Other cells of the column say which
one is meant, or else the other columns of the same kind; if nothing does, or if
they disagree, the column is refused rather than guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from billing.rules.money import decimals, money
from billing.rules.refusals import RowError, Unreadable, gettext_noop, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from moneyed import Money

    from billing.rules.cells import Cell

YEARS = range(1990, 2101)
LARGEST_WHOLE = Decimal(10) ** 12
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)([T ]00:00(:00(\.0+)?)?)?", re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)
NEGATIVE = re.compile(r"[-\u2212]\s*\d|\d[^A-Za-z]*[-\u2212]$|\(.*\d.*\)$")
SPACES = "'’‘ \u00a0\u2009\u202f"
AMOUNTS = {
    sign: re.compile(
        rf"(?:\d+|[1-9]\d{{0,2}}(?:([{SPACES}{other}])\d{{3}})(?:\1\d{{3}})*)"
        rf"(?:[{sign}](\d+))?",
        re.ASCII,
    )
    for sign, other in ((".", ","), (",", "."))
}
IN_THOUSANDTHS = re.compile(r"\d{1,3}\.\d{3}", re.ASCII)


@dataclass(slots=True)
class Signs:
    """What the cells of a column say about how it is written, with examples."""

    seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    doubtful: tuple[int, str] | None = None


# --- dates -------------------------------------------------------------------


def date_orders(
    columns: Mapping[str, Sequence[tuple[int, Cell]]],
) -> tuple[dict[str, str], list[RowError]]:
    """Whether the day or the month comes first in 02/03/2013, by column."""
    return _settled(
        {name: _order_signs(cells) for name, cells in columns.items()},
        "day",
        gettext_noop(
            "“%(value)s” can be read as day/month or month/day: give the date format."
        ),
        gettext_noop(
            "“%(one)s” and “%(other)s” are in different orders: give the date format."
        ),
    )


def _order_signs(cells: Iterable[tuple[int, Cell]]) -> Signs:
    signs = Signs()
    for row, cell in cells:
        match = SLASHED.fullmatch(cell) if isinstance(cell, str) else None
        if match is None:
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            signs.seen.setdefault("day", (row, match[0]))
        elif second > 12 >= first:
            signs.seen.setdefault("month", (row, match[0]))
        elif first != second:
            signs.doubtful = signs.doubtful or (row, match[0])
    return signs


def read_date(cell: Cell, order: str, date_format: str = "") -> date | None:
    """A calendar date between 1990 and 2100, or None where the cell is empty."""
    if isinstance(cell, date):
        found = cell
    elif cell == "":
        return None
    else:
        found = _written_date(str(cell), order, date_format)
    if found.year not in YEARS:
        raise Unreadable(
            gettext_noop("The year of %(value)s is not between 1990 and 2100."),
            {"value": shown(cell)},
        )
    return found


@lru_cache(maxsize=10_000)
def _written_date(text: str, order: str, date_format: str) -> date:
    try:
        if match := ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if date_format and text.isascii():
            # A calendar date has no time zone.
            return datetime.strptime(text, date_format).date()  # noqa: DTZ007
        if not date_format and (match := DOTTED.fullmatch(text)):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if not date_format and (match := SLASHED.fullmatch(text)):
            first, second = int(match[1]), int(match[3])
            day, month = (first, second) if order == "day" else (second, first)
            return date(int(match[4]), month, day)
    except ValueError:
        pass
    raise Unreadable(
        gettext_noop("“%(value)s” is not a date in the format of the file."),
        {"value": shown(text)},
    )


def is_date_format(text: str) -> bool:
    """Whether a format such as %m/%d/%Y writes and reads every calendar date."""
    probe = date(2013, 2, 28)
    try:
        written = probe.strftime(text)
        return datetime.strptime(written, text).date() == probe  # noqa: DTZ007
    except ValueError:
        return False


# --- amounts -----------------------------------------------------------------


def decimal_signs(
    columns: Mapping[str, Sequence[tuple[int, Cell]]], currencies: Sequence[str]
) -> tuple[dict[str, str], list[RowError]]:
    """Whether `.` or `,` is before the decimals, by column.

    `currencies` holds the currency of each row: in one of three decimals `1.234`
    is what it says, in the others it may as well be a thousand.
    """
    return _settled(
        {name: _decimal_signs(cells, currencies) for name, cells in columns.items()},
        ".",
        gettext_noop(
            "“%(value)s” may be a thousand or a fraction: write it as 1234.00."
        ),
        gettext_noop(
            "“%(one)s” and “%(other)s” have different signs before the decimals."
        ),
    )


def _decimal_signs(
    cells: Iterable[tuple[int, Cell]], currencies: Sequence[str]
) -> Signs:
    signs = Signs()
    for (row, cell), currency in zip(cells, currencies, strict=True):
        if not isinstance(cell, str):
            continue
        values = {sign: _amount_written(cell, sign) for sign in AMOUNTS}
        fitting = [sign for sign, value in values.items() if value is not None]
        if len(fitting) == 1:
            signs.seen.setdefault(fitting[0], (row, shown(cell)))
        elif values["."] != values[","]:
            if IN_THOUSANDTHS.fullmatch(cell) and _has_thousandths(currency):
                signs.seen.setdefault(".", (row, shown(cell)))
            else:
                signs.doubtful = signs.doubtful or (row, shown(cell))
    return signs


def _has_thousandths(currency: str) -> bool:
    return bool(currency) and decimals(currency) == 3


def read_amount(cell: Cell, sign: str, currency: str) -> Money | None:
    """An amount of the currency, exact and not negative; None where it is empty."""
    if cell == "":
        return None
    value = cell if isinstance(cell, Decimal) else _amount_written(str(cell), sign)
    if NEGATIVE.match(str(cell)) if value is None else value < 0:
        raise Unreadable(gettext_noop("%(value)s is negative."), {"value": shown(cell)})
    if value is None:
        raise Unreadable(
            gettext_noop("“%(value)s” is not an amount such as 1234.50."),
            {"value": shown(cell)},
        )
    _check_size(value, currency)
    return money(value, currency)


def _check_size(value: Decimal, currency: str) -> None:
    details = {
        "value": shown(format(value, "f")),
        "currency": currency,
        "decimals": str(decimals(currency)),
    }
    if value >= LARGEST_WHOLE:
        raise Unreadable(
            gettext_noop("%(value)s has more than 12 digits before the decimals."),
            details,
        )
    if value != money(value, currency).amount:
        raise Unreadable(
            gettext_noop(
                "%(value)s has too many decimals: %(currency)s has %(decimals)s."
            ),
            details,
        )


@lru_cache(maxsize=20_000)
def _amount_written(text: str, sign: str) -> Decimal | None:
    match = AMOUNTS[sign].fullmatch(text)
    if match is None:
        return None
    whole = text[: match.start(2) - 1] if match[2] else text
    digits = "".join(c for c in whole if c.isdigit())
    return Decimal(f"{digits}.{match[2]}" if match[2] else digits)


# --- both --------------------------------------------------------------------


def _settled(
    columns: Mapping[str, Signs], default: str, doubtful: str, mixed: str
) -> tuple[dict[str, str], list[RowError]]:
    """One way of reading for each column, or the error that says why not."""
    shared = {way for signs in columns.values() for way in signs.seen}
    ways, errors = {}, []
    for name, signs in columns.items():
        if len(signs.seen) > 1:
            (_row, one), (row, other) = signs.seen.values()
            errors.append(RowError(row, name, mixed, {"one": one, "other": other}))
        elif signs.doubtful and not signs.seen and len(shared) != 1:
            row, value = signs.doubtful
            errors.append(RowError(row, name, doubtful, {"value": value}))
        else:
            ways[name] = next(
                iter(signs.seen or (shared if len(shared) == 1 else ())), default
            )
    return ways, errors
