"""The journal on its page, as a file, and from the command line."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from billing.views import journal as page
from clients import exporting, sheets
from tests import make
from tests.sheets import csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db
PATH = "/exports/journal/"
YEAR = f"{PATH}?start=2026-01-01&end=2026-12-31"


@pytest.fixture
def books(company):
    client = make.client("=K", name="=SUM(A1)")
    invoice = make.invoice("100.00 CHF", to=client, number="INV", issued="2026-01-10")
    make.payment("40.00 CHF", on="2026-02-01", to=invoice)
    make.invoice("500 JPY", to=client, number="YEN", issued="2026-01-20")
    return invoice


def test_the_page_shows_entries_and_sums_by_account_and_currency(desk, books):
    answer = desk.get(YEAR)
    assert [
        (s.account, s.currency, str(s.balance.amount)) for s in answer.context["sums"]
    ] == [
        ("1020", "CHF", "40.00"),
        ("1100", "CHF", "60.00"),
        ("3200", "CHF", "-100.00"),
        ("1100", "JPY", "500"),
        ("3200", "JPY", "-500"),
    ]
    assert [entry.document for entry in answer.context["entries"]][:2] == ["INV", "YEN"]


def test_the_file_is_the_journal_of_the_period(desk, books):
    head, first, *_, last = csv_rows(desk.get(f"{YEAR}&currency=CHF&export=csv"))
    assert head[:6] == [
        "Date",
        "Document",
        "Account",
        "Counter-account",
        "Amount",
        "Currency",
    ]
    assert first[:10] == [
        "2026-01-10",
        "INV",
        "1100",
        "3200",
        "100.00",
        "CHF",
        "",
        "",
        "Facture · =SUM(A1)",
        "'=K",
    ]
    assert last[2:6] == ["1020", "1100", "40.00", "CHF"]
    rows = xlsx_rows(desk.get(f"{YEAR}&export=xlsx"))
    assert [row[4] for row in rows[1:]] == [100, 500, 40]


def test_without_days_it_is_last_month(desk, books):
    form = desk.get(PATH).context["form"]
    days = form.cleaned_data
    assert days["start"].day == 1
    assert (days["end"] - days["start"]).days in range(27, 31)


@pytest.mark.parametrize(
    "query",
    [
        "start=2026-02-01&end=2026-01-01",
        "start=x&end=2026-01-01",
        "start=0001-01-01&end=2026-01-01",
        "start=2026-01-01&end=9999-12-31",
        "start=2026-01-01&end=2026-02-01&currency=XXX",
        "start=%00&end=",
    ],
)
def test_a_wrong_period_is_said_next_to_its_field(desk, books, query):
    answer = desk.get(f"{PATH}?{query}&export=csv")
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_an_empty_period_says_so(desk, books):
    answer = desk.get(f"{PATH}?start=2020-01-01&end=2020-12-31")
    assert "Nothing is booked in this period" in answer.content.decode()


def test_many_documents_are_added_up_only_when_asked(desk, books, monkeypatch):
    monkeypatch.setattr(page, "QUICK", 2)
    assert desk.get(YEAR).context["sums"] is None
    assert desk.get(f"{YEAR}&sums=1").context["sums"]


def test_more_entries_than_a_sheet_holds_are_refused_in_words(desk, books, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    monkeypatch.setattr(exporting, "MOST_ROWS", 4)
    answer = desk.get(f"{YEAR}&export=xlsx", follow=True)
    assert "take CSV" in answer.content.decode()


def test_who_may_not_export_sees_nothing(desk, accountant, client, stranger):
    accountant.user_permissions.remove(Permission.objects.get(codename="export_data"))
    assert desk.get(PATH).status_code == 403
    client.force_login(stranger)
    assert client.get(PATH).status_code == 403


def run(*options):
    out = StringIO()
    call_command("export_journal", "--from", "2026-01-01", "--to", *options, stdout=out)
    return out.getvalue()


def test_the_command_writes_the_file_for_programs(books, tmp_path):
    file = tmp_path / "journal.csv"
    run("2026-12-31", "--csv", str(file))
    with file.open(newline="") as lines:
        head, first, *_ = csv.reader(lines)
    assert head[:5] == ["date", "document", "account", "counter_account", "amount"]
    assert first[:6] == ["2026-01-10", "INV", "1100", "3200", "100.00", "CHF"]
    assert list(tmp_path.iterdir()) == [file]


def test_the_command_prints_one_json_document(books):
    found = json.loads(run("2026-01-31", "--json", "--currency", "jpy"))
    [entry] = found["entries"]
    assert (found["from"], found["to"]) == ("2026-01-01", "2026-01-31")
    assert entry["date"] == "2026-01-20"
    assert (entry["amount"], entry["currency"], entry["vat_amount"]) == (
        "500",
        "JPY",
        None,
    )
    assert found["accounts"][0] == {
        "account": "1100",
        "currency": "JPY",
        "debit": "500",
        "credit": "0",
    }


def test_the_command_without_a_file_tells_the_sums(books):
    assert run("2026-12-31").splitlines()[1] == "1100 CHF 100.00 40.00"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["2025-12-31"], 2),
        (["2026-12-31", "--csv", "/nowhere/at/all.csv"], 1),
    ],
)
def test_the_command_says_why_not(books, options, code):
    with pytest.raises((CommandError, SystemExit)) as refused:
        run(*options)
    assert getattr(refused.value, "returncode", code) == code


def test_a_file_that_was_there_stays_when_the_new_one_fails(
    books, tmp_path, monkeypatch
):
    file = tmp_path / "journal.csv"
    file.write_text("before")
    monkeypatch.setattr(
        Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(CommandError, match="full"):
        run("2026-12-31", "--csv", str(file))
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]
