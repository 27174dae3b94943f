"""Several people, or cron twice, ask for the same statement at the same moment."""

import json
import os
import subprocess
import sys
from datetime import date
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection, connections

from billing.models import NumberSeries
from delivery.models import Document
from statements.actions import issue_statement
from statements.models import Statement
from tests import make

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
        return issue_statement(
            owing, *PERIOD, issued_on=date(2026, 2, 1), request_key=f"{number:032x}"
        ).number

    assert sorted(at_once(4, issue)) == [f"S-2026-{n:04d}" for n in range(1, 5)]


FILL = """
from tests import make
make.company()
for number in range(6):
    client = make.client(f"K-{number}")
    for n in range(2):
        make.invoice(to=client, due="2026-01-20")
"""
COUNT = """
from statements.models import Statement
from billing.models import NumberSeries
print(Statement.objects.count(), NumberSeries.objects.get(name="S").last)
"""


@pytest.mark.processes
def test_cron_started_three_times_at_once_issues_each_statement_once(tmp_path):
    """On a SQLite file, with real processes."""
    env = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/relance.sqlite3",
    }

    def start(*words):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)

    def run(*words):
        out, _err = start(*words).communicate(timeout=120)
        return out

    run("migrate", "--verbosity=0")
    run("shell", "--verbosity=0", "-c", FILL)
    issuing = [start("issue_statements", "--to=2026-01-31", "--json") for _ in range(3)]
    found = [
        entry["number"]
        for process in issuing
        for entry in json.loads(process.communicate(timeout=120)[0])["statements"]
    ]
    assert len(set(found)) == 6
    assert run("shell", "--verbosity=0", "-c", COUNT).split() == ["6", "6"]
