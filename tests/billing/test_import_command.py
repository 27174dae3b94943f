"""`manage.py import_receivables`, on files that the tests write."""

from __future__ import annotations

from datetime import date

import pytest
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
from tests.billing.importing import FILE, HEAD, NOTHING, run

__all__ = ["run"]

pytestmark = pytest.mark.django_db


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


def many(rows):
    lines = [
        f"R-{n},K{n % 10},2026-01-10,2026-02-09,10.00,CHF,2026-02-{n % 28 + 1:02},,yes"
        for n in range(rows)
    ]
    return "\n".join([HEAD, *lines])


def test_the_number_of_queries_does_not_depend_on_the_rows(run):
    counts = []
    for rows in (60, 300):
        text = many(rows).replace("R-", f"{rows}-").replace("K", f"{rows}K")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run(text)
        counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            run(text)
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 34
    assert counts[1] == counts[3] <= 17
    assert Allocation.objects.count() == 360
