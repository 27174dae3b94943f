"""A payment that bears the reference of a letter is proposed for its invoices."""

from __future__ import annotations

import pytest

from billing.bank.matching import matches
from billing.models import BankEntry
from billing.rules.references import qr_reference, scor_reference
from dunning.actions.withdrawing import withdraw_notice
from dunning.models import Notice
from tests import make
from tests.billing.matching import short
from tests.dunning import desk

pytestmark = pytest.mark.django_db

FEE = [{"name": "Rappel", "grace_days": 0, "fee": {"CHF": "20.00"}}]


@pytest.fixture
def notice(company):
    """A letter about 400.00 and 100.00 and a fee of 20.00."""
    desk.policy(FEE)
    to = make.client("K-1")
    make.invoice("400.00 CHF", to=to, number="INV-1", due="2026-02-09")
    make.invoice("100.00 CHF", to=to, number="INV-2", due="2026-02-01")
    make.invoice("100.00 CHF", to=to, number="INV-3", due="2026-05-01")
    return desk.issue("2026-03-16").run.notices.get()


def paid(amount, reference, currency="CHF"):
    """What is proposed for it, invoices by their numbers."""
    entry = BankEntry(
        pk=1, booked_on=make.day("2026-03-20"), value_on=make.day("2026-03-20"),
        amount=make.money(f"{amount} {currency}"), currency=currency, charges=0,
        reference=reference, count=1,
    )  # fmt: skip
    match = matches([entry])[1]
    numbers = {line.invoice_id: line.invoice.number for line in Notice.objects.get().lines.all()}  # fmt: skip
    text = short(match)
    for key, number in numbers.items():
        text = text.replace(f" {key}:", f" {number}:")
    return text, match


@pytest.mark.parametrize("make_reference", [scor_reference, qr_reference])
@pytest.mark.parametrize(
    ("amount", "proposed"),
    [
        ("500.00", "high letter INV-2:100.00 INV-1:400.00"),
        ("520.00", "high letter INV-2:100.00 INV-1:400.00"),
        ("150.00", "low letter INV-2:100.00 INV-1:50.00"),
    ],
)
def test_the_oldest_first_and_the_fee_is_left(notice, make_reference, amount, proposed):
    found, match = paid(amount, make_reference(notice.number))
    assert found == proposed
    left = match.detail.get("left")
    assert (left and left.amount) == (20 if amount == "520.00" else None)


def test_never_across_currencies(notice):
    found, _match = paid("500.00", scor_reference(notice.number), "EUR")
    assert found == "none currency"


def test_what_was_paid_already_is_not_paid_again(notice):
    for line in notice.lines.all():
        make.payment(f"{line.open.amount} CHF", on="2026-03-18", to=line.invoice)
    assert paid("500.00", scor_reference(notice.number))[0] == "none paid"


def test_the_reference_of_no_letter_is_unknown_as_before(notice):
    assert paid("500.00", scor_reference("R-2026-0999"))[0] == "none unknown_reference"


def test_a_letter_that_was_withdrawn_is_known_all_the_same(notice, accountant):
    withdraw_notice(notice, cause="withdrawn", reason="mistake", person=accountant)
    assert paid("500.00", scor_reference(notice.number))[0].startswith("high letter")


def test_many_payments_take_the_questions_of_one(notice, django_assert_num_queries):
    def entries(count):
        return [
            BankEntry(
                pk=n,
                booked_on=make.day("2026-03-20"),
                value_on=make.day("2026-03-20"),
                amount=make.money("520.00 CHF"),
                currency="CHF",
                charges=0,
                reference=scor_reference(notice.number),
                count=1,
            )
            for n in range(1, count + 1)
        ]

    with django_assert_num_queries(3):
        matches(entries(1))
    with django_assert_num_queries(3):
        matches(entries(9))
