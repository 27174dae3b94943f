"""4.15: what is read of letters and payments with known dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.actions.ledger import reverse_credit, write_off
from billing.models import Invoice, InvoiceMark
from billing.rules.money import plain
from clients.models import Client
from dunning.actions.withdrawing import withdraw_notice
from dunning.facts.effect import Scope, charge_effects, level_effects
from dunning.facts.profiles import payment_profile
from dunning.facts.sales import dso_history, month_ends
from dunning.models import Charge, ChargeEvent, Notice
from dunning.rules.effect import Advice
from tests import make
from tests.dunning.desk import issue_then, policy

TODAY = date(2026, 3, 31)
SPRING = Scope(date(2026, 1, 1), TODAY)
FIRST, SECOND = "2026-02-16", "2026-03-04"


@pytest.fixture
def letters(issued, company):
    """Six clients reminded on 16 February, those that owe again on 4 March."""
    return {row.number: row for row in Invoice.objects.all()}


@pytest.fixture(scope="module")
def issued(kept):
    with kept():
        make.company()
        write()


def write():
    policy()
    found = {
        name: make.invoice(f"{total} CHF", to=make.client(f"K-{name}"), number=name)
        for name, total in zip("ABCDEF", (100, 200, 300, 400, 500, 80), strict=True)
    }
    issue_then(FIRST)
    make.payment("100.00 CHF", on="2026-02-20", to=found["A"])
    make.payment("200.00 CHF", on="2026-03-01", to=found["B"])
    make.payment("50.00 CHF", on="2026-03-02", to=found["C"])
    credited = found["E"]
    make.credit(
        "500.00 CHF",
        of=credited.client,
        on="2026-02-20",
        to={credited: "500.00 CHF"},
        kind="credit_note",
    )
    write_off(
        found["F"], make.money("80.00 CHF"), make.day("2026-02-21"), "bankrupt", None
    )
    issue_then(SECOND)
    make.payment("250.00 CHF", on="2026-03-10", to=found["C"])


def told(scope=SPRING, today=TODAY):
    return [
        (
            effect.currency,
            effect.level,
            effect.letters,
            plain(effect.claimed),
            plain(effect.recovered),
            effect.paid,
            effect.share_in_time,
            effect.median_days,
        )
        for effect in level_effects(scope, today)
    ]


def test_each_payment_belongs_to_the_last_letter_before_it(letters):
    assert told() == [
        ("CHF", 1, 6, "1580.00", "350.00", 2, 17, Decimal("8.5")),
        ("CHF", 2, 2, "650.00", "250.00", 1, 50, Decimal(6)),
    ]


def test_only_letters_of_the_period_the_client_and_the_currency(letters):
    since = Scope(date(2026, 3, 1), TODAY)
    assert [row[:3] for row in told(since)] == [("CHF", 2, 2)]
    one = Scope(SPRING.first, TODAY, client=letters["A"].client_id)
    assert [row[:6] for row in told(one)] == [("CHF", 1, 1, "100.00", "100.00", 1)]
    assert told(Scope(SPRING.first, TODAY, currency="EUR")) == []


def test_a_deadline_that_runs_says_nothing_yet(letters):
    assert [row[6] for row in told(today=date(2026, 3, 14))] == [17, None]


def test_currencies_are_never_mixed(letters):
    make.invoice("70.00 EUR", to=letters["A"].client)
    issue_then("2026-03-05")
    assert [row[:4] for row in told()] == [
        ("CHF", 1, 6, "1580.00"),
        ("CHF", 2, 2, "650.00"),
        ("EUR", 1, 1, "70.00"),
    ]


def test_a_payment_of_the_letters_day_was_made_without_it(company):
    policy()
    invoice = make.invoice("100.00 CHF")
    issue_then(FIRST)
    make.payment("100.00 CHF", on=FIRST, to=invoice)
    assert told()[0][3:6] == ("100.00", "0.00", 0)


def test_what_bounced_is_not_recovered(company):
    policy()
    invoice = make.invoice("100.00 CHF")
    issue_then(FIRST)
    gone = make.payment("100.00 CHF", on="2026-02-18", to=invoice)
    assert told()[0][4:6] == ("100.00", 1)
    reverse_credit(gone, make.day("2026-02-20"), "bounced", None)
    assert told()[0][4:6] == ("0.00", 0)
    make.payment("100.00 CHF", on="2026-02-25", to=invoice)
    assert told()[0][4:] == ("100.00", 1, 100, Decimal(9))


def test_a_letter_that_was_withdrawn_led_to_nothing(letters):
    last = Notice.objects.order_by("-pk")[0]
    withdraw_notice(last, cause="withdrawn", reason="wrong", person=None)
    assert [row[2] for row in told()] == [6, 1]


def test_charges_are_what_was_asked_and_not_taken_back(letters):
    notice = Notice.objects.order_by("pk")[0]
    given = {
        "notice": notice,
        "client_id": notice.client_id,
        "dated_on": FIRST,
        "currency": "CHF",
    }
    fee = Charge.objects.create(kind="fee", amount="20", open="5", **given)
    rate = Charge.objects.create(kind="interest", amount="7", open="7", **given)
    events = [
        ChargeEvent.objects.create(
            charge=charge,
            kind=kind,
            amount=amount,
            currency="CHF",
            happened_on=SECOND,
        )
        for charge, kind, amount in [
            (fee, "paid", "10"),
            (fee, "waived", "5"),
            (rate, "replaced", "7"),
        ]
    ]
    ChargeEvent.objects.create(
        charge=rate,
        kind="restored",
        amount="-7",
        currency="CHF",
        happened_on=SECOND,
        takes_back=events[2],
    )
    found = [
        (row.kind, *map(plain, (row.claimed, row.paid, row.waived, row.open)))
        for row in charge_effects(SPRING)
    ]
    assert found == [
        ("fee", "20.00", "10.00", "5.00", "5.00"),
        ("interest", "7.00", "0.00", "0.00", "7.00"),
    ]


def test_questions_do_not_grow_with_letters(
    letters, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_num_queries(3):
        level_effects(SPRING, TODAY)
    with django_assert_num_queries(2):
        charge_effects(SPRING)
    with django_assert_num_queries(4):
        dso_history(TODAY)
    with django_assert_max_num_queries(4):
        payment_profile(letters["A"].client)


def test_dso_of_domain_14_and_of_the_months_before(company):
    """45 000 open; 135 000 in 90 days, of it March 30 000 and February 60 000."""
    client = make.client()
    for issued, total in (
        ("2026-01-10", "45000.00 CHF"),
        ("2026-02-10", "60000.00 CHF"),
        ("2026-03-10", "30000.00 CHF"),
    ):
        made = make.invoice(total, to=client, issued=issued, due="2026-05-01")
        if issued < "2026-02-01":
            make.payment(total, on="2026-02-05", to=made)
        elif issued < "2026-03-01":
            make.payment("45000.00 CHF", on="2026-03-15", to=made)
    lost = make.invoice("9000.00 CHF", to=client, issued="2025-11-03")
    InvoiceMark.objects.create(
        invoice=lost, kind="uncollectible", since="2026-03-01", reason="gone"
    )
    found = {day.on: day for day in dso_history(TODAY)["CHF"]}
    assert list(found) == month_ends(TODAY)
    assert (found[TODAY].simple, found[TODAY].counted_back) == (30, 38)
    february = found[date(2026, 2, 28)]
    assert (february.simple, february.counted_back) == (51, 28)
    assert found[date(2025, 11, 30)].simple == 0


def test_months_end_on_their_last_days():
    assert month_ends(date(2026, 3, 31))[-3:] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]
    assert month_ends(date(2026, 3, 9))[0] == date(2025, 10, 31)


def test_how_a_client_pays_is_read_of_what_it_paid(company):
    client = make.client()
    for due, on in (
        ("2026-01-10", "2026-01-08"),
        ("2026-01-20", "2026-02-01"),
        ("2026-02-01", "2026-02-21"),
    ):
        make.payment("10.00 CHF", on=on, to=make.invoice("10.00 CHF", to=client, due=due))  # fmt: skip
    make.invoice("10.00 CHF", to=client)
    found = payment_profile(Client.objects.get(pk=client.pk))
    assert (found.invoices, found.median_days_late, found.share_on_time) == (3, 12, 33)
    assert found.advice == Advice.SHORTER_TERMS
