"""What reports say of messages: in whatever order and however often they come."""

from __future__ import annotations

import itertools
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.actions import reports
from delivery.models import Message, Seal
from delivery.rules.tracking import (
    Cause,
    Standing,
    Told,
    cause_of,
    is_silent,
    standing,
)

State = Message.State
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["ours", "theirs", "message id", "bare message id"])
def test_a_message_is_found_by_our_name_or_by_theirs(mail, by):
    message = mail()
    names = {
        "ours": {"ours": message.message_id, "theirs": "other"},
        "theirs": {"theirs": message.carrier_id},
        "message id": {"theirs": message.message_id},
        "bare message id": {"theirs": message.message_id.strip("<>")},
    }[by]
    event = note("delivered", **names)
    assert event.message_id == message.pk


@pytest.mark.django_db
def test_another_providers_name_for_a_message_is_not_ours(mail):
    message = mail(carrier="mailgun", carrier_id="7")
    assert note("delivered", theirs="7").message_id is None
    assert note("delivered", theirs="7", provider="mailgun").message_id == message.pk


def note(kind, minutes=0, *, provider="postmark", **named):
    at = NOON + timedelta(minutes=minutes)
    told = reports.Report(provider=provider, kind=kind, happened_at=at, **named)
    return reports.note_report(told, NOON + timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_the_same_report_a_hundred_times_at_once_is_one(company, mail):
    """F42, in parallel: only PostgreSQL lets two write at once."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one after the other")
    message = mail(state=State.UNKNOWN, sent_at=None)
    start = threading.Barrier(8)

    def tell(turn):
        if turn < 8:
            start.wait(timeout=10)
        try:
            return note("delivered", event_id="one", ours=message.message_id).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(tell, range(100)))
    assert len(found) == 1
    message.refresh_from_db()
    assert message.state == State.SENT
    assert Seal.objects.filter(kind=Seal.Kind.MESSAGE).count() == 1
    assert Seal.objects.filter(kind=Seal.Kind.EVENT).count() == 1


FIELDS = (
    "state",
    "sent_at",
    "error",
    "carrier_id",
    *(f"{flag}_at" for flag in Told.__dataclass_fields__),
)
FIVE = [
    ("rejected", 1),
    ("deferred", 2),
    ("delivered", 3),
    ("bounced", 4),
    ("opened", 9),
]


def end_of(mail, told, state):
    """What the message is after these reports, in this order."""
    message = mail(f"M-{random.random()}", state=state, sent_at=None)
    for kind, minutes in told:
        note(kind, minutes, ours=message.message_id)
    [values] = Message.objects.filter(pk=message.pk).values_list(
        *FIELDS[:3], *FIELDS[4:]
    )
    return values


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.UNKNOWN, State.HANDING])
def test_the_order_of_reports_makes_no_difference(mail, state):
    """F43, I34: any order and any number of times, the same message in the end."""
    chosen = random.Random(7)
    orders = chosen.sample(list(itertools.permutations(FIVE)), 8)
    repeated = [chosen.sample(FIVE * 2, 10) for _turn in range(3)]
    ends = {end_of(mail, order, state) for order in [*orders, *repeated]}
    assert len(ends) == 1
    [end] = ends
    assert end[0] == State.SENT


def test_without_the_earliest_time_the_order_would_make_a_difference():
    """The control: whoever keeps the last word of five has five ends."""
    assert len({order[-1] for order in itertools.permutations(FIVE)}) == len(FIVE)


moments = st.none() | st.integers(0, 9).map(lambda m: NOON + timedelta(minutes=m))
tolds = st.builds(Told, *[moments] * 6)


@settings(max_examples=40)
@given(tolds, tolds, tolds)
def test_what_is_known_joins_in_any_order_and_grouping(a, b, c):
    """I34: commutative, associative, idempotent."""
    assert a.joined(b) == b.joined(a)
    assert a.joined(b.joined(c)) == a.joined(b).joined(c)
    assert a.joined(a) == a
    ranks = list(Standing)
    shown = [standing("sent", told) for told in (a, b, a.joined(b))]
    order = [ranks.index(Standing.SENT), *map(ranks.index, shown)]
    assert order[3] == max(order[1], order[2])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        (State.UNKNOWN, "delivered", State.SENT),
        (State.UNKNOWN, "queued", State.SENT),
        (State.UNKNOWN, "bounced", State.SENT),
        (State.UNKNOWN, "rejected", State.FAILED),
        (State.UNKNOWN, "failed", State.FAILED),
        (State.UNKNOWN, "unknown", State.UNKNOWN),
        (State.UNKNOWN, "subscribed", State.UNKNOWN),
        (State.HANDING, "delivered", State.SENT),
        (State.HANDING, "rejected", State.HANDING),
        (State.QUEUED, "delivered", State.SENT),
        (State.FAILED, "delivered", State.SENT),
        (State.CANCELLED, "delivered", State.CANCELLED),
        (State.OVERTAKEN, "bounced", State.OVERTAKEN),
        (State.SENT, "rejected", State.SENT),
    ],
)
def test_a_report_puts_right_what_we_thought(mail, before, kind, after):
    """Nobody has to ask a client whether it arrived when the provider knows."""
    message = mail(state=before, sent_at=None)
    note(kind, ours=message.message_id)
    message.refresh_from_db()
    assert message.state == after
    sealed = Seal.objects.filter(kind=Seal.Kind.MESSAGE, row=message.pk).exists()
    assert sealed == (after == State.SENT and before != State.SENT)


@pytest.mark.django_db
def test_a_time_that_cannot_be_is_the_time_we_heard_of_it(mail):
    message = mail()
    for minutes in (-10_000_000, 10_000_000):
        event = note("delivered", minutes, ours=message.message_id)
        assert event.happened_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("smtp;550 5.1.1 The email account does not exist.", Cause.NO_MAILBOX),
        ("550 No such user here", Cause.NO_MAILBOX),
        ("452 4.2.2 The email account is over quota", Cause.FULL),
        ("552 5.3.4 Message too big for system", Cause.TOO_LARGE),
        ("554 5.7.1 Message rejected as spam by policy", Cause.SPAM),
        ("Recipient is on the suppression list", Cause.SUPPRESSED),
        ("Connection timed out", Cause.UNREACHABLE),
        ("", Cause.OTHER),
        ("???", Cause.OTHER),
    ],
)
def test_the_other_sides_words_are_put_plainly(words, cause):
    assert cause_of(words) == cause


def test_a_silent_provider_is_no_arrival():
    """F18."""
    day = NOON + timedelta(hours=24)
    assert is_silent(Standing.SENT, NOON, day, tells=True)
    assert not is_silent(Standing.SENT, NOON, day, tells=False)
    assert not is_silent(Standing.SENT, NOON + timedelta(minutes=1), day, tells=True)
    assert not is_silent(Standing.DELIVERED, NOON, day, tells=True)
    assert not is_silent(Standing.SENT, None, day, tells=True)


@pytest.mark.django_db
def test_opened_is_a_hint_and_no_arrival(mail):
    message = mail()
    note("opened", ours=message.message_id)
    message.refresh_from_db()
    assert message.opened_at
    assert standing(message.state, Told(opened=message.opened_at)) == Standing.SENT
    assert timezone.is_aware(message.opened_at)
