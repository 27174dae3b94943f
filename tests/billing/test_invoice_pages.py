"""The list of invoices and the page of one, through the browser's requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from billing.actions.marks import mark_invoice
from billing.models import Invoice, InvoiceMark
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def books(today):
    """Dupont: overdue, paid, disputed; Müller: due soon in EUR, and "Non payé"."""
    dupont = make.client("D-1", name="Dupont SA")
    muller = make.client("D-2", name="Müller AG", currency="EUR")
    late = make.invoice("1000.00 CHF", to=dupont, number="LATE", due=today - days(9))
    paid = make.invoice("50.00 CHF", to=dupont, number="PAID", due=today - days(30))
    make.payment("50.00 CHF", on=today - days(29), to=paid)
    argued = make.invoice("70.00 CHF", to=dupont, number="ARGUED", due=today - days(3))
    mark_invoice(argued, InvoiceMark.Kind.DISPUTED, today, "wrong hours")
    make.invoice("300.00 EUR", to=muller, number="SOON", due=today + days(5))
    lost = make.invoice("80.00 EUR", to=muller, number="LOST", due=today - days(99))
    mark_invoice(lost, InvoiceMark.Kind.UNCOLLECTIBLE, today, "bankrupt")
    make.payment("400.00 CHF", on=today - days(5), to=late)
    return {"late": late, "dupont": dupont, "muller": muller, "argued": argued}


def days(count):
    return timedelta(days=count)


def listed(page):
    return {row.record.number for row in page.context["table"].rows}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", {"LATE", "PAID", "ARGUED", "SOON", "LOST"}),
        ("status=open", {"LATE", "ARGUED", "SOON", "LOST"}),
        ("status=overdue", {"LATE", "ARGUED"}),
        ("status=paid", {"PAID"}),
        ("status=disputed", {"ARGUED"}),
        ("status=uncollectible", {"LOST"}),
        ("status=reminded", set()),
        ("status=nonsense", {"LATE", "PAID", "ARGUED", "SOON", "LOST"}),
        ("currency=EUR", {"SOON", "LOST"}),
        ("q=muller", {"SOON", "LOST"}),
        ("q=d-1", {"LATE", "PAID", "ARGUED"}),
        ("q=lat", {"LATE"}),
        ("q=%25", set()),
        ("status=overdue&currency=CHF&q=dupont", {"LATE", "ARGUED"}),
    ],
)
def test_filters_stand_in_the_address(desk, books, query, numbers):
    assert listed(desk.get(f"/invoices/?{query}")) == numbers


def test_the_client_and_the_due_dates_narrow_the_list(desk, books, today):
    assert listed(desk.get(f"/invoices/?client={books['muller'].pk}")) == {
        "SOON",
        "LOST",
    }
    soon = f"/invoices/?due_from={today}&due_to={today + days(7)}"
    assert listed(desk.get(soon)) == {"SOON"}


def test_sums_are_of_the_whole_filter_and_never_mix_currencies(desk, books):
    page = desk.get("/invoices/?status=open")
    assert [
        (sum_.currency, sum_.count, plain(sum_.whole), plain(sum_.left))
        for sum_ in page.context["totals"]
    ] == [("CHF", 2, "1070.00", "670.00"), ("EUR", 2, "380.00", "380.00")]


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=9" + "9" * 30,
        "page=x",
        "sort=client__notes",
        "sort=-open",
        "per_page=0",
        "q=%00",
        "client=99" + "9" * 30,
        "client=x",
        "due_from=2026-02-30",
        "q=" + "x" * 5000,
        "unknown=1",
    ],
)
def test_any_address_gives_a_page(desk, books, query):
    assert desk.get(f"/invoices/?{query}").status_code == 200


def test_the_list_needs_as_many_queries_for_many_invoices_as_for_few(
    desk, django_assert_num_queries, django_assert_max_num_queries
):
    client = make.client()
    make.invoice(to=client)
    with django_assert_max_num_queries(14) as few:
        desk.get("/invoices/")
    for _ in range(20):
        make.invoice(to=make.client())
    with django_assert_num_queries(len(few)):
        desk.get("/invoices/")


def test_the_page_says_how_the_open_amount_comes_about(desk, books, today):
    late = books["late"]
    make.credit(
        "100.00 CHF",
        of=late.client,
        on=today,
        to={late: "100.00 CHF"},
        kind="credit_note",
    )
    page = desk.get(f"/invoices/{late.pk}/")
    parts = page.context["parts"]
    assert [plain(a) for a in (parts.paid, parts.credited, parts.written_off)] == [
        "400.00",
        "100.00",
        "0.00",
    ]
    text = page.content.decode()
    assert "Overdue" in text
    assert "CHF\u00a01’000.00" in text
    assert "CHF\u00a0500.00" in text


def test_a_dispute_is_marked_and_ended_with_its_reasons(desk, books, accountant):
    late = books["late"]
    desk.post(f"/invoices/{late.pk}/dispute/", {"reason": "  Wrong\u202e rate "})
    mark = late.marks.get()
    assert (mark.kind, mark.reason, mark.person) == (
        "disputed",
        "Wrong rate",
        accountant,
    )
    assert "Disputed" in desk.get(f"/invoices/{late.pk}/").content.decode()
    desk.post(f"/invoices/{late.pk}/dispute/end/", {"reason": "settled"})
    mark.refresh_from_db()
    assert (mark.ended_by, mark.end_reason) == (accountant, "settled")


def test_a_dispute_needs_a_reason_and_happens_once(desk, books):
    page = desk.post(f"/invoices/{books['late'].pk}/dispute/", {"reason": " "})
    assert "reason" in page.context["form"].errors
    desk.post(f"/invoices/{books['argued'].pk}/dispute/", {"reason": "again"})
    assert InvoiceMark.objects.filter(kind="disputed").count() == 1


def test_a_dispute_is_not_marked_by_a_link(desk, books):
    assert desk.get(f"/invoices/{books['late'].pk}/dispute/").status_code == 200
    assert not books["late"].marks.exists()
    assert desk.get(f"/invoices/{books['late'].pk}/dispute/end/").status_code == 405


def test_an_invoice_of_another_system_is_recorded(desk, accountant, today):
    client = make.client("D-9")
    answer = desk.post(
        f"/clients/{client.pk}/invoice/",
        {
            "number": " 2026-17 ",
            "issued_on": today - days(3),
            "due_on": today + days(27),
            "amount": "1'234.50",
            "currency": "chf",
        },
    )
    made = Invoice.objects.get()
    assert answer.url == f"/invoices/{made.pk}/"
    assert (made.number, plain(made.open), made.currency) == (
        "2026-17",
        "1234.50",
        "CHF",
    )
    assert (made.client, made.created_by) == (client, accountant)


def test_an_invoice_number_is_used_once(desk, books, today):
    page = desk.post(
        f"/clients/{books['dupont'].pk}/invoice/",
        {
            "number": "LATE",
            "issued_on": today,
            "due_on": today,
            "amount": "1",
            "currency": "CHF",
        },
    )
    assert "number" in page.context["form"].errors


def test_without_an_invoice_the_list_says_what_to_do(desk):
    assert "seed_demo" in desk.get("/invoices/").content.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/invoices/"),
        ("get", "/invoices/{invoice}/"),
        ("post", "/invoices/{invoice}/dispute/"),
        ("post", "/invoices/{invoice}/dispute/end/"),
        ("get", "/clients/{client}/invoice/"),
        ("post", "/clients/{client}/invoice/"),
    ],
)
def test_strangers_are_refused(client, stranger, method, path):
    row = make.invoice()
    client.force_login(stranger)
    path = path.format(invoice=row.pk, client=row.client_id)
    assert getattr(client, method)(path).status_code == 403
    client.logout()
    assert getattr(client, method)(path).url.startswith("/login/")
