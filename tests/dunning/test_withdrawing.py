"""A letter is taken back: levels return in order, history keeps everything (4.5)."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from clients.actions.merging import merge_clients
from dunning.actions.letters import letter
from dunning.actions.withdrawing import WithdrawRefusal, withdraw_notice
from dunning.models import Notice, NoticeLine, Withdrawal
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(company):
    desk.policy()
    return make.invoice("500.00 CHF", number="INV-1")


def withdraw(notice, cause="withdrawn", reason="Wrong address", person=None):
    return withdraw_notice(notice, cause=cause, reason=reason, person=person)


def state(invoice):
    invoice.refresh_from_db()
    return invoice.level, f"{invoice.deadline_on}"


def test_level_and_deadline_go_back_one_letter_at_a_time(invoice, accountant, capsys):
    for on in ("2026-02-16", "2026-03-04", "2026-03-18"):
        desk.issue(on)
    first, second, third = Notice.objects.order_by("pk")
    kept = letter(third).sha256
    assert state(invoice) == (3, "2026-03-28")
    withdraw(third, person=accountant)
    assert state(invoice) == (2, "2026-03-14")
    withdraw(second)
    assert state(invoice) == (1, "2026-02-26")
    withdraw(first)
    assert state(invoice) == (0, "2026-02-09")
    call_command("verify_ledger")
    assert "Every figure agrees" in capsys.readouterr().out
    third = Notice.objects.get(pk=third.pk)
    assert (third.withdrawal.person, third.withdrawal.reason) == (
        accountant,
        "Wrong address",
    )
    assert letter(third).sha256 == kept
    assert NoticeLine.objects.count() == 3


def test_what_is_under_a_later_reminder_stays_and_the_later_ones_are_named(invoice):
    other = make.invoice("50.00 CHF", to=invoice.client, number="INV-2")
    desk.issue("2026-02-16")
    make.payment("50.00 CHF", on="2026-03-01", to=other)
    desk.issue("2026-03-04")
    first, second = Notice.objects.order_by("pk")
    with pytest.raises(WithdrawRefusal) as refusal:
        withdraw(first)
    assert [(o.invoice, o.letter) for o in refusal.value.obstacles] == [
        ("INV-1", second.number)
    ]
    assert f"{second.number} (INV-1)" in str(refusal.value)
    assert state(invoice) == (2, "2026-03-14")
    assert not Withdrawal.objects.exists()
    withdraw(second), withdraw(first)
    assert state(invoice) == (0, "2026-02-09")
    assert state(other) == (0, "2026-02-09")


def test_withdrawn_twice_it_is_withdrawn_once(invoice):
    desk.issue("2026-02-16")
    notice = Notice.objects.get()
    assert withdraw(notice) == withdraw(notice, cause="undelivered", reason="Again")
    assert Withdrawal.objects.get().reason == "Wrong address"
    assert len(set(NoticeLine.objects.values_list("withdrawn_at"))) == 1


def test_the_level_given_back_is_reached_again_by_the_next_run(invoice):
    desk.issue("2026-02-16")
    withdraw(Notice.objects.get())
    again = desk.issue("2026-02-17").run
    assert desk.lines(again) == {"INV-1": 1}
    assert state(invoice) == (1, "2026-02-27")
    # What was withdrawn long ago stands in nobody's way.
    withdraw(again.notices.get())
    assert state(invoice) == (0, "2026-02-09")


def test_a_withdrawal_is_never_changed_nor_deleted(invoice):
    desk.issue("2026-02-16")
    made = withdraw(Notice.objects.get())
    for change in (
        lambda: Withdrawal.objects.update(reason="Other"),
        made.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_letters_of_two_clients_made_one_go_back_each_for_itself(invoice, capsys):
    other = make.invoice("70.00 CHF", number="INV-2")
    desk.issue("2026-02-16")
    desk.issue("2026-03-04")
    merge_clients(other.client, invoice.client)
    mine, theirs = Notice.objects.filter(level=2).order_by("pk")
    assert mine.client == theirs.client
    withdraw(theirs)
    assert (state(invoice), state(other)) == ((2, "2026-03-14"), (1, "2026-02-26"))
    withdraw(mine)
    desk.issue("2026-03-05")
    again = Notice.objects.order_by("pk").last()
    assert [line.level for line in again.lines.all()] == [2, 2]
    withdraw(again)
    assert (state(invoice), state(other)) == ((1, "2026-02-26"), (1, "2026-02-26"))
    call_command("verify_ledger")
    assert "Every figure agrees" in capsys.readouterr().out
