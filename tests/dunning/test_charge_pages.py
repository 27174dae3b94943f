"""Pages of fees and interest: their list, waiving, paying, and one click for all."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from billing.actions.ledger import allocate
from billing.models import CounterEntry
from dunning.actions.withdrawing import withdraw_notice
from dunning.models import Charge, ChargeEvent, Notice
from tests import make
from tests.dunning import charging
from tests.dunning.charging import opened

pytestmark = pytest.mark.django_db
NEW = "6f2f9a2e-6a0e-4d3c-9a53-0c5d3c4f2a11"


@pytest.fixture(scope="module")
def issued(kept):
    with kept():
        make.company()
        charging.letter_of_paragraph_13()


@pytest.fixture
def letter(issued, company):
    """The letter of domain §13, which charges 20.00 and 10.36."""
    return Notice.objects.last()


def waive(desk, row, follow=True, **given):
    values = {"amount": "20.00", "left_seen": "20.00", "reason": "Long-standing client"}
    return desk.post(
        reverse("charge_waive", args=[row.pk]), values | given, follow=follow
    )


def test_letter_client_and_invoice_show_what_was_charged(desk, letter):
    for name, pk in (
        ("notice", letter.pk),
        ("client_dunning", letter.client_id),
        ("invoice_reminders", charging.charge("interest").invoice_id),
    ):
        page = desk.get(reverse(name, args=[pk])).content.decode()
        assert "Fees and interest" in page
        assert "10.36" in page
        assert page.count("Reminder fee</a>") == 1


def test_one_click_puts_what_is_left_to_fees_and_interest(desk, letter):
    paid = make.credit("1530.36 CHF", of=letter.client, on="2026-03-25")
    make_rest(paid, "30.36 CHF")
    page = desk.get(reverse("notice", args=[letter.pk]))
    assert "to fees and interest of R-2026-0002" in page.content.decode()
    [offer] = page.context["charges"].offers[:1]
    sent = {
        "credit": offer.credit.pk,
        "charges": offer.keys,
        "amount": offer.figure,
        "key": offer.form_key,
        "next": reverse("notice", args=[letter.pk]),
    }
    for _again in range(2):
        done = desk.post(reverse("charges_settle"), sent)
        assert done.url == reverse("notice", args=[letter.pk])
    assert CounterEntry.objects.count() == 1
    paid_of = sum(part for *_rest, part in map(amounts, ChargeEvent.objects.all()))
    assert f"{paid_of:.2f}" == "30.36"


def amounts(event):
    return event.kind, event.amount.amount


def make_rest(paid, rest):
    """Of the other payments nothing is left, of this one so much."""
    open_ = {
        row.pk: make.money(f"{row.open.amount} CHF")
        for row in paid.client.invoices.filter(open__gt=0)
    }
    first = paid.client.credits.order_by("pk").first()
    some = dict(list(open_.items())[:1])
    allocate(first, dict.fromkeys(some, make.money("50.00 CHF")))
    left = {pk: sum_ for pk, sum_ in open_.items() if pk not in some}
    left |= {pk: sum_ - make.money("50.00 CHF") for pk, sum_ in some.items()}
    allocate(paid, left)
    paid.refresh_from_db()
    assert paid.unallocated == make.money(rest)


def test_an_offer_that_is_no_longer_as_it_was_books_nothing(desk, letter):
    fee = charging.charge("fee")
    paid = make.credit("20.00 CHF", of=letter.client, on="2026-03-25")
    sent = {"credit": paid.pk, "charges": f"{fee.pk}", "amount": "20.00", "key": NEW}
    waive(desk, fee, amount="5.00")
    page = desk.post(reverse("charges_settle"), sent, follow=True)
    assert "look again" in page.content.decode()
    for wrong in ({"credit": "x"}, {"charges": "-1"}, {"amount": "1e3"}, {"key": "1"}):
        desk.post(reverse("charges_settle"), sent | wrong, follow=True)
    assert not CounterEntry.objects.exists()


def test_waiving_asks_for_a_reason_and_no_more_than_is_open(desk, letter):
    fee = charging.charge("fee")
    for wrong in (
        {"reason": ""},
        {"amount": "20.05"},
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "1e1"},
    ):
        page = waive(desk, fee, **wrong)
        assert page.status_code == 200
        assert page.context["waiving"].errors
    assert not ChargeEvent.objects.exists()
    waive(desk, fee, amount="12.50")
    waive(desk, fee, amount="12.50")
    assert opened()[0][2] == "7.50"
    page = desk.get(reverse("charge", args=[fee.pk])).content.decode()
    assert "Long-standing client" in page
    event = ChargeEvent.objects.get()
    for _again in range(2):
        desk.post(reverse("charge_claim", args=[event.pk]))
    assert opened()[0][2] == "20.00"


def test_paying_a_part_from_a_payment_is_booked_once(desk, letter):
    fee = charging.charge("fee")
    paid = make.credit("15.00 CHF", of=letter.client, on="2026-03-25")
    sent = {"credit": paid.pk, "amount": "15.00", "dated_on": "2026-03-26", "key": NEW}
    address = reverse("charge_pay", args=[fee.pk])
    for wrong in (
        {"amount": "15.05"},
        {"dated_on": "2999-01-01"},
        {"dated_on": "2026-03-01"},
        {"credit": "0"},
    ):
        page = desk.post(address, sent | wrong)
        assert page.status_code == 200
        assert page.context["paying"].errors
    for _again in range(2):
        desk.post(address, sent)
    assert opened()[0][2] == "5.00"
    page = desk.get(reverse("payment", args=[paid.pk])).content.decode()
    assert "Give it back to the payment" in page
    entry = CounterEntry.objects.get()
    release = reverse("charge_release", args=[paid.pk, entry.pk])
    for _again in range(2):
        desk.post(release, {"dated_on": "2026-03-27"})
    assert opened()[0][2] == "20.00"
    paid.refresh_from_db()
    assert paid.unallocated == make.money("15.00 CHF")
    charging.all_is_well()


def test_the_list_is_narrowed_and_leaves_as_csv(desk, letter):
    waive(desk, charging.charge("fee"))
    address = reverse("charges")
    assert len(desk.get(address).context["table"].rows) == 2
    found = desk.get(address, {"open": "on"}).context
    assert [row.record.kind for row in found["table"].rows] == ["interest"]
    assert [f"{sum_.left.amount}" for sum_ in found["totals"]] == ["10.36"]
    for narrowed in ({"kind": "fee"}, {"client": letter.client_id}, {"q": "INV-7"}):
        assert desk.get(address, narrowed).status_code == 200
    file = desk.get(address, {"export": "csv", "open": "on"})
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "10.36" in text
    assert "20.00" not in text


def test_only_who_may_can_waive_and_pay(client, django_user_model, letter):
    reader = django_user_model.objects.create_user("reader", password="x")
    reader.user_permissions.add(Permission.objects.get(codename="view_run"))
    client.force_login(reader)
    fee = charging.charge("fee")
    page = client.get(reverse("charge", args=[fee.pk]))
    assert page.status_code == 200
    assert "Waive it" not in page.content.decode()
    for name in ("charge_waive", "charge_pay"):
        assert client.post(reverse(name, args=[fee.pk])).status_code == 403
        assert client.get(reverse(name, args=[fee.pk])).status_code in {403, 405}
    assert client.post(reverse("charges_settle")).status_code == 403


def test_queries_of_the_pages_do_not_grow(desk, letter, django_assert_max_num_queries):
    withdraw_notice(letter, cause="withdrawn", reason="x", person=None)
    address = reverse("charges")
    desk.get(address)
    with django_assert_max_num_queries(14):
        desk.get(address)
    assert Charge.objects.count() == 2
