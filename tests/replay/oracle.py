"""An independent calculation from the file alone: plain Python, no product code.

Written from the semantics (docs/dunning.md), not from the product, so that the two
can disagree.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

POLICY = {
    "name": "Replay",
    "default": True,
    "levels": [
        {
            "name": "Rappel de paiement",
            "grace_days": 5,
            "term_days": 10,
            "fee": {"EUR": "0.00"},
        },
        {
            "name": "1re relance",
            "grace_days": 0,
            "term_days": 10,
            "fee": {"EUR": "20.00"},
        },
        {
            "name": "2e relance",
            "grace_days": 0,
            "term_days": 10,
            "fee": {"EUR": "40.00"},
        },
    ],
}
HEADER = [
    "customerID",
    "invoiceNumber",
    "InvoiceDate",
    "DueDate",
    "InvoiceAmount",
    "Disputed",
    "SettledDate",
]


@dataclass
class Row:
    client: str
    number: str
    issued: dt.date
    due: dt.date
    total: Decimal
    disputed: bool
    settled: dt.date | None


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Row(
                line["customerID"],
                line["invoiceNumber"],
                us(line["InvoiceDate"]),
                us(line["DueDate"]),
                Decimal(line["InvoiceAmount"]).quantize(Decimal("0.01")),
                line["Disputed"] == "Yes",
                us(line["SettledDate"]) if line["SettledDate"] else None,
            )
            for line in csv.DictReader(file)
        ]


def us(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%m/%d/%Y").date()


def invent(path: Path, *, clients: int, invoices: int) -> Path:
    """A file of the same shape, for checkouts that have no real one."""
    dice = random.Random(20130603)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(invoices):
            issued = dt.date(2012, 1, 3) + dt.timedelta(days=dice.randrange(700))
            settled = issued + dt.timedelta(
                days=dice.choice([5, 20, 35, 40, 46, 58, 75, 90, 140])
            )
            writer.writerow(
                [
                    f"{dice.randrange(clients):04d}-INV",
                    100000 + n,
                    f"{issued:%m/%d/%Y}",
                    f"{issued + dt.timedelta(days=30):%m/%d/%Y}",
                    f"{dice.randrange(500, 12800) / 100:.2f}",
                    dice.choice(["No", "No", "No", "Yes"]),
                    f"{settled:%m/%d/%Y}" if dice.random() < 0.95 else "",
                ]
            )
    return path


def open_on(row: Row, day: dt.date) -> bool:
    return row.issued <= day and (row.settled is None or row.settled > day)


class Dunning:
    """Levels and deadlines of every invoice, run after run."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.level: dict[str, int] = defaultdict(int)
        # Nobody pays fees: what was charged stands on every later letter (§11).
        self.charged: dict[str, Decimal] = defaultdict(Decimal)
        self.deadline: dict[str, dt.date] = {row.number: row.due for row in rows}

    def run(self, day: dt.date) -> dict:
        """What a run of the day must propose, leave out and print."""
        proposed, excluded = {}, {}
        for row in self.rows:
            if not open_on(row, day) or day <= row.due:
                continue
            reason = self.reason(row, day)
            if reason:
                excluded[row.number] = (row.client, reason)
            else:
                level = self.level[row.number] + 1
                proposed[row.number] = (
                    row.client,
                    level,
                    str(row.total),
                    (day - row.due).days,
                )
        letters = defaultdict(lambda: [0, Decimal(0)])
        for number, (client, level, total, _days) in proposed.items():
            letters[client][0] = max(letters[client][0], level)
            letters[client][1] += Decimal(total)
            self.level[number] = level
            self.deadline[number] = day + dt.timedelta(days=10)
        fees = {1: Decimal(0), 2: Decimal(20), 3: Decimal(40)}
        notices = {}
        for client, (level, total) in letters.items():
            self.charged[client] += fees[level]
            notices[client] = (level, f"{total + self.charged[client]:.2f}")
        return {"proposed": proposed, "excluded": excluded, "notices": notices}

    def reason(self, row: Row, day: dt.date) -> str:
        if row.disputed:
            return "disputed"
        if day <= self.deadline[row.number]:
            return "deadline_running"
        level = self.level[row.number]
        if level == 3:
            return "last_level_reached"
        grace = 5 if level == 0 else 0
        if day < self.deadline[row.number] + dt.timedelta(days=grace + 1):
            return "deadline_running"
        return ""


def aged(rows: list[Row], day: dt.date) -> dict[str, dict[str, Decimal]]:
    """Open amounts by client and age on any day."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        if open_on(row, day):
            found[row.client][bucket((day - row.due).days)] += row.total
    return found


def bucket(age: int) -> str:
    for limit, name in ((0, "not_due"), (30, "1-30"), (60, "31-60"), (90, "61-90")):
        if age <= limit:
            return name
    return "over_90"


def statement(rows: list[Row], client: str, start: dt.date, end: dt.date) -> dict:
    """Opening, sums and closing of a client's account over a period."""
    mine = [row for row in rows if row.client == client]

    def balance(day: dt.date) -> Decimal:
        return sum(
            (
                row.total
                * (
                    (row.issued <= day)
                    - (row.settled is not None and row.settled <= day)
                )
                for row in mine
            ),
            Decimal(0),
        )

    return {
        "opening": balance(start - dt.timedelta(days=1)),
        "invoiced": sum(
            (r.total for r in mine if start <= r.issued <= end), Decimal(0)
        ),
        "paid": sum(
            (r.total for r in mine if r.settled and start <= r.settled <= end),
            Decimal(0),
        ),
        "closing": balance(end),
        "open": {r.number: r.total for r in mine if open_on(r, end)},
        "ageing": aged(mine, end)[client],
    }


@dataclass
class Entry:
    """One booking: its day, its amount, and at which step somebody booked it."""

    client: str
    on: dt.date
    amount: Decimal
    step: int


def booked_late(rows: list[Row], ends: list[dt.date]) -> list[Entry]:
    """Every booking of the rows; some are booked steps after the one of their day."""
    dice = random.Random(20260615)
    entries = []
    for row in rows:
        step = _step(row.issued, ends) + dice.choice([0, 0, 0, 1, 2])
        entries.append(Entry(row.client, row.issued, row.total, step))
        if row.settled:
            paid = max(step, _step(row.settled, ends) + dice.choice([0, 0, 1]))
            entries.append(Entry(row.client, row.settled, -row.total, paid))
        else:
            entries.append(Entry(row.client, row.issued, Decimal(0), len(ends)))
    return entries


def _step(on: dt.date, ends: list[dt.date]) -> int:
    return next((n for n, end in enumerate(ends) if on <= end), len(ends))


def continued(
    entries: list[Entry], client: str, step: int, start: dt.date, end: dt.date
) -> dict:
    """A statement of what is booked by a step, that goes on from the step before."""
    mine = [e for e in entries if e.client == client and e.step <= step and e.amount]
    before = [e for e in mine if e.on < start]
    late = [e for e in before if step and e.step == step]
    return {
        "opening": sum((e.amount for e in before if e not in late), Decimal(0)),
        "corrections": sorted((e.on.isoformat(), e.amount) for e in late),
        "lines": sorted(
            (e.on.isoformat(), e.amount) for e in mine if start <= e.on <= end
        ),
        "closing": sum((e.amount for e in mine if e.on <= end), Decimal(0)),
    }
