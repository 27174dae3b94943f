"""Two years of receivables, booked at once: every statement and every ageing list
equals an independent calculation, to the cent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection

from tests import make
from tests.replay import oracle
from tests.replay.commands import asked, bring_in

pytestmark = pytest.mark.django_db

QUARTERS = [dt.date(2012, 1, 1) + relativedelta(months=3 * n) for n in range(9)]


@pytest.fixture(scope="module")
def all_booked(file, kept):
    with kept():
        make.company()
        return bring_in(file)


def test_twice_changes_nothing(file, rows, all_booked):
    settled = sum(row.settled is not None for row in rows)
    assert (all_booked["invoices_created"], all_booked["payments_created"]) == (
        len(rows),
        settled,
    )
    again = bring_in(file)
    assert again == {
        "clients_created": 0,
        "invoices_created": 0,
        "payments_created": 0,
        "unchanged": len(rows),
        "errors": [],
    }
    assert asked("verify_ledger")["findings"] == []


def test_every_statement_of_every_quarter_closes_and_opens_the_next(rows, all_booked):
    # Each goes through the same queries: a server is asked for every tenth.
    every = 1 if connection.vendor == "sqlite" else 10
    clients = sorted({row.client for row in rows})[::every]
    for client in clients:
        closing = Decimal(0)
        for start in QUARTERS:
            end = start + relativedelta(months=3, days=-1)
            said = asked(
                "issue_statement",
                client,
                "--from",
                start.isoformat(),
                "--to",
                end.isoformat(),
                "--preview",
            )
            must = oracle.statement(rows, client, start, end)
            [section] = said["sections"]
            money = {
                k: Decimal(section[k])
                for k in ("opening", "invoiced", "paid", "closing", "unallocated")
            }
            assert money["opening"] == must["opening"] == closing, (client, start)
            assert money["invoiced"] == must["invoiced"], (client, start)
            assert money["paid"] == must["paid"], (client, start)
            lines = sum(
                (Decimal(line["amount"]) for line in section["lines"]), Decimal(0)
            )
            assert money["opening"] + lines == money["closing"] == must["closing"], (
                client,
                start,
            )
            if section["lines"]:
                assert Decimal(section["lines"][-1]["balance"]) == money["closing"]
            opened = {
                i["invoice"]: Decimal(i["open"])
                for i in section["items"]
                if Decimal(i["open"])
            }
            assert opened == must["open"], (client, start)
            assert (
                sum(opened.values(), Decimal(0)) - money["unallocated"]
                == money["closing"]
            )
            ageing = {k: Decimal(v) for k, v in section["ageing"].items() if Decimal(v)}
            assert ageing == {k: v for k, v in must["ageing"].items() if v}, (
                client,
                start,
            )
            assert (
                sum(ageing.values(), Decimal(0)) - money["unallocated"]
                == money["closing"]
            )
            closing = money["closing"]


@pytest.mark.parametrize("months", range(0, 25, 2))
def test_aged_receivables_of_any_past_day(rows, all_booked, months):
    day = dt.date(2012, 1, 17) + relativedelta(months=months, days=months)
    said = asked("aged_receivables", "--on", day.isoformat())
    must = {c: b for c, b in oracle.aged(rows, day).items() if any(b.values())}
    sections = {section["currency"]: section for section in said["currencies"]}
    if not must:
        assert not sections
        return
    section = sections["EUR"]
    assert {
        c["client"]: {k: Decimal(v) for k, v in c["buckets"].items() if Decimal(v)}
        for c in section["clients"]
    } == {c: {k: v for k, v in b.items() if v} for c, b in must.items()}
    for name, amount in section["buckets"].items():
        assert Decimal(amount) == sum(
            (b.get(name, Decimal(0)) for b in must.values()), Decimal(0)
        )
    assert Decimal(section["total"]) == sum(
        (sum(b.values()) for b in must.values()), Decimal(0)
    )
