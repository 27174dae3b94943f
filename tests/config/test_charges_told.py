"""Fees and interest where an account is told: statement, journal, timeline, files."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from billing.actions.ledger import reverse_credit
from billing.bookings import Period
from billing.journal import journal
from config.timeline import timeline
from dunning.actions.waiving import waive_charge
from statements.documents import statement_html
from statements.facts import statement_data
from tests import make
from tests.dunning import charging

pytestmark = pytest.mark.django_db
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def client_13(company):
    """Domain §13: the fee paid, the interest waived."""
    client, _seven = charging.letter_of_paragraph_13()
    paid = make.credit("20.00 CHF", of=client, on="2026-03-25")
    charging.pay(paid, "2026-03-26", fee="20.00 CHF")
    interest = charging.charge("interest")
    waive_charge(interest, make.money("10.36 CHF"), "Goodwill", None, date(2026, 3, 27))
    return client


def statement(client, **more):
    return statement_data(client, *YEAR, "activity", more.get("unpaid_only", False))


def test_the_statement_names_the_letter_and_its_balance_holds(client_13):
    data = statement(client_13)
    [section] = data.sections
    assert f"{section.charged.amount}" == "20.00"
    # Open fees are claims of their own: the account says 1200 + 350 − 50.
    assert f"{section.closing.amount}" == "1500.00"
    html = statement_html(client_13, data, "en", date(2026, 12, 31))
    assert "Reminder fees and interest R-2026-0002" in html


def test_what_bounced_stands_on_the_statement_with_what_it_took_back(client_13):
    paid = client_13.credits.get(amount=20)
    reverse_credit(paid, date(2026, 4, 1), "bounced")
    data = statement(client_13)
    [section] = data.sections
    assert not section.charged
    assert f"{section.closing.amount}" == "1500.00"
    html = statement_html(client_13, data, "en", date(2026, 12, 31))
    assert "Reminder fees and interest taken back R-2026-0002" in html
    charging.all_is_well()


def test_the_journal_books_them_as_income_of_their_own_and_takes_that_back(client_13):
    reverse_credit(client_13.credits.get(amount=20), date(2026, 4, 1), "bounced")
    rows = [
        (f"{e.on}", e.account, e.counter_account, f"{e.amount.amount}", e.vat_code)
        for e in journal(Period(*YEAR))
        if "6950" in {e.account, e.counter_account}
    ]
    assert rows == [
        ("2026-03-26", "1100", "6950", "20.00", ""),
        ("2026-04-01", "6950", "1100", "20.00", ""),
    ]


def test_the_timeline_tells_what_was_paid_and_what_was_waived(client_13):
    events, _more = timeline(client_13, 0, 50)
    told = [f"{event.title} {event.text}" for event in events]
    assert "Reminder fees and interest RC-2026-0001 R-2026-0002" in told
    assert "Late interest: Waived R-2026-0002 Goodwill" in told


def test_the_collection_file_and_the_export_have_them(desk, client_13):
    files = {}
    for name in ("collection", "export"):
        answer = desk.get(f"/clients/{client_13.pk}/{name}/")
        files[name] = ZipFile(BytesIO(answer.getvalue()))
    text = files["collection"].read("charges.csv").decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), delimiter=";"))[1:]
    assert [row[5:7] for row in rows] == [["20.00", "0.00"], ["10.36", "0.00"]]
    assert "Waived 10.36 Goodwill" in rows[1][7]
    data = json.loads(files["export"].read("data.json"))
    assert [row["kind"] for row in data["charge_events"]] == ["paid", "waived"]
    assert [row["amount"] for row in data["charges"]] == ["20.00", "10.36"]
