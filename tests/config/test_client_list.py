"""The list of clients: found, sorted and summed per currency (A11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(db):
    today = localdate()
    muller = make.client("D-1", name="Müller AG")
    dupont = make.client("D-2", name="Dupont SA")
    ecole = make.client("D-3", name="École du Lac")
    make.client("D-4", name="Zurbriggen")
    make.invoice("100.00 CHF", to=muller, due=today - timedelta(days=3))
    make.invoice("40.00 EUR", to=muller, due=today + timedelta(days=3))
    make.invoice("900.00 CHF", to=dupont, due=today)
    make.credit("30.00 CHF", of=ecole, on=today)


def listed(page):
    return [row.record["name"] for row in page.context["table"].rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Dupont SA", "École du Lac", "Müller AG", "Zurbriggen"]),
        ("q=muller", ["Müller AG"]),
        ("q=MÜLLER", ["Müller AG"]),
        ("q=ecole", ["École du Lac"]),
        ("q=d-2", ["Dupont SA"]),
        ("q=nobody", []),
        ("owing=open", ["Dupont SA", "Müller AG"]),
        ("owing=overdue", ["Müller AG"]),
        ("owing=credit", ["École du Lac"]),
        ("sort=-name", ["Zurbriggen", "Müller AG", "École du Lac", "Dupont SA"]),
        ("sort=-balance_CHF", ["Dupont SA", "Müller AG", "Zurbriggen", "École du Lac"]),
        ("sort=-invoices&owing=open", ["Müller AG", "Dupont SA"]),
        (
            "sort=nothing&page=99",
            ["Dupont SA", "École du Lac", "Müller AG", "Zurbriggen"],
        ),
        ("q=%00", ["Dupont SA", "École du Lac", "Müller AG", "Zurbriggen"]),
    ],
)
def test_the_address_narrows_and_sorts(desk, books, query, names):
    assert listed(desk.get(f"/clients/?{query}")) == names


def test_balance_and_overdue_stand_in_columns_of_their_currency(desk, books):
    page = desk.get("/clients/?q=muller")
    [row] = page.context["table"].rows
    figures = {
        name: plain(row.table.columns[name].column.value(row.record[name]))
        for name in row.record
        if "_" in name and name not in {"archived_at", "credit_limit"}
    }
    assert figures == {
        "balance_CHF": "100.00",
        "overdue_CHF": "100.00",
        "balance_EUR": "40.00",
        "overdue_EUR": "0.00",
    }


def test_sums_are_of_the_filter_and_per_currency(desk, books):
    page = desk.get("/clients/")
    assert [
        (s.currency, plain(s.balance), plain(s.overdue)) for s in page.context["totals"]
    ] == [("CHF", "970.00", "100.00"), ("EUR", "40.00", "0.00")]


def test_the_list_needs_as_many_queries_for_many_clients_as_for_few(
    desk, books, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12) as few:
        desk.get("/clients/")
    for _ in range(30):
        make.invoice(to=make.client())
    with django_assert_num_queries(len(few)):
        desk.get("/clients/")


def test_strangers_are_refused(client, stranger):
    client.force_login(stranger)
    assert client.get("/clients/").status_code == 403
