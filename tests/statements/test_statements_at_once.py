"""Several people, or cron twice, ask for the same statement at the same moment."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from billing.models import NumberSeries
from delivery.models import Document
from statements.actions import issue_statement
from statements.actions.issuing import Asked, StatementRefusal, keep_statement
from statements.audit import audit
from statements.models import Statement
from statements.rules.statement import StatementImbalance
from tests import make
from tests.processes import processes

PERIOD = (date(2026, 1, 1), date(2026, 1, 31))


@pytest.fixture
def owing(transactional_db):
    if connection.vendor == "sqlite":
        pytest.skip("threads share the in-memory database; processes show it below")
    make.company()
    client = make.client("OWING")
    for due in ("2026-02-01", "2026-02-02"):
        make.invoice(to=client, due=due)
    return client


def at_once(count, work):
    """Run `work(n)` in as many threads with connections of their own."""
    start, results = Barrier(count), []

    def one(number):
        try:
            start.wait(20)
            results.append(work(number))
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.processes
def test_the_same_request_from_many_connections_is_one_statement(owing):
    def issue(_number):
        return issue_statement(
            owing, *PERIOD, issued_on=date(2026, 2, 1), request_key="k" * 32
        ).number

    assert set(at_once(4, issue)) == {"S-2026-0001"}
    assert (Statement.objects.count(), Document.objects.count()) == (1, 1)
    assert NumberSeries.objects.get(name="S").last == 1


@pytest.mark.processes
def test_many_requests_at_once_get_numbers_without_gap(owing):
    def issue(number):
        period = (PERIOD[0] - timedelta(days=number), PERIOD[1])
        return issue_statement(
            owing, *period, issued_on=date(2026, 2, 1), request_key=f"{number:032x}"
        ).number

    assert sorted(at_once(4, issue)) == [f"S-2026-{n:04d}" for n in range(1, 5)]


@pytest.mark.processes
def test_the_same_of_several_people_at_once_is_one_statement(owing):
    """Their papers bear the same page: who comes second reads that it is there."""

    def issue(number):
        try:
            return issue_statement(
                owing, *PERIOD, issued_on=date(2026, 2, 1), request_key=f"{number:032x}"
            ).number
        except StatementRefusal as refusal:
            return str(refusal)

    said = at_once(4, issue)
    assert said.count("S-2026-0001") == Statement.objects.count() == 1
    refused = "The same statement has just been issued by somebody else."
    assert said.count(refused) == 3


@pytest.mark.processes
def test_i11_what_is_booked_while_statements_are_issued_is_told_exactly_once(owing):
    """Two people book on any day of half a year while each month is issued."""
    starts = [date(2026, n, 1) for n in range(1, 8)]
    months = [(a, b - timedelta(days=1)) for a, b in pairwise(starts)]

    def work(number):
        if not number:
            return [issued(owing, *month) for month in months[:-1]]
        dice = Random(number)
        for _ in range(15):
            on = starts[0] + timedelta(days=dice.randrange(150))
            make.credit("1.00 CHF", of=owing, on=on)
        return []

    at_once(3, work)
    issued(owing, *months[-1])
    told = [
        line["number"]
        for statement in Statement.objects.all()
        for line in statement.figures["sections"][0]["lines"]
    ]
    booked = [*owing.credits.all(), *owing.invoices.all()]
    assert len(booked) == 32
    assert sorted(told) == sorted(row.number for row in booked)
    assert list(audit()) == []


def issued(client, start, end):
    """Issued on any paper, however often somebody books in between."""
    key = f"{start}"
    asked = Asked(client, start, end, "activity", False, "fr", end, None, key)
    for _ in range(200):
        with suppress(StatementImbalance):
            data = asked.data()
            return keep_statement(asked, data, make.blank_pdf(), asked.token(data))
    raise AssertionError("somebody always booked")


FILL = """
from tests import make
make.company()
for number in range(6):
    client = make.client(f"K-{number}")
    for n in range(2):
        make.invoice(to=client, due="2026-01-20")
answer = None
"""
CRON = """
from io import StringIO
from django.core.management import call_command
out = StringIO()
call_command("issue_statements", "--to=2026-01-31", "--json", stdout=out)
answer = [entry["number"] for entry in json.loads(out.getvalue())["statements"]]
"""
COUNT = """
from statements.models import Statement
from billing.models import NumberSeries
answer = [Statement.objects.count(), NumberSeries.objects.get(name="S").last]
"""


@pytest.mark.processes
def test_cron_started_three_times_at_once_issues_each_statement_once(
    migrated, tmp_path, django_db_blocker
):
    with django_db_blocker.unblock(), processes(tmp_path, like=migrated) as several:
        several.run(FILL)
        answers = several.at_once([CRON] * 3)
        assert len({number for answer in answers for number in answer}) == 6
        assert several.run(COUNT) == [6, 6]
