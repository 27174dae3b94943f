"""What `import_receivables` refuses: nothing of the file is booked, every row named."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from billing.models import Invoice
from clients.models import Client
from tests.billing.importing import FILE, HEAD, NOTHING, call, run

__all__ = ["run"]
pytestmark = pytest.mark.django_db

BAD_ROWS = [
    ("R-9,K1,2026-01-10,2026-02-09,1e5,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,1_000,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,１２.５０,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,NaN,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,-5.00,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,0.00,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,10.005,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,1000.5,JPY,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,1.2345,KWD,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,99999999999999999.00,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,=1+1,CHF,,,", "total"),
    ("R-9,K1,2026-01-10,2026-02-09,10.00,XYZ,,,", "currency"),
    ("R-9,K1,2026-02-29,2026-03-09,10.00,CHF,,,", "issued_on"),
    ("R-9,K1,,2026-03-09,10.00,CHF,,,", "issued_on"),
    ("R-9,K1,0001-01-01,2026-03-09,10.00,CHF,,,", "issued_on"),
    ("R-9,K1,2026-01-10,2026-01-09,10.00,CHF,,,", "due_on"),
    ("R-9,K1,2026-01-10,,10.00,CHF,,,", "due_on"),
    ("R-9,K1,2026-01-10,2026-02-09,10.00,CHF,tomorrow,,", "paid_on"),
    ("R-9,K1,2026-01-10,2026-02-09,10.00,CHF,,10.00,", "paid_on"),
    ("R-9,K1,2026-01-10,2026-02-09,10.00,CHF,2026-02-01,0.00,", "paid"),
    ("R-9,K1,2026-01-10,2026-02-09,10.00,CHF,2026-02-01,-1.00,", "paid"),
    ("R-9,K1,2026-01-10,2026-02-09,10.00,CHF,,,perhaps", "disputed"),
    (",K1,2026-01-10,2026-02-09,10.00,CHF,,,", "number"),
    ("R-1,K1,2026-01-10,2026-02-09,100.00,CHF,,,", "number"),
    ("R\x009,K1,2026-01-10,2026-02-09,10.00,CHF,,,", "number"),
    ("R\u202e9,K1,2026-01-10,2026-02-09,10.00,CHF,,,", "number"),
    (f"{'R' * 41},K1,2026-01-10,2026-02-09,10.00,CHF,,,", "number"),
    ("R-9,,2026-01-10,2026-02-09,10.00,CHF,,,", "client"),
    ("R-9,=cmd|' /C calc'!A0,2026-01-10,2026-02-09,10.00,CHF,,,", "client"),
    ("R-9,K1,2026-01-10,2026-02-09", ""),
    ("R-9,K1,2026-01-10,2026-02-09,10.00,CHF,,,,more", ""),
    (HEAD, ""),
]


@pytest.mark.parametrize(("row", "field"), BAD_ROWS)
def test_a_bad_row_is_named_and_nothing_is_booked(run, row, field):
    done = run(f"{FILE}{row}\n")
    assert done.code == 1
    assert done.errors == [(5, field)]
    assert done.json | {"errors": []} == {**NOTHING, "unchanged": 0, "errors": []}
    assert done.err.startswith("Row 5")
    assert not Invoice.objects.exists()
    assert not Client.objects.exists()


@pytest.mark.parametrize(("row", "field"), BAD_ROWS[:3])
def test_the_good_rows_may_be_booked_without_it(run, row, field):
    done = run(f"{FILE}{row}\n", "--leave-out-refused")
    assert (done.code, done.json["invoices_created"]) == (0, 3)
    assert done.errors == [(5, field)]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("R-1,K1", "R-1,K9", "client"),
        ("100.00", "101.00", "total"),
        ("100.00,CHF", "100.00,EUR", "currency"),
        ("R-1,K1,2026-01-10", "R-1,K1,2026-01-11", "issued_on"),
        ("2026-02-09", "2026-02-10", "due_on"),
        ("30.50", "20.50", "paid"),
        ("2026-02-20", "2026-02-21", "paid_on"),
    ],
)
def test_a_row_that_contradicts_what_is_booked_stops_the_file(run, old, new, field):
    run(FILE)
    more = f"{FILE.replace(old, new)}R-4,K3,2026-01-10,2026-02-09,10.00,CHF,,,\n"
    done = run(more)
    assert done.code == 1
    assert [name for _row, name in done.errors] == [field]
    assert not Client.objects.filter(number="K3").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 5000,
        bytes(range(256)) * 100,
        b"PK\x03\x04broken",
        b"one,two\n1,2\n",
        HEAD.encode(),
        f"{HEAD}\nR-1,K1,02/03/2026,02/03/2026,10.00,CHF,,,\n".encode(),
        f"{HEAD}\nR-1,K1,2026-01-10,2026-02-09,1.234,CHF,,,\n".encode(),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_without_a_traceback(run, content):
    done = run(content)
    assert (done.code, done.json["invoices_created"]) == (1, 0)
    assert done.json["errors"]
    assert "Traceback" not in done.err


def test_a_file_of_40_mb_and_one_that_is_not_there_are_refused(run, tmp_path):
    large = run(b"number,client\n" + b"x" * 40 * 1024**2)
    for done in (large, call(tmp_path / "nowhere.csv"), call(tmp_path)):
        assert (done.code, done.errors) == (1, [(0, "")])
        assert done.err.count("\n") == 1
    assert large.err == "The file is larger than 20 MB: split it.\n"


@pytest.mark.parametrize(
    "options",
    [
        ["--column", "number"],
        ["--column", "colour=Red"],
        ["--date-format", "dd.mm.yyyy"],
        ["--currency", "XYZ"],
        ["--until", "yesterday"],
    ],
)
def test_wrong_usage(run, options):
    with pytest.raises(CommandError):
        run(FILE, *options)
