"""`manage.py import_receivables`, on files that the tests write."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from billing import facts
from billing.actions import ledger
from billing.audit import audit
from billing.models import Allocation, Credit, Invoice, InvoiceMark
from billing.rules.money import plain
from clients.models import Client
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "number,client,issued_on,due_on,total,currency,paid_on,paid,disputed"
FILE = f"""{HEAD}
R-1,K1,2026-01-10,2026-02-09,100.00,CHF,,,no
R-2,K1,2026-01-15,2026-02-14,250.00,CHF,2026-02-20,,yes
R-3,K2,2026-02-01,2026-03-03,80.50,EUR,2026-02-15,30.50,no
"""
NOTHING = {"clients_created": 0, "invoices_created": 0, "payments_created": 0}


class Done:
    """What the command answered."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def errors(self):
        return [(e["row"], e["field"]) for e in self.json["errors"]]


@pytest.fixture
def run(tmp_path, company):
    """Write a file and import it."""

    def run(content, *options, name="file.csv"):
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return call(path, *options)

    return run


def call(path, *options):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(
            "import_receivables", str(path), "--json", *options, stdout=out, stderr=err
        )
    except SystemExit as stop:
        code = stop.code
    return Done(code, out.getvalue(), err.getvalue())


def test_a_file_is_booked_and_a_second_time_changes_nothing(run):
    first = run(FILE)
    assert first.code == 0
    assert first.json == {
        "clients_created": 2,
        "invoices_created": 3,
        "payments_created": 2,
        "unchanged": 0,
        "errors": [],
    }
    second = run(FILE)
    assert second.json == {**NOTHING, "unchanged": 3, "errors": []}
    assert [plain(row.open) for row in Invoice.objects.order_by("number")] == [
        "100.00",
        "0.00",
        "50.00",
    ]
    mark = InvoiceMark.objects.get()
    assert (mark.invoice.number, mark.since) == ("R-2", date(2026, 1, 15))
    assert list(audit()) == []


def test_names_languages_and_addresses_of_new_clients(run):
    run(
        "Kundennr;Kunde;E-Mail;Sprache;Rechnungsnr;Rechnungsdatum;Fällig am;Betrag\n"
        "K1;Müller  AG;a@mueller.example;Deutsch;R-1;10.01.2026;09.02.2026;1'200,50\n"
        "K2;;;;R-2;10.01.2026;09.02.2026;10,00\n".encode("cp1252"),
        "--currency",
        "EUR",
    )
    mueller, other = Client.objects.order_by("number")
    assert (mueller.name, mueller.email, mueller.language) == (
        "Müller AG",
        "a@mueller.example",
        "de",
    )
    assert "muller ag" in mueller.search
    assert (other.name, other.language, other.currency) == ("K2", "fr", "EUR")
    assert plain(Invoice.objects.get(number="R-1").total) == "1200.50"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_encoding_and_separator(run, encoding, delimiter):
    text = FILE.replace("K2", "Künz").replace(",", delimiter)
    done = run(text.encode(encoding))
    assert done.json["invoices_created"] == 3
    assert Client.objects.filter(number="Künz").exists()


def test_an_excel_workbook(run, tmp_path):
    book = Workbook()
    book.active.append(HEAD.split(","))
    book.active.append(
        [
            611365,
            "K1",
            date(2026, 1, 10),
            date(2026, 2, 9),
            99.9,
            "CHF",
            date(2026, 2, 1),
            None,
            True,
        ]
    )
    book.save(tmp_path / "book.xlsx")
    done = run((tmp_path / "book.xlsx").read_bytes(), "--date-format", "%m/%d/%Y")
    assert done.json["payments_created"] == 1
    invoice = Invoice.objects.get()
    assert (invoice.number, plain(invoice.total)) == ("611365", "99.90")


def test_the_columns_and_date_format_of_the_contract(run):
    text = (
        "countryCode,customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,"
        "Disputed,SettledDate\n"
        "391,0379-NEVHP,611365,1/2/2013,2/1/2013,55.94,No,1/15/2013\n"
        "406,8976-AMJEO,7900770,1/6/2013,2/5/2013,61.74,Yes,3/3/2013\n"
    )
    columns = {
        "number": "invoiceNumber",
        "client": "customerID",
        "issued_on": "InvoiceDate",
        "due_on": "DueDate",
        "total": "InvoiceAmount",
        "paid_on": "SettledDate",
        "disputed": "Disputed",
    }
    options = [f"--column={field}={header}" for field, header in columns.items()]
    given = [*options, "--date-format", "%m/%d/%Y", "--currency", "EUR"]
    assert run(text, *given).json["invoices_created"] == 2
    assert run(text, "--currency", "EUR").json["unchanged"] == 2
    assert Invoice.objects.get(number="7900770").issued_on == date(2013, 1, 6)


def test_until_day_by_day_plays_history_forward(run):
    seen = {}
    for on in ("2026-01-09", "2026-01-10", "2026-02-01", "2026-02-15", "2026-02-20"):
        answer = run(FILE, "--until", on).json
        seen[on] = (
            answer["clients_created"],
            answer["invoices_created"],
            answer["payments_created"],
            answer["unchanged"],
        )
        assert answer["errors"] == []
    assert seen == {
        "2026-01-09": (0, 0, 0, 0),
        "2026-01-10": (1, 1, 0, 0),
        "2026-02-01": (1, 2, 0, 1),
        "2026-02-15": (0, 0, 1, 2),
        "2026-02-20": (0, 0, 1, 2),
    }
    assert run(FILE).json == {**NOTHING, "unchanged": 3, "errors": []}
    assert list(audit()) == []


def test_a_later_file_adds_the_payment_it_knows_of(run):
    run(FILE)
    later = FILE.replace("2026-02-15,30.50", "2026-03-20,80.50")
    assert run(later).json["payments_created"] == 1
    amounts = Credit.objects.filter(reference="R-3").order_by("dated_on")
    assert [(plain(c.amount), c.dated_on) for c in amounts] == [
        ("30.50", date(2026, 2, 15)),
        ("50.00", date(2026, 3, 20)),
    ]
    assert plain(Invoice.objects.get(number="R-3").open) == "0.00"
    assert run(later).json == {**NOTHING, "unchanged": 3, "errors": []}
    assert list(audit()) == []


def test_an_overpayment_is_left_unallocated(run):
    run(f"{HEAD}\nR-1,K1,2026-01-10,2026-02-09,100.00,CHF,2026-02-01,130.00,no\n")
    credit = Credit.objects.get()
    assert (plain(credit.unallocated), credit.number) == ("30.00", "P-2026-0001")
    client = Client.objects.get()
    balance = facts.balances(date(2026, 12, 31))[client.pk, "CHF"]
    assert plain(balance) == "-30.00"


def test_a_payment_booked_by_hand_is_not_booked_again(run):
    run(FILE)
    invoice = Invoice.objects.get(number="R-1")
    make.payment("100.00 CHF", on="2026-02-05", to=invoice)
    paid = FILE.replace("100.00,CHF,,", "100.00,CHF,2026-02-06,")
    assert run(paid).json == {**NOTHING, "unchanged": 3, "errors": []}


def test_a_payment_taken_back_here_is_not_booked_again(run):
    run(FILE)
    paid = Credit.objects.get(reference="R-2")
    ledger.reverse_credit(paid, date(2026, 3, 1), "bounced")
    assert run(FILE).json["unchanged"] == 3
    assert plain(Invoice.objects.get(number="R-2").open) == "250.00"


def test_a_dispute_that_was_settled_here_is_not_opened_again(run):
    run(FILE)
    InvoiceMark.objects.update(ended_on=date(2026, 3, 1), end_reason="agreed")
    assert run(FILE).json["unchanged"] == 3
    assert run(FILE.replace(",no\nR-2", ",yes\nR-2")).json["unchanged"] == 2
    assert InvoiceMark.objects.count() == 2


def test_a_dry_run_tells_the_same_and_writes_nothing(run):
    done = run(FILE, "--dry-run")
    assert (done.code, done.json["invoices_created"]) == (0, 3)
    assert not Invoice.objects.exists()
    assert not Client.objects.exists()
    assert run(FILE).json["invoices_created"] == 3


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


def many(rows):
    lines = [
        f"R-{n},K{n % 10},2026-01-10,2026-02-09,10.00,CHF,2026-02-{n % 28 + 1:02},,yes"
        for n in range(rows)
    ]
    return "\n".join([HEAD, *lines])


def test_the_number_of_queries_does_not_depend_on_the_rows(run):
    counts = []
    for rows in (10, 200):
        text = many(rows).replace("R-", f"{rows}-").replace("K", f"{rows}K")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run(text)
        counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            run(text)
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 32
    assert counts[1] == counts[3] <= 14
    assert Allocation.objects.count() == 210
