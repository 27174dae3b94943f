"""4.7: waiting credits of a client, put to its invoices with one click."""

from __future__ import annotations

import re

import pytest

from billing.actions import ledger
from billing.models import Allocation, InvoiceMark
from tests import make
from tests.dunning import desk as dunning_desk

ON = "2026-03-16"


@pytest.fixture
def client_row(company):
    dunning_desk.policy()
    return make.client("K-1", name="Alpen AG")


def page(client, currency="CHF", back=""):
    return f"/clients/{client.pk}/allocate/{currency}/" + (f"?next={back}" * bool(back))


def book(desk, address, **given):
    """What the page shows, sent back."""
    plan = desk.get(address).context["plan"]
    return desk.post(address.partition("?")[0], {"seen": plan.seen} | given)


def parts(desk, address):
    plan = desk.get(address).context["plan"]
    return [
        (part.item.number, f"{part.amount.amount:.2f}", part.reason.value)
        for part in plan.parts
    ]


def opened(client):
    return {
        inv.number: f"{inv.open.amount:.2f}" for inv in client.invoices.order_by("pk")
    }


def test_450_unallocated_covers_400_nobody_is_reminded_and_both_pages_offer_it(
    desk, client_row
):
    """Domain §6: G = 400.00, K = 450.00."""
    make.invoice("400.00 CHF", to=client_row, number="INV-7")
    make.credit("450.00 CHF", of=client_row, on="2026-03-01")
    run = dunning_desk.propose(ON)
    assert dunning_desk.lines(run) == {"INV-7": "covered_by_credit"}
    listed = desk.get(f"/clients/{client_row.pk}/").content.decode()
    assert "Allocate credits of CHF\N{NO-BREAK SPACE}450.00" in listed
    shown = desk.get(page(client_row)).content.decode()
    assert "Allocate CHF\N{NO-BREAK SPACE}400.00 to 1 invoice" in shown
    answer = book(desk, page(client_row))
    assert answer.url == f"/clients/{client_row.pk}/"
    assert opened(client_row) == {"INV-7": "0.00"}
    assert client_row.credits.get().unallocated.amount == 50


def test_the_excluded_list_leads_there_and_back(desk, client_row):
    """4.7: who is suppressed stands in the excluded list, with what to do."""
    make.invoice("400.00 CHF", to=client_row, number="INV-7")
    make.credit("450.00 CHF", of=client_row, on="2026-03-01")
    run = dunning_desk.propose(ON)
    excluded = f"/dunning/runs/{run.pk}/selection/?tab=excluded"
    html = desk.get(excluded).content.decode()
    assert "Allocate credits of CHF\N{NO-BREAK SPACE}450.00</a>" in html
    [there] = re.findall(r'href="(/clients/[0-9]+/allocate/[^"]+)"', html)
    shown = desk.get(there)
    answer = desk.post(there, {"seen": shown.context["plan"].seen})
    assert answer.url == excluded


def test_100_unallocated_leave_300_of_400_to_pay(desk, client_row):
    """Domain §6: K = 100.00; the letter nets it, the allocation books it."""
    make.invoice("400.00 CHF", to=client_row, number="INV-7")
    make.credit("100.00 CHF", of=client_row, on="2026-03-01")
    run = dunning_desk.issue(ON).run
    letter = run.notices.get()
    assert [letter.open.amount, letter.credit.amount, letter.total.amount] == [400, 100, 300]  # fmt: skip
    book(desk, page(client_row))
    assert opened(client_row) == {"INV-7": "300.00"}


def test_a_credit_in_eur_never_covers_chf(desk, client_row):
    make.invoice("400.00 CHF", to=client_row, number="INV-7")
    make.credit("450.00 EUR", of=client_row, on="2026-03-01")
    assert dunning_desk.lines(dunning_desk.propose(ON)) == {"INV-7": 1}
    assert parts(desk, page(client_row)) == []
    assert parts(desk, page(client_row, "EUR")) == []
    assert (
        "No invoice to put it to" in desk.get(page(client_row, "EUR")).content.decode()
    )


def test_reference_goes_before_amount_before_the_oldest(desk, client_row):
    for number, amount, due in (
        ("INV-1", "100.00 CHF", "2026-01-05"),
        ("INV-2", "250.00 CHF", "2026-02-05"),
        ("INV-3", "70.00 CHF", "2026-03-05"),
    ):
        make.invoice(amount, to=client_row, number=number, due=due)
    make.credit("60.00 CHF", of=client_row, on="2026-03-01")
    make.credit("250.00 CHF", of=client_row, on="2026-03-02")
    ledger.record_credit(
        client_row,
        "payment",
        make.money("50.00 CHF"),
        dated_on=make.day("2026-03-03"),
        reference="Zahlung INV-3",
    )
    assert parts(desk, page(client_row)) == [
        ("INV-1", "60.00", "oldest"),
        ("INV-2", "250.00", "amount"),
        ("INV-3", "50.00", "reference"),
    ]


@pytest.mark.parametrize(
    ("disputed", "settled"),
    [
        ("30", [("INV-1", "70.00", "oldest"), ("INV-2", "70.00", "oldest")]),
        (None, [("INV-2", "70.00", "oldest")]),
    ],
)
def test_what_is_disputed_waits_for_who_names_it(desk, client_row, disputed, settled):
    one = make.invoice("100.00 CHF", to=client_row, number="INV-1", due="2026-01-05")
    make.invoice("70.00 CHF", to=client_row, number="INV-2", due="2026-02-05")
    InvoiceMark.objects.create(
        invoice=one,
        kind="disputed",
        since="2026-02-01",
        reason="broken",
        amount=disputed,
    )
    make.credit("200.00 CHF", of=client_row, on="2026-03-01")
    assert parts(desk, page(client_row)) == settled


def test_it_is_booked_once_however_often_it_is_sent(desk, client_row):
    make.invoice("400.00 CHF", to=client_row, number="INV-7")
    make.credit("100.00 CHF", of=client_row, on="2026-03-01")
    seen = desk.get(page(client_row)).context["plan"].seen
    for _ in range(2):
        answer = desk.post(page(client_row), {"seen": seen})
    assert "Something was booked meanwhile" in answer.content.decode()
    assert Allocation.objects.count() == 1


def test_what_was_booked_meanwhile_is_looked_at_again(desk, client_row):
    invoice = make.invoice("400.00 CHF", to=client_row, number="INV-7")
    make.credit("450.00 CHF", of=client_row, on="2026-03-01")
    seen = desk.get(page(client_row)).context["plan"].seen
    make.payment("30.00 CHF", on="2026-03-02", to=invoice)
    answer = desk.post(page(client_row), {"seen": seen})
    assert "Something was booked meanwhile" in answer.content.decode()
    assert opened(client_row) == {"INV-7": "370.00"}


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/dunning/runs/1/", "/dunning/runs/1/"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_afterwards_one_is_back_where_one_came_from(desk, client_row, asked, goes):
    make.invoice("400.00 CHF", to=client_row)
    make.credit("100.00 CHF", of=client_row, on="2026-03-01")
    answer = book(desk, page(client_row, back=asked), next=asked)
    assert answer.url == (goes or f"/clients/{client_row.pk}/")


def test_who_may_not_book_sees_no_page(client, stranger, client_row):
    client.force_login(stranger)
    assert client.get(page(client_row)).status_code == 403
    assert client.post(page(client_row)).status_code == 403


def test_questions_do_not_grow_with_credits(
    desk, client_row, django_assert_max_num_queries
):
    for n in range(12):
        make.invoice("10.00 CHF", to=client_row, due=f"2026-01-{n + 1:02d}")
        make.credit("9.00 CHF", of=client_row, on="2026-03-01")
    desk.get(page(client_row))
    with django_assert_max_num_queries(16):
        desk.get(page(client_row))
