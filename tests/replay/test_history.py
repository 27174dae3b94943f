"""Two years of receivables, replayed: every run, statement and ageing list equals
an independent calculation, to the cent."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.db import connection

from billing.models import Invoice
from dunning.models import Notice
from tests.replay import oracle

pytestmark = pytest.mark.django_db

QUARTERS = [dt.date(2012, 1, 1) + relativedelta(months=3 * n) for n in range(9)]


def asked(*command: str) -> dict:
    """The one JSON document a command prints."""
    out = io.StringIO()
    call_command(*command, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def bring_in(file, *options: str) -> dict:
    return asked(
        "import_receivables",
        str(file),
        "--column",
        "number=invoiceNumber",
        "--column",
        "client=customerID",
        "--column",
        "issued_on=InvoiceDate",
        "--column",
        "due_on=DueDate",
        "--column",
        "total=InvoiceAmount",
        "--column",
        "paid_on=SettledDate",
        "--column",
        "disputed=Disputed",
        "--date-format",
        "%m/%d/%Y",
        "--currency",
        "EUR",
        *options,
    )


@pytest.fixture
def policy(tmp_path, company):
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(oracle.POLICY), encoding="utf-8")
    call_command("dunning_policy", "--load", str(path), stdout=io.StringIO())


@pytest.fixture
def all_booked(file, company):
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


@pytest.mark.parametrize(
    "step", [relativedelta(months=1), relativedelta(weeks=1)], ids=["monthly", "weekly"]
)
def test_every_run_of_two_years_equals_the_independent_calculation(file, policy, step):
    counts = replay(file, step)
    assert counts[1] > 0


def test_late_payers_climb_every_level_as_calculated(tmp_path, policy):
    slow = oracle.invent(tmp_path / "slow.csv", clients=30, invoices=600)
    counts = replay(slow, relativedelta(days=9))
    assert counts[1] > counts[2] > counts[3] > 0


def last_day(step) -> dt.date:
    """Two years; less where a server is asked: it answers what the file answers."""
    if connection.vendor == "sqlite":
        return dt.date(2014, 1, 20)
    return (
        dt.date(2013, 1, 21) if step.months or step.days == 9 else dt.date(2012, 9, 3)
    )


def replay(file, step) -> dict[int, int]:
    """Plays a file forward and compares every run; gives the count per level."""
    rows = oracle.read(file)
    expected = oracle.Dunning(rows)
    counts = {1: 0, 2: 0, 3: 0}
    day = dt.date(2012, 2, 6)
    while day <= last_day(step):
        bring_in(file, "--until", day.isoformat())
        run = asked("run_dunning", "--on", day.isoformat(), "--issue")
        must = expected.run(day)
        assert {
            line["invoice"]: (
                line["client"],
                line["level"],
                line["open"],
                line["days_overdue"],
            )
            for line in run["proposed"]
        } == must["proposed"], day
        assert {
            line["invoice"]: (line["client"], line["reason"])
            for line in run["excluded"]
        } == must["excluded"], day
        assert {
            notice["client"]: (notice["level"], notice["total"])
            for notice in run["notices"]
        } == must["notices"], day
        earlier = sum(
            Notice.objects.values_list("earlier", flat=True).filter(run=run["run"])
        )
        assert earlier + sum(Decimal(line["fee"]) for line in run["proposed"]) + sum(
            Decimal(line["open"]) for line in run["proposed"]
        ) == sum(Decimal(notice["total"]) for notice in run["notices"])
        again = asked("run_dunning", "--on", day.isoformat(), "--issue")
        assert again["proposed"] == again["notices"] == []
        for _client, level, _open, _days in must["proposed"].values():
            counts[level] += 1
        day += step
    assert asked("verify_ledger")["findings"] == []
    levels = dict(Invoice.objects.values_list("number", "level"))
    assert {n: levels[n] for n in expected.level} == dict(expected.level)
    return counts


def test_every_statement_of_every_quarter_closes_and_opens_the_next(rows, all_booked):
    # Each goes through the same queries: a server is asked for every third.
    every = 1 if connection.vendor == "sqlite" else 3
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
