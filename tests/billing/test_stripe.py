"""Paying through Stripe Checkout, end to end against a small Stripe on this machine."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import permutations

import pytest
from django.utils.timezone import localdate, now

from billing.actions.checkouts import CheckoutRefusal
from billing.actions.confirming import ask_providers, note
from billing.audit import audit
from billing.models import Checkout, Credit
from billing.rules.money import plain
from billing.rules.stripe_events import said_by_event
from tests import make
from tests.billing.paying import begin, document, pay_by_stripe, report
from tests.stripe_fake import fake_stripe

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with fake_stripe() as found:
        yield found


@pytest.fixture
def stripe(server, settings, company):
    pay_by_stripe(settings, server)
    server.down = False
    return server


@pytest.fixture
def paper():
    return document(make.client(name="Dupont SA"))


def two(paper):
    one = make.invoice("100.00 CHF", to=paper.client, due="2026-01-10")
    return one, make.invoice("50.50 CHF", to=paper.client, due="2026-02-10")


def opens(*invoices):
    for invoice in invoices:
        invoice.refresh_from_db()
    return [plain(invoice.open) for invoice in invoices]


def booked():
    return [
        (plain(credit.amount), plain(credit.unallocated))
        for credit in Credit.objects.order_by("pk")
    ]


def test_a_paid_session_is_one_payment_with_its_allocations_once(stripe, paper, client):
    """30 times the same event, then in every order with others: one effect."""
    one, other = two(paper)
    started = begin(paper, one, other)
    session = stripe.sessions[started.checkout.transaction_id]
    assert started.address == session["url"]
    assert session["amount_total"] == 15050
    assert session["lines"] == [
        (f"Invoice {one.number}", 10000),
        (f"Invoice {other.number}", 5050),
    ]
    assert session["success_url"].endswith(f"/paid/{started.checkout}/")
    assert session["cancel_url"].endswith(f"/paid/{started.checkout}/?left=1")
    # Nothing that opens the payer's page stands in our database.
    row = Checkout.objects.values().get()
    assert "secret" not in str(row)
    assert opens(one, other) == ["100.00", "50.50"]
    stripe.pay(session["id"])
    event = stripe.completed(session["id"])
    for _time in range(30):
        assert report(client, event).status_code == 200
    assert opens(one, other) == ["0.00", "0.00"]
    assert booked() == [("150.50", "0.00")]
    credit = Credit.objects.get()
    assert credit.reference == session["payment_intent"]
    assert (credit.dated_on, credit.kind) == (localdate(), "payment")
    checkout = Checkout.objects.get()
    assert (checkout.outcome, checkout.credit) == ("paid", credit)
    assert list(audit()) == []


def test_i34_whatever_the_order_of_events_it_ends_the_same(stripe):
    """A bank debit: sent off, expired elsewhere, confirmed, a part paid back."""
    ends = set()
    at = int(time.time())
    for turn, order in enumerate(permutations(range(4))):
        paper = document(make.client(), f"S-{turn}")
        invoice = make.invoice("80.00 CHF", to=paper.client)
        name = begin(paper, invoice).checkout.transaction_id
        stripe.pay(name, confirmed=False)
        sent = stripe.completed(name)
        expired = stripe.event(
            "checkout.session.expired", stripe.sessions[name] | {"status": "expired"}
        )
        stripe.confirm(name)
        kind = "checkout.session.async_payment_succeeded"
        paid = stripe.event(kind, stripe.sessions[name], created=at - 86_400)
        events = [sent, expired, paid, stripe.refunded(name, 3000)]
        for number in order:
            assert note(said_by_event(events[number]), now())
        checkout = Checkout.objects.select_related("credit").get(document=paper)
        ends.add(
            (
                checkout.status,
                checkout.outcome,
                plain(checkout.paid_back),
                plain(checkout.credit.amount),
                checkout.credit.dated_on,
                checkout.problem,
                checkout.parts.filter(standing=True).count(),
                *opens(invoice),
            )
        )
    yesterday = localdate() - timedelta(days=1)
    assert ends == {
        ("confirmed", "paid", "30.00", "80.00", yesterday, "", 0, "0.00"),
    }


def test_135_two_windows_cannot_pay_twice(stripe, paper, client):
    one, other = two(paper)
    first = begin(paper, one)
    assert begin(paper, one) == first
    both = begin(paper, one, other)
    assert both.checkout != first.checkout
    sessions = stripe.sessions
    assert sessions[first.checkout.transaction_id]["status"] == "expired"
    stripe.pay(both.checkout.transaction_id)
    # Paid, and nobody has told us: another window learns it from Stripe.
    with pytest.raises(CheckoutRefusal, match="has just been paid"):
        begin(paper, one)
    assert opens(one, other) == ["0.00", "0.00"]
    report(client, stripe.completed(both.checkout.transaction_id))
    with pytest.raises(CheckoutRefusal, match="Nothing of this"):
        begin(paper, other)
    assert booked() == [("150.50", "0.00")]
    assert (
        sum(
            s["payment_status"] == "paid"
            for s in sessions.values()
            if s["client_reference_id"] in {str(first.checkout), str(both.checkout)}
        )
        == 1
    )


def test_what_the_bank_confirms_later_is_not_offered_once_more(stripe, paper, client):
    one, other = two(paper)
    name = begin(paper, one).checkout.transaction_id
    stripe.pay(name, confirmed=False)
    report(client, stripe.completed(name))
    with pytest.raises(CheckoutRefusal, match="is being confirmed"):
        begin(paper, one, other)
    assert plain(begin(paper, other).checkout.amount) == "50.50"
    assert booked() == []
    failed = stripe.event(
        "checkout.session.async_payment_failed", stripe.sessions[name]
    )
    report(client, failed)
    assert Checkout.objects.get(transaction_id=name).outcome == "failed"
    assert plain(begin(paper, one, other).checkout.amount) == "150.50"


def test_paid_by_bank_meanwhile_the_rest_is_the_clients_and_listed(
    stripe, paper, client, desk
):
    one, other = two(paper)
    name = begin(paper, one, other).checkout.transaction_id
    make.payment("70.00 CHF", on="2026-02-20", to=one)
    stripe.pay(name)
    report(client, stripe.completed(name))
    assert opens(one, other) == ["0.00", "0.00"]
    assert booked() == [("70.00", "0.00"), ("150.50", "70.00")]
    assert "1 credit is not put to an invoice" in desk.get("/").content.decode()
    page = desk.get(f"/payments/{Checkout.objects.get().credit_id}/").content.decode()
    assert "Paid online" in page
    assert list(audit()) == []


def test_136_another_amount_or_currency_is_not_booked_but_shown(
    stripe, paper, client, desk
):
    one, _other = two(paper)
    name = begin(paper, one).checkout.transaction_id
    stripe.pay(name)
    for wrong in ({"amount_total": 9999}, {"currency": "eur"}, {"amount_total": None}):
        assert report(client, stripe.completed(name, **wrong)).status_code == 200
    assert (booked(), *opens(one)) == ([], "100.00")
    home = desk.get("/").content.decode()
    assert "1 payment online needs somebody to look at it" in home
    page = desk.get("/payments/online/?show=odd").content.decode()
    assert "another amount than was asked for: -1 CHF" in page
    checkout = Checkout.objects.get()
    # Another session with our name of the checkout is not the one that was begun.
    stranger = stripe.completed(name, id="cs_other")
    assert b"Not about" in report(client, stranger).content
    assert booked() == []
    desk.post(f"/payments/online/{checkout.pk}/done/")
    assert not Checkout.objects.strange().exists()
    # What is told rightly in the end is booked.
    report(client, stripe.completed(name))
    assert booked() == [("100.00", "0.00")]


def test_refunds_and_contested_payments_wait_for_a_person(stripe, paper, client, desk):
    one, _other = two(paper)
    name = begin(paper, one).checkout.transaction_id
    stripe.pay(name)
    for event in (
        stripe.completed(name),
        stripe.refunded(name, 3000),
        stripe.refunded(name, 2000),
        stripe.refunded(name, 10000),
        stripe.contested(name),
    ):
        assert report(client, event).status_code == 200
    checkout = Checkout.objects.get()
    assert (checkout.outcome, plain(checkout.paid_back)) == ("refunded", "100.00")
    # Nothing is booked by itself: the invoice is paid until a person says otherwise.
    assert (booked(), *opens(one)) == ([("100.00", "0.00")], "0.00")
    page = desk.get("/payments/online/").content.decode()
    assert "Paid back by the provider: CHF\xa0100.00" in page
    assert "contested" in page
    desk.post(f"/payments/online/{checkout.pk}/done/")
    desk.post(f"/payments/online/{checkout.pk}/done/")
    assert "Dealt with" in desk.get("/payments/online/").content.decode()
    assert "payment online needs" not in desk.get("/").content.decode()
    # Told again it stays dealt with; more that goes back is news.
    report(client, stripe.refunded(name, 10000))
    assert not Checkout.objects.strange().exists()


def test_a_lost_report_is_asked_for_by_the_clock(stripe, paper, client):
    one, other = two(paper)
    paid = begin(paper, one).checkout
    left = begin(paper, other).checkout
    stripe.pay(paid.transaction_id)
    soon, later = now() + timedelta(minutes=14), now() + timedelta(minutes=16)
    asked = len(stripe.asked)
    assert ask_providers(soon) == []
    assert len(stripe.asked) == asked
    stripe.down = True
    assert len(ask_providers(later)) == 1
    # The one that did not answer was asked once, not for every payment.
    assert len(stripe.asked) == asked + 1
    stripe.down = False
    assert ask_providers(later) == []
    assert opens(one, other) == ["0.00", "50.50"]
    assert len(stripe.asked) == asked + 3
    assert ask_providers(later + timedelta(minutes=10)) == []
    assert len(stripe.asked) == asked + 3
    stripe.expire(left.transaction_id)
    ask_providers(later + timedelta(hours=2))
    left.refresh_from_db()
    assert left.outcome == "failed"
    assert plain(begin(paper, other).checkout.amount) == "50.50"
    # It was paid in its last second after all.
    stripe.sessions[left.transaction_id] |= {"payment_status": "paid"}
    report(client, stripe.completed(left.transaction_id))
    assert booked() == [("100.00", "0.00"), ("50.50", "0.00")]


def test_very_many_invoices_are_one_line_at_stripe(stripe, paper, client):
    many = [make.invoice("1.10 CHF", to=paper.client) for _ in range(51)]
    name = begin(paper, *many).checkout.transaction_id
    session = stripe.sessions[name]
    assert session["lines"] == [("51 invoices", 5610)]
    stripe.pay(name)
    report(client, stripe.completed(name))
    assert (set(opens(*many)), booked()) == ({"0.00"}, [("56.10", "0.00")])


def test_a_provider_that_is_down_says_so_and_holds_nothing_up(stripe, paper):
    one, _other = two(paper)
    stripe.down = True
    with pytest.raises(CheckoutRefusal, match="does not answer"):
        begin(paper, one)
    stripe.down = False
    assert begin(paper, one).address
    states = Checkout.objects.order_by("pk").values_list("status", "ready")
    assert list(states) == [("error", False), ("waiting", True)]


def test_whoever_comes_back_learns_how_it_stands_and_nothing_else(
    stripe, paper, client
):
    invoice, _other = two(paper)
    checkout = begin(paper, invoice).checkout
    address = f"/payments/back/{checkout}/"
    page = client.get(address)
    assert "n’est pas encore" in page.content.decode() or page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert paper.client.name not in page.content.decode()
    stripe.pay(checkout.transaction_id)
    report(client, stripe.completed(checkout.transaction_id))
    assert client.get(address).status_code == 200
    assert (
        client.get("/payments/back/00000000-0000-4000-8000-000000000000/").status_code
        == 404
    )
    assert (
        client.get(f"/payments/of/{checkout}/?verification_result=x").status_code == 400
    )
