"""Aged receivables as of any day: the page, the download and the command."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from billing.models import Credit
from billing.receivables import aged_currencies
from tests import make
from tests.sheets import csv_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(company):
    """Two clients; one also in euros, with a payment nobody allocated."""
    anna = make.client("A-1", name="Anna AG")
    zoe = make.client("=Z-1", name="=SUM(A1:A9)")
    old = make.invoice("150.00 CHF", to=anna, number="A-OLD", due="2026-02-09")
    make.invoice("300.00 CHF", to=anna, number="A-NEW", due="2026-03-07")
    make.invoice("80.00 EUR", to=anna, number="A-EUR", due="2025-11-01")
    make.invoice("1000.00 CHF", to=zoe, number="Z-1", due="2026-01-28")
    make.credit("100.00 CHF", of=anna, on="2026-02-20")
    make.payment("150.00 CHF", on="2026-03-02", to=old)
    return anna, zoe


def report(**options):
    out = io.StringIO()
    call_command("aged_receivables", stdout=out, **options)
    return out.getvalue()


def test_json_as_of_a_past_day_knows_no_later_payment(ledger):
    answer = json.loads(report(on=date(2026, 2, 28), json=True))
    assert answer["on"] == "2026-02-28"
    chf, eur = answer["currencies"]
    assert (chf["currency"], chf["total"], chf["unallocated"]) == (
        "CHF",
        "1350.00",
        "100.00",
    )
    assert chf["buckets"] == {
        "not_due": "300.00",
        "1-30": "150.00",
        "31-60": "1000.00",
        "61-90": "0.00",
        "over_90": "0.00",
    }
    rows = {row["client"]: row for row in chf["clients"]}
    assert rows["A-1"]["total"] == "350.00"
    assert rows["A-1"]["unallocated"] == "100.00"
    assert rows["=Z-1"]["buckets"]["31-60"] == "1000.00"
    assert (eur["currency"], eur["buckets"]["over_90"]) == ("EUR", "80.00")


def test_an_age_of_thirty_is_in_the_first_bucket_and_thirty_one_in_the_next(company):
    make.invoice("10.00 CHF", due="2026-01-01")
    for on, bucket in (
        ("2026-01-01", "not_due"),
        ("2026-01-31", "1-30"),
        ("2026-02-01", "31-60"),
        ("2026-03-02", "31-60"),
        ("2026-03-03", "61-90"),
        ("2026-04-01", "61-90"),
        ("2026-04-02", "over_90"),
    ):
        [section] = aged_currencies(date.fromisoformat(on))
        assert [k for k, v in section.sums.buckets.items() if v] == [bucket], on


def test_csv_has_amounts_as_figures_and_no_formula(ledger):
    rows = list(csv.DictReader(io.StringIO(report(on=date(2026, 2, 28), csv=True))))
    assert [(r["currency"], r["client"], r["total"]) for r in rows] == [
        ("CHF", "'=Z-1", "1000.00"),
        ("CHF", "A-1", "350.00"),
        ("EUR", "A-1", "80.00"),
    ]
    assert rows[0]["name"] == "'=SUM(A1:A9)"


@pytest.mark.parametrize(
    "day", ["yesterday", "2026-02-30", "２０２６-01-01", "01/02/2026"]
)
def test_a_day_that_is_none_is_wrong_usage(day):
    with pytest.raises(CommandError, match="2026-01-31"):
        call_command("aged_receivables", f"--on={day}")


def test_an_empty_ledger_is_an_empty_report():
    assert json.loads(report(on=date(2026, 1, 1), json=True)) == {
        "on": "2026-01-01",
        "currencies": [],
    }


def test_page_shows_each_currency_for_itself_with_its_sums(desk, ledger):
    page = desk.get("/aged/?on=2026-02-28").content.decode()
    assert page.index('id="CHF"') < page.index('id="EUR"')
    foot = re.findall(r"<tfoot>.*?</tfoot>", page, re.DOTALL)
    assert "1’350.00" in foot[0]
    assert "80.00" in foot[1]
    assert "1’430" not in page
    assert f"/clients/{ledger[0].pk}/" in page


def test_page_today_is_the_default_and_a_wrong_day_is_an_error(desk, ledger):
    assert 'id="CHF"' in desk.get("/aged/").content.decode()
    wrong = desk.get("/aged/?on=31.31.2026")
    assert wrong.status_code == 200
    assert "Enter a valid date" in wrong.content.decode()
    assert desk.get("/aged/?on=%00").status_code == 200
    assert desk.get("/aged/?on=x&export=csv").status_code == 200


@pytest.mark.parametrize(
    "sort",
    [
        "name",
        "-name",
        "total",
        "-total",
        "over_90",
        "unallocated",
        "client__password",
        "%00",
    ],
)
def test_page_sorts_by_its_own_columns_only(desk, ledger, sort):
    page = desk.get(f"/aged/?on=2026-02-28&sort={sort}").content.decode()
    first = page.index("Anna AG") < page.index("SUM(A1")
    assert first is (sort in {"-name", "-total", "unallocated"})


def test_download_is_what_the_command_prints(desk, ledger):
    answer = desk.get("/aged/?on=2026-02-28&export=csv")
    assert 'filename="aged-2026-02-28-' in answer["Content-Disposition"]
    printed = csv.reader(io.StringIO(report(on=date(2026, 2, 28), csv=True)))
    assert csv_rows(answer)[1:] == list(printed)[1:]


def test_a_stranger_sees_nothing(client, stranger, ledger):
    client.force_login(stranger)
    assert client.get("/aged/").status_code == 403
    assert client.get("/aged/?export=csv").status_code == 403


def test_queries_do_not_grow_with_the_ledger(ledger, django_assert_num_queries):
    with django_assert_num_queries(5):
        aged_currencies(date(2026, 2, 28))
    for _ in range(20):
        invoice = make.invoice("10.00 CHF", due="2026-02-01")
        make.credit(
            "1.00 CHF", of=invoice.client, on="2026-02-02", kind=Credit.Kind.CREDIT_NOTE
        )
    with django_assert_num_queries(5):
        aged_currencies(date(2026, 2, 28))
