"""Fees and interest are claims of their own, from the letter to the last cent (§11)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from billing import facts as ledger
from billing.actions.bank_undo import reverse_all
from billing.actions.ledger import reverse_credit
from billing.models import Credit, Invoice
from clients.actions.merging import merge_clients
from dunning import facts
from dunning.actions.charge_events import ChargeRefusal
from dunning.actions.waiving import take_waiver_back, waive_charge
from dunning.actions.withdrawing import withdraw_notice
from dunning.facts.charges import earlier_open, interest_settled, lump_sums_charged
from dunning.models import Charge, ChargeEvent, Notice
from tests import make
from tests.dunning import charging, desk
from tests.dunning.charging import all_is_well, events, opened

pytestmark = pytest.mark.django_db


def withdraw(notice, reason="Wrong address"):
    return withdraw_notice(notice, cause="withdrawn", reason=reason, person=None)


def waive(row, amount, reason="Long-standing client", person=None, on="2026-04-01"):
    row.refresh_from_db()
    waive_charge(row, make.money(amount), reason, person, make.day(on))


def test_paragraph_13_is_charged_and_paid_to_the_cent(company):
    client, seven = charging.letter_of_paragraph_13()
    letter = Notice.objects.last()
    assert letter.total == make.money("1530.36 CHF")
    assert opened() == [
        (letter.number, "fee", "20.00"),
        (letter.number, "interest", "10.36"),
    ]
    assert charging.charge("fee").invoice is None
    assert charging.charge("interest").invoice == seven
    paid = make.credit(
        "1530.36 CHF",
        of=client,
        on="2026-03-25",
        to={seven: "1200.00 CHF", Invoice.objects.get(number="INV-8"): "300.00 CHF"},
    )
    account = (client.pk, "CHF")
    before = ledger.balances(make.day("2026-03-25"))[account]
    entry = charging.pay(
        paid, "2026-03-25", fee="20.00 CHF", interest="10.36 CHF", key="k"
    )
    assert (entry.number, entry.reason) == ("RC-2026-0001", letter.number)
    after = ledger.balances(make.day("2026-03-25"))[account]
    assert f"{(after - before).amount}" == "30.36"
    paid.refresh_from_db()
    assert not paid.unallocated
    assert [left for *_rest, left in opened()] == ["0.00", "0.00"]
    all_is_well()


def test_the_principal_is_paid_and_the_fee_stays_until_it_is_waived(company):
    """Complaint 14: neither forgotten by itself nor standing in the way for ever."""
    client, seven = charging.letter_of_paragraph_13()
    make.payment("1200.00 CHF", on="2026-03-20", to=seven)
    make.payment("350.00 CHF", on="2026-03-20", to=Invoice.objects.get(number="INV-8"))
    fee, interest = charging.charge("fee"), charging.charge("interest")
    assert earlier_open([client.pk]) == {(client.pk, "CHF"): make.money("30.36 CHF")}
    waive(fee, "20.00 CHF")
    waive(interest, "10.36 CHF")
    assert earlier_open([client.pk]) == {}
    assert events(fee) == [("waived", "20.00")]
    with pytest.raises(ChargeRefusal, match="at most"):
        waive(fee, "0.05 CHF")
    all_is_well()


def test_interest_of_what_was_paid_meanwhile_is_asked_for_by_the_next_letter(company):
    """That of an open invoice is not: the next letter names all of it anew."""
    client, seven = charging.letter_of_paragraph_13()
    make.payment("1200.00 CHF", on="2026-03-20", to=seven)
    waive(charging.charge("fee"), "20.00 CHF")
    assert earlier_open([client.pk]) == {(client.pk, "CHF"): make.money("10.36 CHF")}
    desk.issue("2026-04-10")
    last = Notice.objects.last()
    assert [line.invoice.number for line in last.lines.all()] == ["INV-8"]
    assert as_decimal(last.earlier) == as_decimal(make.money("10.36 CHF"))
    all_is_well()


def test_fees_add_up_from_level_to_level(company):
    """0, 20, 40: after level 3 60 are due, of which 40 are new."""
    levels = [
        {"name": f"L{n}", "grace_days": 0, "term_days": 10, "fee": {"CHF": fee}}
        for n, fee in enumerate(("0.00", "20.00", "40.00"), start=1)
    ]
    desk.policy(levels)
    make.invoice("500.00 CHF")
    for on in ("2026-02-10", "2026-03-01", "2026-03-20"):
        desk.issue(on)
    last = Notice.objects.last()
    sums = [last.open, last.earlier, last.fee, last.total]
    assert [f"{amount:.2f}" for amount in map(as_decimal, sums)] == [
        "500.00",
        "20.00",
        "40.00",
        "560.00",
    ]
    [due] = earlier_open().values()
    assert f"{due.amount}" == "60.00"
    all_is_well()


def as_decimal(amount):
    return getattr(amount, "amount", amount)


WITH_INTEREST = [
    {"name": f"L{n}", "grace_days": 0, "term_days": 10, "interest_rate": "5"}
    for n in (1, 2, 3)
]


@pytest.fixture
def interest(company):
    """Two letters: the second contains the interest of the first."""
    desk.policy(WITH_INTEREST)
    row = make.invoice("3650.00 CHF", due="2026-02-09")
    desk.issue("2026-02-19")
    desk.issue("2026-03-11")
    return row


def test_interest_of_a_later_letter_contains_the_earlier_one(interest):
    first, second = Charge.objects.order_by("pk")
    assert [left for *_rest, left in opened()] == ["0.00", "15.00"]
    assert events(first) == [("replaced", "5.00")]
    assert second.detail[0]["days"] == 30
    all_is_well()


def test_a_letter_taken_back_gives_the_interest_before_it_back(interest):
    first, second = Charge.objects.order_by("pk")
    withdraw(Notice.objects.last())
    assert [left for *_rest, left in opened()] == ["5.00", "0.00"]
    assert events(first) == [("replaced", "5.00"), ("restored", "-5.00")]
    assert events(second) == [("withdrawn", "15.00")]
    withdraw(Notice.objects.first())
    assert [left for *_rest, left in opened()] == ["0.00", "0.00"]
    all_is_well()


def test_what_was_paid_or_waived_of_interest_is_not_asked_for_again(interest):
    second = Charge.objects.last()
    paid = make.credit("4.00 CHF", of=interest.client, on="2026-03-15")
    charging.pay(paid, "2026-03-15", interest="4.00 CHF")
    waive(second, "1.00 CHF")
    assert interest_settled([interest.pk]) == {interest.pk: make.money("5.00 CHF")}
    desk.issue("2026-03-31")
    assert [left for *_rest, left in opened()] == ["0.00", "0.00", "20.00"]
    assert events(second)[-1] == ("replaced", "10.00")
    waived = second.events.get(kind="waived")
    take_waiver_back(waived, None, make.day("2026-04-02"))
    assert interest_settled([interest.pk]) == {interest.pk: make.money("4.00 CHF")}
    with pytest.raises(ChargeRefusal, match="taken back already"):
        take_waiver_back(waived, None, make.day("2026-04-02"))
    all_is_well()


def test_a_payment_that_bounces_owes_fees_and_interest_again(company):
    """§10: reversed, everything is as before."""
    client, seven = charging.letter_of_paragraph_13()
    paid = make.credit("1230.36 CHF", of=client, on="2026-03-25", to={seven: "1200.00 CHF"})  # fmt: skip
    charging.pay(paid, "2026-03-26", fee="20.00 CHF", interest="10.36 CHF")
    reverse_credit(paid, make.day("2026-03-30"), "bounced")
    assert [left for *_rest, left in opened()] == ["20.00", "10.36"]
    assert events(charging.charge("fee")) == [("paid", "20.00"), ("restored", "-20.00")]
    account = {(client.pk, "CHF"): make.money("1500.00 CHF")}
    assert ledger.balances(make.day("2026-03-30")) == account
    all_is_well()


def test_a_bank_file_that_is_undone_owes_them_again_too(company):
    client, seven = charging.letter_of_paragraph_13()
    parts = {seven: "1200.00 CHF"}
    first = make.credit("1220.00 CHF", of=client, on="2026-03-25", to=parts)
    second = make.credit("30.00 CHF", of=client, on="2026-03-25")
    charging.pay(first, "2026-03-26", fee="15.00 CHF")
    charging.pay(second, "2026-03-26", interest="10.36 CHF")
    charging.pay(second, "2026-03-27", fee="5.00 CHF")
    rows = Credit.objects.filter(pk__in=[first.pk, second.pk])
    with transaction.atomic():
        reverse_all(rows, "march.xml", make.day("2026-03-30"), None)
    assert [left for *_rest, left in opened()] == ["20.00", "10.36"]
    all_is_well()


def test_what_was_paid_of_a_letter_that_is_taken_back_stays_paid_until_released(
    company,
):
    client, _seven = charging.letter_of_paragraph_13()
    paid = make.credit("25.00 CHF", of=client, on="2026-03-25")
    charging.pay(paid, "2026-03-26", fee="15.00 CHF")
    letter = Notice.objects.last()
    withdraw(letter)
    fee = charging.charge("fee")
    assert events(fee) == [("paid", "15.00"), ("withdrawn", "5.00")]
    reverse_credit(paid, make.day("2026-03-30"), "bounced")
    assert events(fee)[2:] == [("restored", "-15.00"), ("withdrawn", "15.00")]
    with pytest.raises(ChargeRefusal, match="at most"):
        waive(fee, "1.00 CHF")
    all_is_well()


def test_the_lump_sum_is_charged_once_a_cycle_unless_its_letter_is_withdrawn(company):
    make.company(country="DE")
    levels = [
        {"name": f"L{n}", "grace_days": 0, "term_days": 10, "lump_sum": True}
        for n in (1, 2)
    ]
    desk.policy(levels)
    client = make.client(country="DE", currency="EUR")
    rows = [
        make.invoice(f"{total} EUR", to=client)
        for total in ("12.00", "300.00", "5000.00")
    ]
    desk.issue("2026-02-10")
    first = Notice.objects.last()
    assert f"{as_decimal(first.lump_sum):.2f}" == "120.00"
    assert lump_sums_charged([row.pk for row in rows]) == {row.pk for row in rows}
    desk.issue("2026-03-01")
    second = Notice.objects.last()
    assert as_decimal(second.lump_sum) == 0
    assert f"{as_decimal(second.earlier):.2f}" == "120.00"
    withdraw(second)
    withdraw(first)
    assert lump_sums_charged([row.pk for row in rows]) == set()
    all_is_well()


def test_a_merged_client_takes_its_charges_along(company):
    client, _seven = charging.letter_of_paragraph_13()
    other = make.client()
    merge_clients(client, other)
    assert set(Charge.objects.values_list("client", flat=True)) == {other.pk}
    paid = make.credit("20.00 CHF", of=other, on="2026-03-25")
    charging.pay(paid, "2026-03-26", fee="20.00 CHF")
    all_is_well()


def test_queries_do_not_grow_with_the_charges(company, django_assert_max_num_queries):
    desk.policy(WITH_INTEREST)
    many = [make.invoice("3650.00 CHF") for _n in range(25)]
    desk.issue("2026-02-19")
    desk.issue("2026-03-11")
    ids = [row.pk for row in many]
    with django_assert_max_num_queries(5):
        earlier_open(ids)
        interest_settled(ids)
        lump_sums_charged(ids)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Charge.objects.update(amount="1.00"),
        lambda: Charge.objects.all().delete(),
        lambda: ChargeEvent.objects.update(amount="1.00"),
    ],
)
def test_charges_and_what_became_of_them_are_frozen(interest, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_dossiers_read_what_was_charged_before(interest):
    [dossier] = facts.dossiers(make.day("2026-03-31"))
    [item] = dossier.items
    assert item.interest_settled in {None, make.money("0.00 CHF")}
    assert not item.lump_sum_charged
