"""What recipients answer holds up reminders; a person decides what becomes of it (4.10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from billing import facts as ledger
from billing.actions.marks import mark_invoice
from billing.models import Invoice, InvoiceMark
from clients.actions.merging import merge_clients
from delivery import owners
from delivery.actions import queue_message
from dunning import facts
from dunning.actions.answers import AnswerRefusal, confirm_answer, decline_answer
from dunning.actions.holds import release_hold
from dunning.facts.answers import pending_blocks
from dunning.facts.deciding import to_decide_count
from dunning.facts.promises import promise_counts
from dunning.models import Hold, Notice, Withdrawal
from dunning.reasons import explain
from statements.models import Answer
from tests import make
from tests.dunning import desk
from tests.dunning.answering import answer

pytestmark = pytest.mark.django_db
RUN_ON = "2026-02-16"
SOON = timedelta(days=10)


@pytest.fixture
def invoice(company):
    """INV-1, 400.00 CHF, late enough for its first reminder."""
    desk.policy()
    return make.invoice("400.00 CHF", number="INV-1")


def proposed(on=RUN_ON):
    """Who is reminded on the day, and why not the others."""
    plan = facts.plan(make.day(on))
    return {
        **{line.item.number: line.level.position for line in plan.proposed},
        **{out.item.number: out.reason.value for out in plan.excluded},
    }


def confirm(row, person=None, until="soon"):
    days = localdate() + SOON if until == "soon" else until
    return confirm_answer(row, localdate(), until=days, note="Phoned", person=person)


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [
        ("paid", "on_hold", "The client says it paid on"),
        ("dispute", "disputed", "disputes it, to be confirmed: Two boxes are missing."),
        ("promise", "promised", "will pay on"),
    ],
)
def test_while_an_answer_waits_its_invoices_are_not_reminded(
    invoice, kind, reason, words
):
    other = make.invoice("90.00 CHF", number="INV-2", to=invoice.client)
    row = answer(invoice, kind=kind)
    balances = ledger.balances(localdate())
    assert proposed() == {"INV-1": reason, "INV-2": 1}
    [out] = facts.plan(make.day(RUN_ON)).excluded
    assert out.detail["answer"] == row.pk
    assert words in explain(out.reason, out.detail)
    decline_answer(row, note="Nothing came", person=None)
    assert proposed() == {"INV-1": 1, "INV-2": 1}
    assert ledger.balances(localdate()) == balances
    assert not Hold.objects.exists()
    assert not InvoiceMark.objects.exists()
    assert other.level == 0


@pytest.mark.parametrize("kind", Answer.Kind.values)
def test_i23_a_letter_that_waits_does_not_leave_when_somebody_answers(invoice, kind):
    """The hand-over asks: the level is given back, and the next run reminds."""
    desk.issue(RUN_ON)
    notice = Notice.objects.get()
    message = queue_message(
        kind="notice",
        number=notice.number,
        client=notice.client,
        language="fr",
        recipient="a@example.org",
        subject="R",
        body="R",
        person=None,
    )
    row = answer(invoice, kind=kind)
    with transaction.atomic():
        assert "INV-1" in owners.why_not_send(message)
    assert Withdrawal.objects.get().cause == Withdrawal.Cause.OVERTAKEN
    invoice.refresh_from_db()
    assert invoice.level == 0
    decline_answer(row, note="No", person=None)
    assert proposed()["INV-1"] == 1


def test_what_an_answer_waits_for_is_nothing_else_to_decide(invoice):
    """After the last level it stands on one list, not on two."""
    Invoice.objects.filter(pk=invoice.pk).update(level=3)
    today = localdate()
    assert to_decide_count(today) == 1
    row = answer(invoice, kind="promise")
    assert to_decide_count(today) == 0
    decline_answer(row, note="Third time", person=None)
    assert to_decide_count(today) == 1


def test_paid_once_confirmed_waits_some_days_for_the_money(invoice, accountant):
    row = answer(invoice, kind="paid")
    assert confirm(row, accountant) == 1
    held = Hold.objects.get()
    assert (held.kind, held.invoice, held.person) == ("hold", invoice, accountant)
    assert (held.since, held.until) == (localdate(), localdate() + SOON)
    assert "reference E-77, by Mme Aubert" in held.reason
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.note) == ("confirmed", accountant, "Phoned")
    today = f"{localdate()}"
    assert proposed(today) == {"INV-1": "on_hold"}
    later = localdate() + SOON + timedelta(days=1)
    assert proposed(f"{later}") == {"INV-1": 1}
    release_hold(held, localdate(), accountant)
    assert proposed(today) == {"INV-1": 1}, "undone as every hold is"


def test_a_dispute_once_confirmed_is_a_mark_of_each_invoice(invoice, accountant):
    second = make.invoice("50.00 CHF", number="INV-2", to=invoice.client)
    row = answer(invoice, second, kind="dispute")
    assert confirm(row, accountant, until=None) == 2
    marks = InvoiceMark.objects.order_by("invoice")
    assert [mark.kind for mark in marks] == ["disputed", "disputed"]
    assert marks[0].reason == (
        "The client disputes it, by Mme Aubert: Two boxes are missing"
    )
    assert proposed() == {"INV-1": "disputed", "INV-2": "disputed"}


def test_a_dispute_that_a_person_entered_before_goes_on_as_it_is(invoice):
    mark_invoice(
        invoice, "disputed", localdate(), "Damaged", amount=make.money("30.00 CHF")
    )
    assert confirm(answer(invoice, kind="dispute"), until=None) == 1
    assert InvoiceMark.objects.get().reason == "Damaged"


def test_a_promise_once_confirmed_counts_from_the_day_it_was_given(invoice):
    row = answer(invoice, kind="promise")
    assert confirm(row) == 1
    held = Hold.objects.get()
    assert (held.kind, held.until) == ("promise", row.day)
    assert promise_counts([invoice.client_id])[invoice.client_id].running == 1
    assert proposed(f"{row.day}") == {"INV-1": "promised"}
    assert proposed(f"{row.day + timedelta(days=1)}") == {"INV-1": 1}


def test_a_promise_whose_day_has_passed_is_a_broken_one(invoice):
    row = answer(invoice, kind="promise", day=localdate() - timedelta(days=1))
    confirm(row)
    assert promise_counts([invoice.client_id])[invoice.client_id].broken == 1
    assert proposed(f"{localdate()}") == {"INV-1": 1}


def test_of_invoices_paid_meanwhile_nothing_is_held(invoice):
    second = make.invoice("50.00 CHF", number="INV-2", to=invoice.client)
    row = answer(invoice, second, kind="paid")
    make.payment("400.00 CHF", on="2026-02-12", to=invoice)
    assert confirm(row) == 1
    assert Hold.objects.get().invoice == second
    whole = answer(invoice, kind="promise")
    assert confirm(whole) == 0
    whole.refresh_from_db()
    assert whole.state == Answer.State.CONFIRMED


def test_whoever_decides_second_changes_nothing_and_is_told_so(invoice, accountant):
    row = answer(invoice)
    confirm(row, accountant)
    for again in (
        lambda: confirm(row),
        lambda: decline_answer(row, note="No", person=None),
    ):
        with pytest.raises(AnswerRefusal, match="already"):
            again()
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("confirmed", accountant)
    assert Hold.objects.count() == 1


def test_an_answer_follows_its_client_into_the_one_it_is_merged_with(invoice):
    row = answer(invoice)
    other = make.client()
    merge_clients(invoice.client, other)
    row.refresh_from_db()
    assert row.client == other
    assert proposed() == {"INV-1": "on_hold"}
    assert confirm(row) == 1
    assert Hold.objects.get().client == other


def test_a_long_story_is_cut_to_what_a_reason_holds(invoice):
    row = answer(invoice, kind="dispute", text="It is not right.\n" * 60, name="")
    confirm(row, until=None)
    reason = InvoiceMark.objects.get().reason
    assert len(reason) == 300
    assert reason.endswith("…")
    assert "\n" not in reason


def test_answers_cost_one_question_however_many_wait(
    invoice, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert not facts_of(invoice)
    for _ in range(4):
        more = make.invoice("10.00 CHF", to=invoice.client)
        answer(invoice, more)
    with django_assert_num_queries(1):
        assert len(facts_of(invoice)) == 8


def facts_of(invoice):
    return pending_blocks(Invoice.objects.filter(client=invoice.client_id).values("pk"))
