"""Payments: proposed to invoices, booked once, allocated and taken back (domain §5)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import localdate

from billing.models import Allocation, Credit
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_(db):
    """Two open invoices: the older one over 100, the newer one over 250."""
    return make.client("D-1", currency="CHF")


@pytest.fixture
def old(client_):
    return make.invoice("100.00 CHF", to=client_, number="OLD", due=ago(20))


@pytest.fixture
def new(client_, old):
    return make.invoice("250.00 CHF", to=client_, number="NEW", due=ago(10))


def ago(count):
    return localdate() - timedelta(days=count)


def given(**more):
    return {
        "amount": "150.00",
        "currency": "CHF",
        "dated_on": localdate().isoformat(),
        "reference": "",
        "key": str(uuid4()),
    } | more


def proposal(page):
    return {row.item.number: row.field.value() for row in page.context["parts"].rows()}


@pytest.mark.parametrize(
    ("more", "parts"),
    [
        ({}, {"OLD": "100.00", "NEW": "50.00"}),
        ({"amount": "250"}, {"OLD": "", "NEW": "250.00"}),
        ({"reference": "Facture NEW merci"}, {"OLD": "", "NEW": "150.00"}),
        ({"amount": "400"}, {"OLD": "100.00", "NEW": "250.00"}),
        ({"currency": "EUR"}, {}),
    ],
)
def test_a_proposal_by_reference_then_amount_then_age(
    desk, client_, old, new, more, parts
):
    page = desk.post(
        f"/clients/{client_.pk}/payment/", given(**more) | {"propose": "1"}
    )
    assert proposal(page) == parts
    assert not Credit.objects.exists()


def test_what_the_person_made_of_the_proposal_is_booked(
    desk, accountant, client_, old, new
):
    parts = {f"part_{old.pk}": "", f"part_{new.pk}": "120.00"}
    answer = desk.post(f"/clients/{client_.pk}/payment/", given(book="1", **parts))
    paid = Credit.objects.get()
    assert answer.url == f"/payments/{paid.pk}/"
    assert (plain(paid.unallocated), paid.created_by) == ("30.00", accountant)
    new.refresh_from_db()
    assert plain(new.open) == "130.00"


def test_a_double_click_books_once(desk, client_, old, new):
    form = given(book="1", **{f"part_{old.pk}": "60"})
    first = desk.post(f"/clients/{client_.pk}/payment/", form)
    again = desk.post(f"/clients/{client_.pk}/payment/", form)
    assert first.url == again.url
    assert Credit.objects.count() == Allocation.objects.count() == 1


@pytest.mark.parametrize(
    ("old_part", "new_part"),
    [("100.01", ""), ("100", "50.01"), ("1e2", ""), ("-1", "")],
)
def test_more_than_there_is_is_refused_and_nothing_is_booked(
    desk, client_, old, new, old_part, new_part
):
    parts = {f"part_{old.pk}": old_part, f"part_{new.pk}": new_part}
    page = desk.post(f"/clients/{client_.pk}/payment/", given(book="1", **parts))
    assert page.context["parts"].errors
    assert not Credit.objects.exists()


def test_what_an_invoice_lacks_is_filled_in_from_its_page(desk, client_, old, new):
    form = desk.get(f"/clients/{client_.pk}/payment/?invoice={new.pk}").context["form"]
    assert (form["amount"].value(), form["reference"].value()) == ("250.00", "NEW")
    for wrong in ("x", "9" * 40, "0", "１"):
        page = desk.get(f"/clients/{client_.pk}/payment/?invoice={wrong}")
        assert page.context["form"]["reference"].value() is None


def test_what_is_left_is_allocated_later_and_once(desk, client_, old, new):
    credit = make.credit("130.00 CHF", of=client_, on=ago(5))
    page = desk.get(f"/payments/{credit.pk}/")
    assert proposal(page) == {"OLD": "100.00", "NEW": "30.00"}
    form = {"left": "130.00", f"part_{old.pk}": "60"}
    desk.post(f"/payments/{credit.pk}/allocate/", form)
    desk.post(f"/payments/{credit.pk}/allocate/", form)
    credit.refresh_from_db()
    assert plain(credit.unallocated) == "70.00"
    page = desk.post(
        f"/payments/{credit.pk}/allocate/", {"left": "70.00", f"part_{old.pk}": "99"}
    )
    assert page.context["parts"].errors


def test_a_bounced_payment_is_reversed_and_its_invoice_open_again(desk, old):
    paid = make.payment("100.00 CHF", on=ago(9), to=old)
    page = desk.post(f"/payments/{paid.pk}/reverse/", {"dated_on": "", "reason": ""})
    assert set(page.context["reversal"].errors) == {"dated_on", "reason"}
    form = {"dated_on": ago(2).isoformat(), "reason": "bounced"}
    desk.post(f"/payments/{paid.pk}/reverse/", form)
    desk.post(f"/payments/{paid.pk}/reverse/", form)
    old.refresh_from_db()
    assert plain(old.open) == "100.00"
    assert paid.counter_entries.get().reason == "bounced"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", {"P-A", "P-B"}),
        ("left=on", {"P-B"}),
        ("kind=credit_note", set()),
        ("currency=EUR", {"P-B"}),
        ("q=p-a", {"P-A"}),
        ("q=%00&page=-5&sort=nothing", {"P-A", "P-B"}),
    ],
)
def test_the_list_is_narrowed_by_the_address(desk, old, query, numbers):
    make.credit(
        "100.00 CHF", of=old.client, on=ago(3), number="P-A", to={old: "100.00 CHF"}
    )
    make.credit("20.00 EUR", of=old.client, on=ago(2), number="P-B")
    page = desk.get(f"/payments/?{query}")
    assert {row.record.number for row in page.context["table"].rows} == numbers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/payments/"),
        ("get", "/payments/{credit}/"),
        ("post", "/payments/{credit}/allocate/"),
        ("post", "/payments/{credit}/reverse/"),
        ("post", "/clients/{client}/payment/"),
    ],
)
def test_strangers_are_refused(client, stranger, old, method, path):
    credit = make.credit("5.00 CHF", of=old.client, on=ago(1))
    client.force_login(stranger)
    path = path.format(credit=credit.pk, client=old.client_id)
    assert getattr(client, method)(path).status_code == 403
