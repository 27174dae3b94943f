"""Invoices that come back: each day made once, in order, and problems are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.actions.drafts import DraftRefusal, save_draft
from billing.actions.issuing import issue_draft
from billing.actions.recurring import (
    RecurrenceRefusal,
    end_recurrence,
    make_due,
    pause_recurrence,
    resume_recurrence,
    start_recurrence,
)
from billing.models import Bill, Draft, DraftLine, Occurrence, Recurrence
from billing.recurrences import last_made, next_days, state_of
from tests import make

pytestmark = pytest.mark.django_db
JANUARY = date(2026, 1, 31)


@pytest.fixture(autouse=True)
def home(company):
    return company


def recurring(draft=None, **given):
    values = {"first_on": JANUARY} | given
    return start_recurrence(draft or make.draft("100"), Recurrence(**values))


def made(on):
    return [
        (occurrence.due_on.isoformat(), occurrence.draft is not None)
        for occurrence in make_due(date.fromisoformat(on))
    ]


def test_each_day_that_has_come_is_made_once():
    recurring()
    assert made("2026-01-30") == []
    assert made("2026-01-31") == [("2026-01-31", True)]
    assert made("2026-01-31") == []
    assert made("2026-02-27") == []


def test_missed_days_are_made_up_for_in_order():
    recurring()
    days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert made("2026-05-30") == [(day, True) for day in days]
    assert made("2026-05-31") == [("2026-05-31", True)]


def test_the_draft_is_a_copy_of_the_pattern():
    pattern = make.draft(
        ("2.5", "49.90", "CH8.1"),
        "10",
        instalments=[(10, "40"), (30, "60")],
        terms_days=20,
        round_to_five=True,
        order_reference="PO-1",
        issued_on=date(2026, 1, 1),
        discount_percent=Decimal(2),
        discount_days=5,
    )
    recurring(pattern)
    [occurrence] = make_due(JANUARY)
    pattern.refresh_from_db()
    copy = occurrence.draft
    assert (copy.issued_on, pattern.issued_on) == (None, None)
    own = {"id", "key", "version", "created_at", "changed_at", "created_by_id"}
    for field in Draft._meta.concrete_fields:
        if field.attname not in own:
            assert getattr(copy, field.attname) == getattr(pattern, field.attname)
    for rows in ("lines", "instalments"):
        copied, like = (
            list(getattr(draft, rows).values()) for draft in (copy, pattern)
        )
        assert len(copied) == 2
        for one, other in zip(copied, like, strict=True):
            assert one | {"id": 0, "draft_id": 0} == other | {"id": 0, "draft_id": 0}


@pytest.mark.parametrize(
    ("language", "every", "text"),
    [
        ("fr", 1, "janvier 2026, T1: 31 janvier 2026 – 27 février 2026"),
        ("de", 3, "Januar 2026, Q1: 31. Januar 2026 – 29. April 2026"),
        ("it", 12, "gennaio 2026, T1: 31 gennaio 2026 – 30 gennaio 2027"),
        ("en", 1, "January 2026, Q1: 31 January 2026 – 27 February 2026"),
    ],
)
def test_placeholders_are_filled_in_in_the_clients_language(language, every, text):
    words = "{month} {year}, {quarter}: {from} – {to}"
    pattern = make.draft(language=language, title=words, opening=words, closing=words)
    pattern.lines.update(description=words)
    recurring(pattern, every_months=every)
    [occurrence] = make_due(JANUARY)
    draft = occurrence.draft
    found = {draft.title, draft.opening, draft.closing, draft.lines.get().description}
    assert found == {text}


def test_a_placeholder_that_nobody_can_fill_in_is_refused():
    draft = make.draft(title="Rent {mounth}")
    with pytest.raises(RecurrenceRefusal, match=r"\{mounth\}.*\{month\}"):
        recurring(draft)
    assert not Recurrence.objects.exists()


def test_a_pattern_is_not_saved_with_such_a_placeholder():
    pattern = recurring().draft
    line = DraftLine(description="Rent {mounth}", price=1, vat_code="CH-O")
    with pytest.raises(DraftRefusal, match="mounth"):
        save_draft(pattern, [line], [], version=pattern.version)
    assert [row.description for row in pattern.lines.all()] == ["Line 1"]


def test_one_that_came_in_later_is_a_problem_of_the_day_and_nothing_is_issued():
    recurrence = recurring(issues_itself=True)
    recurrence.draft.lines.update(description="Rent {mounth}")
    [occurrence] = make_due(JANUARY)
    assert "{mounth}" in occurrence.problem
    assert occurrence.draft.lines.get().description == "Rent {mounth}"
    assert not Bill.objects.exists()


def test_a_credit_note_does_not_come_back():
    with pytest.raises(RecurrenceRefusal, match="Only an invoice"):
        recurring(make.draft(kind="credit_note"))


def test_a_draft_is_the_pattern_of_one_recurrence():
    draft = make.draft()
    assert recurring(draft) == recurring(draft)


def test_a_draft_that_is_gone_is_no_pattern():
    draft = make.draft()
    Draft.objects.filter(pk=draft.pk).delete()
    with pytest.raises(RecurrenceRefusal, match="meanwhile"):
        recurring(draft)


def test_it_issues_itself_dated_on_the_day_on_which_it_is_made(accountant):
    recurring(issues_itself=True, created_by=accountant)
    found = make_due(date(2026, 3, 5))
    assert [occurrence.bill.number for occurrence in found] == [
        "F-2026-0001",
        "F-2026-0002",
    ]
    assert {occurrence.bill.issued_on for occurrence in found} == {date(2026, 3, 5)}
    assert {occurrence.bill.created_by for occurrence in found} == {accountant}
    assert not any(occurrence.draft or occurrence.problem for occurrence in found)


def test_what_cannot_be_issued_stays_as_a_draft_with_its_reason():
    recurrence = recurring(issues_itself=True)
    make.company(city="")
    [occurrence] = make_due(JANUARY)
    assert "address of the company" in occurrence.problem
    assert (occurrence.bill, Bill.objects.count()) == (None, 0)
    assert occurrence.draft.lines.count() == 1
    # The next day is made all the same; and the reason goes when it is issued.
    make.company()
    assert len(make_due(date(2026, 2, 28))) == 1
    bill = issue_draft(occurrence.draft, today=date(2026, 3, 1), person=None, version=1)
    occurrence = Occurrence.objects.get(recurrence=recurrence, due_on=JANUARY)
    assert (occurrence.bill, occurrence.draft, occurrence.problem) == (bill, None, "")


def test_it_ends_with_its_last_day():
    recurrence = recurring(last_on=date(2026, 2, 28))
    assert len(make_due(date(2026, 12, 31))) == 2
    assert state_of(recurrence, last_made(recurrence)) == "ended"
    other = recurring()
    end_recurrence(other, date(2026, 3, 30))
    assert len(make_due(date(2026, 12, 31))) == 2


@pytest.mark.parametrize(("catch_up", "days"), [(True, [1, 2, 3]), (False, [4])])
def test_days_missed_in_a_pause_are_made_up_for_or_passed_over(catch_up, days):
    recurrence = recurring(first_on=date(2026, 1, 15))
    pause_recurrence(recurrence)
    assert make_due(date(2026, 3, 20)) == []
    recurrence.refresh_from_db()
    assert state_of(recurrence, last_made(recurrence)) == "paused"
    resume_recurrence(recurrence, date(2026, 3, 20), catch_up=catch_up)
    resume_recurrence(recurrence, date(2026, 3, 20), catch_up=catch_up)
    until = date(2026, days[-1], 20)
    assert [o.due_on.month for o in make_due(until)] == days


def test_another_rhythm_counts_from_the_last_day_made():
    recurrence = recurring(first_on=date(2026, 1, 1))
    make_due(date(2026, 3, 10))
    Recurrence.objects.update(first_on=date(2026, 1, 15), every_months=3)
    recurrence.refresh_from_db()
    assert next_days(recurrence, 2, last_made(recurrence)) == [
        date(2026, 4, 15),
        date(2026, 7, 15),
    ]
    assert make_due(date(2026, 3, 31)) == []
