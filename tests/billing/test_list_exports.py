"""Every list leaves as a file: all its rows, as the address narrows and sorts it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils.timezone import localdate

from billing.models import Invoice
from clients import exporting, parts
from tests import make
from tests.sheets import csv_rows, xlsx_cells, xlsx_rows

pytestmark = pytest.mark.django_db
LISTS = [
    "/invoices/",
    "/payments/",
    "/clients/",
    "/aged/",
    "/imports/",
    "/drafts/",
    "/recurring/",
    "/bank/",
    "/statements/",
    "/dunning/",
    "/documents/",
    "/messages/",
]


@pytest.fixture
def books():
    today = localdate()
    dupont = make.client("=D-1", name='=HYPERLINK("x";"Dupont; & <b>Fils</b>")')
    muller = make.client("D-2", name="Müller AG", currency="JPY")
    late = make.invoice(
        "1000.50 CHF", to=dupont, number="LATE", due=today - timedelta(9)
    )
    make.invoice("300 JPY", to=muller, number="SOON", due=today + timedelta(5))
    make.payment("400.00 CHF", on=today - timedelta(5), to=late)
    return {"late": late, "dupont": dupont}


def test_the_csv_of_invoices_has_figures_days_and_words(desk, books):
    head, first, second = csv_rows(desk.get("/invoices/?export=csv&sort=number"))
    assert head == [
        "Number",
        "Client",
        "Client number",
        "Date",
        "Due",
        "Days late",
        "Total",
        "Open",
        "Currency",
        "Level",
        "Status",
    ]
    due = localdate() - timedelta(9)
    assert first == [
        "LATE",
        """'=HYPERLINK("x";"Dupont; & <b>Fils</b>")""",
        "'=D-1",
        f"{due - timedelta(30)}",
        f"{due}",
        "9",
        "1000.50",
        "600.50",
        "CHF",
        "0",
        "Overdue",
    ]
    assert second[5:] == ["", "300", "300", "JPY", "0", "Open"]


def test_the_workbook_of_invoices_computes_and_runs_nothing(desk, books):
    answer = desk.get("/invoices/?export=xlsx&sort=number")
    assert answer["Content-Type"] == exporting.XLSX
    assert f'filename="invoices-{localdate()}.xlsx"' in answer["Content-Disposition"]
    row = xlsx_cells(answer)[1]
    assert [row[6].value, row[7].value] == [1000.5, 600.5]
    assert row[6].number_format == "#,##0.00"
    assert row[4].value == datetime.combine(
        localdate() - timedelta(9), datetime.min.time()
    )
    assert (row[1].data_type, row[1].value) == ("s", books["dupont"].name)


def test_filters_and_order_are_kept_and_pages_are_not(desk, monkeypatch):
    monkeypatch.setattr(parts, "ROWS_AT_ONCE", 20)
    client = make.client("ONE")
    for n in range(70):
        make.invoice(f"{n + 1}.00 CHF", to=client, number=f"N-{n:02d}")
    make.invoice("5.00 EUR", to=client, number="OTHER")
    rows = csv_rows(desk.get("/invoices/?currency=CHF&sort=-number&page=2&export=csv"))
    assert [row[0] for row in rows[1:]] == [f"N-{n:02d}" for n in reversed(range(70))]
    assert len(xlsx_rows(desk.get("/invoices/?q=other&export=xlsx"))) == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("path", LISTS)
def test_every_list_can_leave_empty_or_full(desk, path, form):
    read = csv_rows if form == "csv" else xlsx_rows
    assert len(read(desk.get(f"{path}?export={form}"))) == 1
    make.payment("1.00 CHF", on="2026-02-01", to=make.invoice("10.00 CHF"))
    read(desk.get(f"{path}?export={form}"))


@pytest.mark.parametrize("path", LISTS)
def test_the_button_stands_on_the_list(desk, books, path):
    answer = desk.get(path)
    shown = "export=xlsx" in answer.content.decode()
    assert shown is (path in {"/invoices/", "/payments/", "/clients/", "/aged/"})


@pytest.mark.parametrize("path", LISTS)
def test_files_need_their_own_permission(desk, accountant, books, path):
    accountant.user_permissions.remove(Permission.objects.get(codename="export_data"))
    assert desk.get(path).status_code == 200
    assert "export=xlsx" not in desk.get(path).content.decode()
    assert desk.get(f"{path}?export=csv").status_code == 403


@pytest.mark.parametrize("query", ["export=", "export=pdf", "export=%00"])
def test_any_other_form_is_the_page(desk, books, query):
    assert desk.get(f"/invoices/?{query}").context["table"]


def test_more_rows_than_a_sheet_holds_are_refused_in_words(desk, books, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    answer = desk.get("/invoices/?status=open&export=xlsx", follow=True)
    assert answer.redirect_chain == [("/invoices/?status=open", 302)]
    assert "A sheet holds at most 1 rows" in answer.content.decode()
    assert len(csv_rows(desk.get("/invoices/?export=csv"))) == 3


def test_queries_grow_with_parts_and_not_with_rows(
    desk, books, django_assert_max_num_queries
):
    make.invoice(to=books["dupont"])
    with django_assert_max_num_queries(14):
        csv_rows(desk.get("/invoices/?export=csv"))
    for _ in range(30):
        make.invoice(to=make.client())
    with django_assert_max_num_queries(14):
        csv_rows(desk.get("/invoices/?export=csv"))


def test_an_invoice_that_comes_while_the_file_is_taken_is_not_half_in_it(desk, books):
    answer = desk.get("/invoices/?export=csv")
    make.invoice(number="LATER")
    assert len(csv_rows(answer)) == 3
    assert Invoice.objects.count() == 3


def test_money_leaves_with_its_currency_where_the_list_shows_both_in_one(desk, books):
    rows = csv_rows(desk.get(f"/clients/?export=csv&q={'müller'}"))
    assert rows[0][-1] == "Overdue JPY"
    assert rows[1][-2:] == ["300", "0"]
