"""Disputes of a whole invoice or a part, with their end: 4.9, first half."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from billing.actions.marks import mark_invoice
from billing.models import Invoice, InvoiceMark
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db
TODAY = localdate()
SOON = TODAY + timedelta(days=14)


@pytest.fixture
def owed():
    return make.invoice("1000.00 CHF", due=TODAY - timedelta(days=40))


def dispute(desk, owed, back="", **given):
    values = {"amount": "", "until": "", "reason": "Two hours too many"} | given
    return desk.post(f"/invoices/{owed.pk}/dispute/?next={back}", values)


def text(page):
    return page.content.decode().replace("\u00a0", " ").replace("\u2019", "'")


def test_a_part_is_disputed_and_the_page_says_what_is_claimed(desk, owed, accountant):
    answer = dispute(desk, owed, amount="300", until=f"{SOON}")
    assert answer.url == f"/invoices/{owed.pk}/"
    mark = owed.marks.get()
    assert (plain(mark.part), mark.until, mark.person) == ("300.00", SOON, accountant)
    page = text(desk.get(answer.url))
    assert "CHF 300.00 is disputed. CHF 700.00 is claimed" in page
    assert "Two hours too many" in page


def test_a_dispute_ends_by_itself_and_there_may_be_another(desk, owed):
    day = TODAY - timedelta(days=20)
    last = TODAY - timedelta(days=10)
    old = mark_invoice(owed, InvoiceMark.Kind.DISPUTED, day, "Old", until=last)
    assert "is disputed" not in text(desk.get(f"/invoices/{owed.pk}/"))
    assert not Invoice.objects.with_marks().get().is_disputed
    assert not desk.get("/invoices/?status=disputed").context["table"].rows
    dispute(desk, owed)
    old.refresh_from_db()
    assert (old.ended_on, old.end_reason) == (
        last + timedelta(days=1),
        "Its last day passed.",
    )
    assert Invoice.objects.with_marks().get().is_disputed


def test_what_is_disputed_is_never_more_than_is_open(desk, owed):
    dispute(desk, owed, amount="300")
    make.payment("900.00 CHF", on=TODAY, to=owed)
    page = text(desk.get(f"/invoices/{owed.pk}/"))
    assert "All of it, CHF 100.00, is disputed" in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1000.01"}, "amount"),
        ({"amount": "1e2"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"until": f"{TODAY - timedelta(days=1)}"}, "until"),
        ({"until": "2099-12-31"}, "until"),
        ({"until": "soon"}, "until"),
        ({"reason": "\u202e"}, "reason"),
    ],
)
def test_bad_input_is_refused_beside_its_field(desk, owed, given, field):
    page = dispute(desk, owed, **given)
    assert list(page.context["form"].errors) == [field]
    assert not owed.marks.exists()


def test_the_second_of_two_tabs_is_told(desk, owed):
    dispute(desk, owed, amount="300")
    assert "marked so already" in text(dispute(desk, owed, amount="400"))
    assert owed.marks.count() == 1


def test_a_paid_invoice_is_not_disputed(desk, owed):
    make.payment("1000.00 CHF", on=TODAY, to=owed)
    assert "The invoice is paid." in text(dispute(desk, owed))


@pytest.mark.parametrize(
    ("back", "there"),
    [
        ("/dunning/", "/dunning/"),
        ("//evil.example/", ""),
        ("https://evil.example/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_one_goes_back_to_where_one_came_from(desk, owed, back, there):
    assert dispute(desk, owed, back).url == (there or f"/invoices/{owed.pk}/")
