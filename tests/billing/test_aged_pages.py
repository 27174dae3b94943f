"""Aged receivables of many clients: page by page, and today's from kept figures."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from billing.aged import aged_units
from tests import make
from tests.sheets import csv_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(company):
    """Sixty clients that owe francs, one that owes euros."""
    for n in range(60):
        make.invoice("10.00 CHF", to=make.client(name=f"Client {n:02d}"))
    make.invoice("7.00 EUR", to=make.client(name="Europa"))


def test_a_page_has_fifty_clients_and_the_sums_of_all(desk, crowd):
    page = desk.get("/aged/?on=2026-02-28").content.decode()
    assert "Client 49" in page
    assert "Client 50" not in page
    assert "600.00" in page
    assert "60 clients" in page


def test_turning_the_page_of_a_currency_leaves_the_others(desk, crowd):
    page = desk.get("/aged/?on=2026-02-28&of=CHF&page=2").content.decode()
    assert "Client 49" not in page
    assert "Client 59" in page
    assert "Europa" in page
    other = desk.get("/aged/?on=2026-02-28&of=EUR&page=2").content.decode()
    assert "Client 00" in other
    assert desk.get("/aged/?of=CHF&page=zero").status_code == 200


def test_pages_lead_to_each_other_and_sorting_begins_anew(desk, crowd):
    page = desk.get("/aged/?on=2026-02-28&of=CHF&page=2").content.decode()
    assert "page=1&amp;of=CHF#CHF" in page or "of=CHF&amp;page=1#CHF" in page
    assert "?on=2026-02-28&amp;sort=total" in page


def test_the_file_has_every_client(desk, crowd):
    assert len(csv_rows(desk.get("/aged/?on=2026-02-28&export=csv"))) == 62


@pytest.mark.parametrize("ahead", [0, 3])
def test_todays_figures_are_those_of_the_movements(company, ahead):
    today = localdate()
    invoice = make.invoice("100.00 CHF", due=today - timedelta(40))
    make.invoice(
        "50.00 CHF", to=invoice.client, due=today + timedelta(90), issued=today
    )
    make.payment("30.00 CHF", on=today - timedelta(1), to=invoice)
    make.credit("5.00 CHF", of=invoice.client, on=today)
    # Dated ahead: known today, but not yet so.
    make.payment("20.00 CHF", on=today + timedelta(ahead), to=invoice)
    for on in (today, today + timedelta(1), today + timedelta(5)):
        assert aged_units(on, today) == aged_units(on)
    [units] = aged_units(today, today).values()
    assert units["31-60"] == (50_000 if ahead == 0 else 70_000)


def test_a_past_day_never_asks_todays_figures(company):
    invoice = make.invoice("100.00 CHF", due="2026-02-01")
    make.payment("100.00 CHF", on="2026-03-01", to=invoice)
    [units] = aged_units(date(2026, 2, 28), date(2026, 3, 5)).values()
    assert units["1-30"] == 100_000
    assert aged_units(date(2026, 3, 1), date(2026, 3, 5)) == {}


def test_the_first_day_there_is_has_nothing(desk, crowd):
    assert desk.get("/aged/?on=0001-01-01").status_code == 200
