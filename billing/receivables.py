"""Reads aged receivables as of a day: by currency, and in it by client."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from billing.facts import aged_accounts
from billing.rules.ageing import BUCKETS, Ageing
from billing.rules.money import plain, total
from clients.models import Client

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from moneyed import Money

    from clients.sheets import Cell

# The head of the report for other programs.
HEAD = ("currency", "client", "name", *BUCKETS, "unallocated", "total")
COLUMNS = ("name", *BUCKETS, "unallocated", "total")


@dataclass(frozen=True, slots=True)
class AgedClient:
    """One client's row."""

    client: Client
    ageing: Ageing


@dataclass(frozen=True, slots=True)
class AgedCurrency:
    """The rows of one currency, and their sums."""

    currency: str
    rows: Sequence[AgedClient]
    sums: Ageing


def aged_currencies(on: date, order: str = "name") -> list[AgedCurrency]:
    """Every client with something open, or a credit left, at the end of the day.

    From dated movements, never from today's figures. `order` is one of COLUMNS,
    with a minus for the other way round.
    """
    accounts = aged_accounts(on)
    clients = Client.objects.in_bulk({client for client, _currency in accounts})
    by_currency = sorted(accounts.items(), key=lambda entry: entry[0][1])
    return [
        _currency(
            code, [AgedClient(clients[pk], age) for (pk, _code), age in group], order
        )
        for code, group in groupby(by_currency, key=lambda entry: entry[0][1])
    ]


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


def _currency(code: str, rows: list[AgedClient], order: str) -> AgedCurrency:
    column = order.removeprefix("-")
    rows.sort(key=lambda row: (row.client.search, row.client.number))
    if column != "name":
        rows.sort(key=lambda row: _amount(row.ageing, column), reverse=True)
    if order.startswith("-"):
        rows.reverse()
    sums = Ageing(
        code,
        {
            name: total((row.ageing.buckets[name] for row in rows), code)
            for name in BUCKETS
        },
        total((row.ageing.unallocated for row in rows), code),
    )
    return AgedCurrency(code, rows, sums)


def _amount(ageing: Ageing, column: str) -> Money:
    if column in BUCKETS:
        return ageing.buckets[column]
    return ageing.unallocated if column == "unallocated" else ageing.total


def _figures(ageing: Ageing) -> dict[str, object]:
    return {
        "buckets": {name: plain(amount) for name, amount in ageing.buckets.items()},
        "unallocated": plain(ageing.unallocated),
        "total": plain(ageing.total),
    }
