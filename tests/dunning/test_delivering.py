"""Right before it leaves, a letter is compared with the ledger (F33, 4.2, I23)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from billing.actions.marks import mark_invoice
from billing.models import Invoice
from delivery import owners
from delivery.actions import queue_message
from dunning.actions.holds import hold
from dunning.actions.withdrawing import withdraw_notice
from dunning.models import Hold, LevelChange, Notice, NoticeLine, Withdrawal
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def reminded(kept):
    with kept():
        make.company()
        desk.policy()
        make.invoice("400.00 CHF", number="INV-1")
        desk.issue("2026-02-16")


@pytest.fixture
def invoice(reminded, company):
    """INV-1, 400.00 CHF, reminded on 2026-02-16; its letter waits to be sent."""
    return Invoice.objects.get(number="INV-1")


def message_of(notice, *, occasion=1, recipient="client@example.org"):
    return queue_message(
        kind="notice",
        number=notice.number,
        client=notice.client,
        language=notice.language,
        recipient=recipient,
        subject=notice.subject,
        body=notice.body,
        person=None,
        occasion=occasion,
    )


def asked():
    """What dunning says when the last letter is about to be handed over."""
    message = message_of(Notice.objects.order_by("pk").last())
    with transaction.atomic():
        return owners.why_not_send(message)


def state(invoice):
    invoice.refresh_from_db()
    return invoice.level, f"{invoice.deadline_on}"


def note(part, invoice):
    credit = make.credit(part, of=invoice.client, on="2026-02-18", kind="credit_note")
    make.ledger.allocate(credit, {invoice.pk: make.money(part)})


def dispute(invoice, part):
    mark_invoice(invoice, "disputed", localdate(), "Damaged", amount=make.money(part))


def set_level(invoice):
    LevelChange.objects.create(
        invoice=invoice,
        cycle=2,
        level_before=1,
        level=0,
        deadline_on=invoice.due_on,
        reason="Start over",
        at=timezone.now(),
    )


def stop(invoice, client_wide=False):
    hold(
        invoice.client,
        None if client_wide else invoice,
        Hold.Kind.HOLD,
        since=localdate(),
        until=None,
        reason="Talks",
    )


REASONS = {
    "paid": (
        lambda i: make.payment("400.00 CHF", on="2026-02-17", to=i),
        "Invoice INV-1 was paid on 17.02.2026.",
    ),
    "part paid": (
        lambda i: make.payment("250.00 CHF", on="2026-02-17", to=i),
        "Invoice INV-1: open 400.00 → 150.00 CHF since 17.02.2026.",
    ),
    "credited": (
        lambda i: note("400.00 CHF", i),
        "Invoice INV-1 was credited on 18.02.2026.",
    ),
    "disputed": (
        lambda i: mark_invoice(i, "disputed", localdate(), "Damaged"),
        "Invoice INV-1: Disputed: Damaged.",
    ),
    "Non payé": (
        lambda i: mark_invoice(i, "uncollectible", localdate(), "Bankrupt"),
        "Invoice INV-1: Uncollectible: Bankrupt.",
    ),
    "disputed in part": (
        lambda i: dispute(i, "150.00 CHF"),
        (
            "Invoice INV-1: 150.00 CHF of it are disputed, the letter claims"
            " 400.00 → 250.00."
        ),
    ),
    "level set": (
        set_level,
        "The level of invoice INV-1 has been set to 0 since.",
    ),
    "on hold": (stop, "Invoice INV-1: On hold: Talks."),
    "client on hold": (
        lambda i: stop(i, client_wide=True),
        "Invoice INV-1: Client on hold: Talks.",
    ),
    "covered": (
        lambda i: make.credit("450.00 CHF", of=i.client, on="2026-02-17"),
        "Credits of 450.00 not yet allocated cover the open 400.00.",
    ),
    "money came in": (
        lambda i: make.credit("100.00 CHF", of=i.client, on="2026-02-17"),
        "Credits of 100.00 CHF have come in and are not allocated.",
    ),
}


@pytest.mark.parametrize(("change", "said"), REASONS.values(), ids=REASONS.keys())
def test_a_letter_that_is_not_right_any_more_stays_and_gives_its_level_back(
    invoice, change, said
):
    change(invoice)
    assert asked() == said
    assert state(invoice) == (0, "2026-02-09")
    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.cause, withdrawal.reason) == ("overtaken", said)
    call_command("verify_ledger")


NOTHING = {
    "nothing happened": lambda _i: None,
    "another client paid": lambda _i: make.payment(
        "400.00 CHF", on="2026-02-17", to=make.invoice("400.00 CHF")
    ),
    "money in another currency": lambda i: make.credit(
        "900.00 EUR", of=i.client, on="2026-02-17"
    ),
    "another invoice of the client was paid": lambda i: make.payment(
        "400.00 CHF", on="2026-02-17", to=make.invoice("400.00 CHF", to=i.client)
    ),
}


@pytest.mark.parametrize("happened", NOTHING.values(), ids=NOTHING.keys())
def test_what_does_not_concern_the_letter_does_not_keep_it(invoice, happened):
    happened(invoice)
    assert asked() == ""
    assert state(invoice) == (1, "2026-02-26")
    assert not Withdrawal.objects.exists()


def test_a_credit_that_the_letter_takes_off_is_no_change(company):
    desk.policy()
    row = make.invoice("400.00 CHF", number="INV-1")
    make.credit("100.00 CHF", of=row.client, on="2026-02-10")
    desk.issue("2026-02-16")
    assert asked() == ""
    make.credit("20.00 CHF", of=row.client, on="2026-02-17")
    assert asked() == "Credits of 20.00 CHF have come in and are not allocated."


def test_the_next_run_reminds_with_the_right_amounts(invoice):
    make.payment("250.00 CHF", on="2026-02-17", to=invoice)
    asked()
    again = desk.issue("2026-02-18").run
    line = NoticeLine.objects.get(notice__run=again)
    assert (line.level, line.open) == (1, make.money("150.00 CHF"))
    assert asked() == ""


def test_of_two_invoices_the_one_that_is_paid_keeps_the_whole_letter(company):
    desk.policy()
    client = make.client()
    one = make.invoice("400.00 CHF", to=client, number="INV-1")
    two = make.invoice("30.00 CHF", to=client, number="INV-2")
    desk.issue("2026-02-16")
    make.payment("30.00 CHF", on="2026-02-17", to=two)
    assert asked() == "Invoice INV-2 was paid on 17.02.2026."
    assert state(one)[0] == state(two)[0] == 0


def test_a_letter_that_was_withdrawn_is_never_sent(invoice, accountant):
    withdraw_notice(
        Notice.objects.get(), cause="withdrawn", reason="Typo.", person=accountant
    )
    assert asked().startswith("The reminder was withdrawn on ")
    assert "by anna. Typo." in asked()
    assert Withdrawal.objects.count() == 1


def test_a_letter_under_a_later_one_is_not_sent_and_keeps_its_level(invoice):
    desk.issue("2026-03-04")
    first, second = Notice.objects.order_by("pk")
    with transaction.atomic():
        said = owners.why_not_send(message_of(first))
    assert said == f"Invoice INV-1 has been reminded again since: {second.number}."
    assert state(invoice)[0] == 2
    assert asked() == ""


def test_a_copy_of_a_letter_that_arrived_takes_nothing_back(invoice):
    notice = Notice.objects.get()
    first = message_of(notice)
    type(first).objects.filter(pk=first.pk).update(state="sent")
    make.payment("400.00 CHF", on="2026-02-17", to=invoice)
    with transaction.atomic():
        said = owners.why_not_send(message_of(notice, occasion=2))
    assert said == "Invoice INV-1 was paid on 17.02.2026."
    assert state(invoice)[0] == 1


def test_a_payment_that_came_back_makes_the_letter_right_again(invoice):
    paid = make.payment("400.00 CHF", on="2026-02-17", to=invoice)
    make.ledger.reverse_credit(paid, make.day("2026-02-18"), "Bounced")
    assert asked() == ""


def test_asking_costs_the_same_for_one_invoice_and_for_many(
    company, django_assert_max_num_queries, django_assert_num_queries
):
    desk.policy()
    make.invoice("10.00 CHF")
    desk.issue("2026-02-16")
    message = message_of(Notice.objects.last())
    with django_assert_max_num_queries(19) as few, transaction.atomic():
        owners.why_not_send(message)
    client = make.client()
    for _ in range(12):
        make.invoice("10.00 CHF", to=client)
    desk.issue("2026-02-16")
    message = message_of(Notice.objects.last())
    with django_assert_num_queries(len(few)), transaction.atomic():
        owners.why_not_send(message)


def test_messages_about_other_letters_are_not_held_up(company):
    message = message_of(Notice(number="R-0", client=make.client(), language="fr"))
    with transaction.atomic():
        assert owners.why_not_send(message) == ""
        owners.tell_sent(message, localdate() + timedelta(days=9))
