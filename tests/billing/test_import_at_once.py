"""Two imports of the same file at the same moment book it once."""

from __future__ import annotations

import pytest

from billing.actions.booking import MovedSince, write_plan
from billing.actions.imports import check, read_file
from billing.models import Allocation, Credit, Invoice
from billing.rules.rows import Wishes
from clients.models import Client
from tests import make
from tests.processes import processes

HEAD = "number,client,issued_on,due_on,total,currency,paid_on,paid"
ROWS = 400


def text(paid=True):
    on = "2026-02-20" if paid else ""
    lines = [
        f"R-{n},K{n % 9},2026-01-10,2026-02-09,10.00,CHF,{on}," for n in range(ROWS)
    ]
    return "\n".join([HEAD, *lines])


IMPORT = """
from io import StringIO
from django.core.management import call_command
out = StringIO()
call_command("import_receivables", "{file}", "--json", stdout=out)
answer = json.loads(out.getvalue())
"""


@pytest.fixture
def several(migrated, tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), processes(tmp_path, like=migrated) as found:
        yield found


@pytest.mark.processes
@pytest.mark.parametrize("booked_before", [False, True])
def test_two_processes_book_a_file_once(several, tmp_path, booked_before):
    """Run with the constraint or the lock gone, both book (or one breaks)."""
    file = tmp_path / "file.csv"
    if booked_before:
        file.write_text(text(paid=False))
        several.run(IMPORT.format(file=file))
    file.write_text(text())
    answers = several.at_once([IMPORT.format(file=file)] * 2)
    assert sorted(answer["payments_created"] for answer in answers) == [0, ROWS]
    assert sorted(answer["unchanged"] for answer in answers) == [0, ROWS]
    several.manage("verify_ledger")


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
