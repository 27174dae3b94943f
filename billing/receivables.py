"""Reads aged receivables as of a day: by currency, and in it by client."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.aged import NOTHING, aged_units, ageing_of
from billing.rules.ageing import BUCKETS, Ageing
from billing.rules.money import plain
from clients.models import Client

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from billing.aged import Units
    from clients.sheets import Cell

# The head of the report for other programs.
HEAD = ("currency", "client", "name", *BUCKETS, "unallocated", "total")
COLUMNS = ("name", *BUCKETS, "unallocated", "total")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AgedClient:
    """One client's row."""

    client: Client
    ageing: Ageing


class AgedRows:
    """The rows of one currency in their order; clients are read part by part."""

    def __init__(self, code: str, found: list[tuple[int, Units]]) -> None:
        self.code = code
        self.found = found

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, part: slice) -> list[AgedClient]:
        wanted = self.found[part]
        clients = Client.objects.in_bulk([pk for pk, _units in wanted])
        return [
            AgedClient(clients[pk], ageing_of(self.code, units)) for pk, units in wanted
        ]

    def __iter__(self) -> Iterator[AgedClient]:
        for first in range(0, len(self), AT_ONCE):
            yield from self[first : first + AT_ONCE]


@dataclass(frozen=True, slots=True)
class AgedCurrency:
    """The rows of one currency, and their sums."""

    currency: str
    rows: AgedRows
    sums: Ageing


def aged_currencies(
    on: date, order: str = "name", *, today: date | None = None
) -> list[AgedCurrency]:
    """Every client with something open, or a credit left, at the end of the day.

    From dated movements; from today's figures only where today is given, for a day
    that is not before it. `order` is one of COLUMNS, with a minus for the other way
    round.
    """
    by_currency: dict[str, dict[int, Units]] = defaultdict(dict)
    for (client, code), units in aged_units(on, today).items():
        by_currency[code][client] = units
    names = {
        pk: name
        for pk, *name in Client.objects.order_by().values_list("pk", "search", "number")
    }
    return [
        _currency(code, in_order(rows, names, order))
        for code, rows in sorted(by_currency.items())
    ]


def in_order(
    rows: dict[int, Units], names: Mapping[int, list[str]], order: str
) -> list[tuple[int, Units]]:
    """The clients by name, or by a column with the largest first."""
    column = order.removeprefix("-")
    found = sorted(rows.items(), key=lambda row: names[row[0]])
    if column != "name":
        found.sort(key=lambda row: _units(row[1], column), reverse=True)
    return found[::-1] if order.startswith("-") else found


def aged_figures(on: date, found: Sequence[AgedCurrency]) -> dict[str, object]:
    """The report as plain words and figures, for JSON."""
    return {
        "on": on.isoformat(),
        "currencies": [
            {
                "currency": section.currency,
                **_figures(section.sums),
                "clients": [
                    {"client": row.client.number, **_figures(row.ageing)}
                    for row in section.rows
                ],
            }
            for section in found
        ],
    }


def aged_rows(found: Sequence[AgedCurrency]) -> Iterator[list[Cell]]:
    """The report as rows of a table: one per client and currency."""
    for section in found:
        for row in section.rows:
            yield [
                section.currency,
                row.client.number,
                row.client.name,
                *row.ageing.buckets.values(),
                row.ageing.unallocated,
                row.ageing.total,
            ]


def _currency(code: str, found: list[tuple[int, Units]]) -> AgedCurrency:
    sums = {name: sum(units[name] for _pk, units in found) for name in NOTHING}
    return AgedCurrency(code, AgedRows(code, found), ageing_of(code, sums))


def _units(units: Units, column: str) -> int:
    if column == "total":
        return sum(units[name] for name in BUCKETS) - units["unallocated"]
    return units[column]


def _figures(ageing: Ageing) -> dict[str, object]:
    return {
        "buckets": {name: plain(amount) for name, amount in ageing.buckets.items()},
        "unallocated": plain(ageing.unallocated),
        "total": plain(ageing.total),
    }
