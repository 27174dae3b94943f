"""Two imports of the same file at the same moment book it once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from billing.actions.booking import MovedSince, write_plan
from billing.actions.imports import check, read_file
from billing.models import Allocation, Credit, Invoice
from billing.rules.rows import Wishes
from clients.models import Client
from tests import make

ROOT = Path(__file__).parents[2]
HEAD = "number,client,issued_on,due_on,total,currency,paid_on,paid"
ROWS = 400


def text(paid=True):
    on = "2026-02-20" if paid else ""
    lines = [
        f"R-{n},K{n % 9},2026-01-10,2026-02-09,10.00,CHF,{on}," for n in range(ROWS)
    ]
    return "\n".join([HEAD, *lines])


@pytest.fixture
def manage(tmp_path, transactional_db):
    """Starts real commands on a database of their own, or the one of the tests."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path)}
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'books.sqlite3'}"
    else:
        address, _slash, _name = os.environ["DATABASE_URL"].partition("?")
        base = address.rpartition("/")[0]
        query = os.environ["DATABASE_URL"].partition("?")[2]
        environment["DATABASE_URL"] = (
            f"{base}/{connection.settings_dict['NAME']}?{query}"
        )

    def start(*words):
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    migrated = start("migrate", "-v0")
    assert migrated.communicate(timeout=120)[1] == ""
    return start


@pytest.mark.processes
@pytest.mark.parametrize("booked_before", [False, True])
def test_two_processes_book_a_file_once(manage, tmp_path, booked_before):
    """Run with the constraint or the lock gone, both book (or one breaks)."""
    file = tmp_path / "file.csv"
    if booked_before:
        file.write_text(text(paid=False))
        manage("import_receivables", str(file)).communicate(timeout=120)
    file.write_text(text())
    both = [manage("import_receivables", str(file), "--json") for _n in range(2)]
    answers = []
    for process in both:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
        answers.append(json.loads(out))
    assert sorted(answer["payments_created"] for answer in answers) == [0, ROWS]
    assert sorted(answer["unchanged"] for answer in answers) == [0, ROWS]
    audited = manage("verify_ledger")
    assert audited.communicate(timeout=120)[1] == ""
    assert audited.returncode == 0


@pytest.mark.django_db
def test_a_payment_that_came_between_stops_the_writing(company):
    """The plan was made on what is not true any more: nothing of it may stay."""
    client = make.client("K1", currency="CHF")
    invoice = make.invoice(
        "100.00 CHF", to=client, number="R-1", issued="2026-01-10", due="2026-02-09"
    )
    content = f"{HEAD}\nR-1,K1,2026-01-10,2026-02-09,100.00,CHF,2026-02-20,\n".encode()
    wishes = Wishes("CHF")
    plan = check(read_file(content, wishes), wishes)
    make.payment("30.00 CHF", on="2026-02-01", to=invoice)
    with pytest.raises(MovedSince):
        write_plan(plan, None)


@pytest.mark.django_db
def test_an_empty_plan_writes_nothing(company):
    wishes = Wishes("CHF")
    write_plan(check(read_file(HEAD.encode(), wishes), wishes), None)
    for model in (Client, Invoice, Credit, Allocation):
        assert not model.objects.exists()
