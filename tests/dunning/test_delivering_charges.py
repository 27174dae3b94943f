"""Fees and credits are looked at again when a letter leaves (4.2)."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from delivery import owners
from delivery.actions import queue_message
from dunning.actions.waiving import waive_charge
from dunning.models import Charge, Notice, Withdrawal
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


def asked(notice):
    message = queue_message(
        kind="notice",
        number=notice.number,
        client=notice.client,
        language=notice.language,
        recipient="client@example.org",
        subject=notice.subject,
        body=notice.body,
        person=None,
    )
    with transaction.atomic():
        return owners.why_not_send(message)


def fees(**given):
    desk.policy(
        [{**level, "fee": {"CHF": "20.00"}} for level in desk.EXAMPLE_2],
        fees_agreed=True,
        **given,
    )


def waive(charge, person):
    waive_charge(charge, charge.open, "Goodwill", person, localdate())


def test_a_letter_does_not_ask_for_a_fee_that_was_waived_since(company, accountant):
    fees()
    make.invoice("400.00 CHF", number="INV-1")
    notice = desk.issue("2026-02-16").run.notices.get()
    waive(Charge.objects.get(), accountant)
    assert asked(notice) == (
        "Fees and interest: 20.00 → 0.00 CHF since the letter was issued."
    )
    assert Withdrawal.objects.get().cause == "overtaken"


def test_nor_for_an_earlier_fee_that_was(company, accountant):
    fees()
    make.invoice("400.00 CHF", number="INV-1")
    desk.issue("2026-02-16")
    second = desk.issue("2026-03-04").run.notices.get()
    assert second.earlier == 20
    waive(Charge.objects.order_by("pk").first(), accountant)
    assert "40.00 → 20.00 CHF" in asked(second)


def test_letters_of_one_client_leave_with_the_credit_on_the_first(company):
    desk.policy(grouping="invoice")
    first = make.client()
    for _n in range(3):
        make.invoice("80.00 CHF", to=first)
    make.credit("70.00 CHF", of=first, on="2026-02-10")
    run = desk.issue("2026-02-16").run
    assert sorted(str(n.credit.amount.normalize()) for n in run.notices.all()) == [
        *("0", "0", "7E+1"),
    ]
    assert [asked(notice) for notice in run.notices.all()] == [""] * 3
    make.credit("1.00 CHF", of=first, on="2026-02-17")
    said = {asked(notice) for notice in Notice.objects.all()}
    assert said == {"Credits of 1.00 CHF have come in and are not allocated."}
