"""Two years of receivables, replayed: every run equals an independent calculation,
to the cent."""

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
from tests.replay.commands import asked, bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(tmp_path, company):
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(oracle.POLICY), encoding="utf-8")
    call_command("dunning_policy", "--load", str(path), stdout=io.StringIO())


@pytest.mark.parametrize(
    "step", [relativedelta(months=1), relativedelta(weeks=1)], ids=["monthly", "weekly"]
)
def test_every_run_of_two_years_equals_the_independent_calculation(
    file, tmp_path, policy, step
):
    counts = replay(
        file, step, whole_in(file) if step.months else news_in(file, tmp_path)
    )
    assert counts[1] > 0


def test_late_payers_climb_every_level_as_calculated(tmp_path, policy):
    slow = oracle.invent(tmp_path / "slow.csv", clients=30, invoices=600)
    counts = replay(slow, relativedelta(days=9), news_in(slow, tmp_path))
    assert counts[1] > counts[2] > counts[3] > 0


def last_day(step) -> dt.date:
    """Two years; less where a server is asked: it answers what the file answers."""
    if connection.vendor == "sqlite":
        return dt.date(2014, 1, 20)
    return (
        dt.date(2012, 10, 8) if step.months or step.days == 9 else dt.date(2012, 6, 4)
    )


def whole_in(file):
    """The same file every time, as it was on the day."""
    return lambda day: bring_in(file, "--until", day.isoformat())


def news_in(file, folder):
    """What came up since the day before: invoices, and those that were paid."""
    head, *lines = file.read_text(encoding="utf-8-sig").splitlines()
    rows = list(zip(lines, oracle.read(file), strict=True))
    news, seen = folder / "news.csv", dt.date.min

    def bring(day):
        nonlocal seen
        new = [
            line
            for line, row in rows
            if any(on and seen < on <= day for on in (row.issued, row.settled))
        ]
        seen = day
        if new:
            news.write_text("\n".join([head, *new]), encoding="utf-8")
            bring_in(news, "--until", day.isoformat())

    return bring


def replay(file, step, bring) -> dict[int, int]:
    """Plays a file forward and compares every run; gives the count per level."""
    rows = oracle.read(file)
    expected = oracle.Dunning(rows)
    counts = {1: 0, 2: 0, 3: 0}
    day = dt.date(2012, 2, 6)
    while day <= last_day(step):
        bring(day)
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
