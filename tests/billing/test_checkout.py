"""Paying online without a provider of one's own: what is asked for, played and booked."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import localdate, now

from billing.actions.checkouts import (
    Asked,
    CheckoutRefusal,
    provider_form,
    start_checkout,
    submit_form,
)
from billing.actions.confirming import ask_providers, confirm
from billing.actions.ledger import refund, reverse_credit
from billing.actions.marks import mark_invoice
from billing.audit import audit
from billing.audit_online import audit_online
from billing.bank.desk import freshness
from billing.bookings import Period
from billing.journal import journal
from billing.models import Checkout, CheckoutPart, Credit, InvoiceMark
from billing.online import is_online, is_test
from billing.online.due import checkout_of, net_due, parts_of, underway
from billing.rules.money import plain
from clients.actions.merging import merge_clients
from config.paying import variants
from tests import make
from tests.billing.paying import PAGES, begin, document, pay_by

pytestmark = pytest.mark.django_db
TRYING = {"trying": ("billing.online.trying.TryingProvider", {})}


@pytest.fixture(autouse=True)
def trying(settings, company):
    pay_by(settings, TRYING)


@pytest.fixture
def paper():
    return document(make.client(name="Dupont SA"))


def paid(paper, *invoices, currency="CHF", status="confirmed"):
    """Somebody pays, or plays to."""
    checkout = begin(paper, *invoices, currency=currency).checkout
    submit_form(checkout, {"status": status}, pages=PAGES)
    return Checkout.objects.select_related("credit").get(pk=checkout.pk)


def asked(client, *ticked, currency="CHF"):
    """What somebody is asked for who ticks these."""
    ids = [invoice.pk for invoice in ticked]
    return [
        (part.number, plain(part.amount)) for part in parts_of(client.pk, ids, currency)
    ]


def test_it_works_out_of_the_box_and_moves_no_money_where_others_can_come(
    settings, paper, client
):
    assert variants({"api_key": "", "endpoint_secret": ""}, {}) == TRYING
    assert (is_online("CHF"), is_online("JPY"), is_online("KWD")) == (True, True, False)
    assert is_test()
    invoice = make.invoice("80.00 CHF", to=paper.client)
    started = begin(paper, invoice)
    assert started.address == PAGES.form(started.checkout)
    form = provider_form(started.checkout, pages=PAGES).form
    assert "The payment succeeds" in str(form)
    # Looking changes nothing, and neither does what an address says.
    before = Checkout.objects.values().get()
    provider_form(started.checkout, pages=PAGES)
    there = f"/payments/of/{started.checkout}/?verification_result=confirmed"
    assert client.get(there).status_code == 302
    assert client.post("/payments/trying/", {}).status_code == 400
    assert Checkout.objects.values().get() == before
    wrong = submit_form(started.checkout, {"status": "refunded"}, pages=PAGES)
    assert wrong.form.errors
    done = Asked(None, PAGES.done(started.checkout))
    for _click in range(2):
        answer = submit_form(started.checkout, {"status": "confirmed"}, pages=PAGES)
        assert answer == done
    assert provider_form(started.checkout, pages=PAGES) == done
    [credit] = Credit.objects.all()
    assert (plain(credit.amount), plain(credit.unallocated)) == ("80.00", "0.00")
    settings.BASE_URL = "https://relance.example"
    assert (is_online("CHF"), is_test()) == (False, False)
    with pytest.raises(CheckoutRefusal, match="not possible"):
        begin(paper, make.invoice("20.00 CHF", to=paper.client))


def test_stripe_comes_first_and_others_by_their_names():
    keys = {"api_key": "sk", "endpoint_secret": "wh", "api_base": ""}
    others = json.loads('{"paypal": ["payments.paypal.PaypalProvider", {"a": 1}]}')
    found = variants(keys, others)
    assert list(found) == ["stripe", "paypal"]
    assert found["paypal"] == ("payments.paypal.PaypalProvider", {"a": 1})
    assert list(variants(dict.fromkeys(keys, ""), others)) == ["paypal"]
    # Half of it would take money that nobody hears of.
    for missing in ("api_key", "endpoint_secret"):
        with pytest.raises(ImproperlyConfigured, match="needs both"):
            variants(keys | {missing: ""}, {})
    for wrong in ([1], {"a": "b"}, {"a": ["b"]}, {"a": ["b", 1]}, "text", None, 7):
        with pytest.raises(ImproperlyConfigured, match="must be JSON"):
            variants(dict.fromkeys(keys, ""), wrong)


def test_the_ticked_are_paid_less_credits_disputes_and_what_was_sent_off(paper):
    one = make.invoice("100.00 CHF", to=paper.client, number="A", due="2026-01-10")
    two = make.invoice("60.00 CHF", to=paper.client, number="B", due="2026-02-10")
    euros = make.invoice("40.00 EUR", to=paper.client, number="E")
    foreign = make.invoice("70.00 CHF")
    owner = paper.client
    everything = (one, two, euros, foreign)
    assert asked(owner, *everything) == [("A", "100.00"), ("B", "60.00")]
    assert asked(owner, *everything, currency="EUR") == [("E", "40.00")]
    assert asked(owner) == asked(owner, foreign) == []
    # 30 in credit is set off against whatever is paid last.
    make.credit("30.00 CHF", of=owner, on="2026-02-01")
    assert plain(net_due(owner.pk, "CHF")) == "130.00"
    assert asked(owner, one, two) == [("A", "100.00"), ("B", "30.00")]
    assert asked(owner, two) == [("B", "60.00")]
    # A disputed part is not asked for, nor set off; the whole is where it is ticked.
    part = make.money("25.00 CHF")
    kind, today = InvoiceMark.Kind.DISPUTED, localdate()
    mark_invoice(one, kind, today, "broken", amount=part)
    assert asked(owner, one, two) == [("A", "75.00"), ("B", "30.00")]
    mark_invoice(two, kind, today, "wrong")
    assert asked(owner, one) == [("A", "45.00")]
    assert asked(owner, one, two) == [("A", "75.00"), ("B", "30.00")]
    # What was sent off and waits for its confirmation counts as if it had come.
    waits = paid(paper, one, status="preauth")
    assert (waits.outcome, plain(waits.amount)) == ("waiting", "45.00")
    assert underway([one.pk, two.pk]) == {one.pk}
    assert asked(owner, one) == []
    with pytest.raises(CheckoutRefusal, match="being confirmed"):
        begin(paper, one)
    # The bank that took its time has confirmed.
    ask_providers(now() + timedelta(minutes=20))
    waits.refresh_from_db()
    assert (waits.outcome, underway([one.pk])) == ("paid", set())
    assert list(audit()) == []


def test_one_open_checkout_an_invoice_is_the_databases_own_rule(paper):
    invoice = make.invoice("50.00 CHF", to=paper.client)
    first = begin(paper, invoice).checkout
    part = first.parts.get()
    other = Checkout.objects.create(
        variant="trying",
        client=paper.client,
        document=paper,
        currency="CHF",
        total=50,
        until=now(),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckoutPart.objects.create(checkout=other, invoice=invoice, amount=50)
    # One that is being prepared by another window is let be, for a minute.
    Checkout.objects.filter(pk=first.pk).update(ready=False)
    with pytest.raises(CheckoutRefusal, match="another window"):
        begin(paper, invoice)
    Checkout.objects.filter(pk=first.pk).update(created=now() - timedelta(minutes=2))
    assert begin(paper, invoice).checkout != first
    part.refresh_from_db()
    first.refresh_from_db()
    assert (first.outcome, part.standing) == ("failed", False)
    # What was asked for is never anything else afterwards, and nothing is deleted.
    for what in (
        lambda: Checkout.objects.filter(pk=other.pk).update(total=1),
        lambda: Checkout.objects.filter(pk=other.pk).update(client=make.client()),
        lambda: CheckoutPart.objects.filter(pk=part.pk).update(amount=1),
        lambda: Checkout.objects.filter(pk=other.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            what()


def test_the_page_of_another_document_begins_anew(paper):
    """Whoever has the link of one document never comes to the page of another."""
    invoice = make.invoice("50.00 CHF", to=paper.client)
    first = begin(paper, invoice).checkout
    again = begin(document(paper.client, "S-2"), invoice).checkout
    assert again != first
    assert checkout_of(paper.pk, again.token) is None
    assert checkout_of(paper.pk, first.token).status == "cancelled"
    assert checkout_of(again.document_id, "nonsense") is None


def test_a_declined_card_can_be_tried_again_and_money_that_comes_late_is_taken(paper):
    invoice = make.invoice("50.00 CHF", to=paper.client)
    failed = paid(paper, invoice, status="rejected")
    assert (failed.outcome, failed.credit) == ("failed", None)
    again = paid(paper, invoice)
    assert plain(again.credit.unallocated) == "0.00"
    # The first one is confirmed after all: nothing is paid twice, the rest is listed.
    failed.change_status("confirmed")
    failed.change_status("rejected")
    assert ask_providers(now()) == []
    failed.refresh_from_db()
    assert (failed.outcome, plain(failed.credit.unallocated)) == ("paid", "50.00")
    assert confirm(failed.pk, now()).credit == failed.credit
    assert Credit.objects.count() == 2


def test_what_is_never_heard_of_again_is_given_up_and_a_provider_gone_holds_nothing(
    settings, paper
):
    invoice = make.invoice("50.00 CHF", to=paper.client)
    begun = begin(paper, invoice).checkout
    pay_by(settings, {"other": TRYING["trying"]})
    later = now() + timedelta(hours=2)
    assert ask_providers(later) == []
    with pytest.raises(CheckoutRefusal, match="another window"):
        begin(paper, invoice)
    assert ask_providers(later + timedelta(days=1)) == []
    begun.refresh_from_db()
    assert begun.status == "cancelled"
    assert begin(paper, invoice).checkout.variant == "other"


def test_checkouts_follow_a_merged_client_and_are_booked_there(paper):
    invoice = make.invoice("50.00 CHF", to=paper.client)
    begun = begin(paper, invoice).checkout
    other = make.client()
    merge_clients(paper.client, other)
    submit_form(begun, {"status": "confirmed"}, pages=PAGES)
    credit = Credit.objects.get()
    assert (credit.client, plain(credit.unallocated)) == (other, "0.00")
    with pytest.raises(CheckoutRefusal):
        start_checkout(paper, paper.client, [invoice.pk], "CHF", pages=PAGES)


def test_the_journal_has_it_on_the_clearing_account_until_it_is_paid_out(paper):
    invoice = make.invoice("80.00 CHF", to=paper.client, due=localdate())
    credit = paid(paper, invoice).credit
    reverse_credit(credit, localdate(), "contested")
    two = make.invoice("20.00 CHF", to=paper.client, due=localdate())
    late = begin(paper, two).checkout
    make.payment("20.00 CHF", on=localdate(), to=two)
    submit_form(late, {"status": "confirmed"}, pages=PAGES)
    surplus = Checkout.objects.get(pk=late.pk).credit
    refund(surplus, make.money("20.00 CHF"), localdate())
    period = Period(localdate(), localdate(), "CHF")
    rows = [
        (entry.account, entry.counter_account, plain(entry.amount))
        for entry in journal(period)
        if entry.document != "x" and "1100" in (entry.account, entry.counter_account)
    ]
    assert sorted(rows) == [
        ("1020", "1100", "20.00"),
        ("1090", "1100", "20.00"),
        ("1090", "1100", "80.00"),
        ("1100", "1090", "20.00"),
        ("1100", "1090", "80.00"),
    ]


def test_the_audit_names_what_does_not_agree_with_the_ledger(paper):
    one = paid(paper, make.invoice("50.00 CHF", to=paper.client))
    assert list(audit()) == []
    rows = Checkout.objects.filter(pk=one.pk)
    other = make.credit("49.00 CHF", of=paper.client, on="2026-02-01")
    rows.update(credit=other)
    assert "was not booked as it was paid" in str(list(audit_online()))
    rows.update(credit=None)
    one.parts.update(standing=True)
    said = [finding.problem for finding in audit_online()]
    assert said == [
        "has no payment online behind it",
        "is decided and holds its invoices up",
    ]
    # The clock books it again under its key: it is the same booking.
    assert ask_providers(now()) == []
    assert rows.get().credit == one.credit


def test_the_list_of_payments_online_is_for_those_who_may_see_it(
    desk, client, paper, stranger
):
    assert (
        "Nobody has paid online yet" in desk.get("/payments/online/").content.decode()
    )
    one = make.invoice("80.00 CHF", to=paper.client, number="F-2026-0042")
    two = make.invoice("30.00 CHF", to=paper.client, number="F-2026-0043")
    checkout = paid(paper, one)
    begin(paper, two)
    assert "Payment, online" in desk.get("/payments/").content.decode()
    # What came online says nothing of how far the books know the bank.
    assert freshness(localdate()).on is None
    page = desk.get("/payments/online/?q=0042").content.decode()
    assert "F-2026-0042" in page
    assert "F-2026-0043" not in page
    assert "F-2026-0043" in desk.get("/payments/online/?show=waiting").content.decode()
    assert (
        "F-2026-0042"
        in desk.get(f"/payments/online/?q={checkout}&show=paid").content.decode()
    )
    assert desk.get("/payments/online/?q=%00&show=x&page=-1").status_code == 200
    french = {"accept-language": "fr"}
    page = desk.get("/payments/online/", headers=french).content.decode()
    heads = page.split("<thead")[1].split("</thead>")[0]
    assert "Montant" in heads
    assert "Amount" not in heads
    assert desk.get("/payments/online/?export=csv").status_code == 200
    client.force_login(stranger)
    assert client.get("/payments/online/").status_code == 403
    assert client.post(f"/payments/online/{checkout.pk}/done/").status_code == 403
