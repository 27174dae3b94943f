"""Which messages are in trouble, how far the others got, which addresses are bad."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from delivery import facts
from delivery.models import Message
from delivery.rules.tracking import RANK, TROUBLE, Standing
from delivery.showing import standing_badge
from delivery.words import COLOURS, STANDINGS, standing_name

pytestmark = pytest.mark.django_db
State, Resolution = Message.State, Message.Resolution
BOUNCED = {"state": State.SENT, "bounced_at": timezone.now(), "sent_at": timezone.now()}


def listed():
    return set(facts.undelivered().values_list("number", flat=True))


def test_what_did_not_arrive_is_listed_and_nothing_else(queued):
    now = timezone.now()
    cases = {
        "failed": ({"state": State.FAILED}, True),
        "unknown": ({"state": State.UNKNOWN}, True),
        "bounced": (BOUNCED, True),
        "rejected": ({"state": State.SENT, "rejected_at": now}, True),
        "complained": ({"state": State.SENT, "complained_at": now}, True),
        "bounced, then delivered": (BOUNCED | {"delivered_at": now}, True),
        "delivered": ({"state": State.SENT, "delivered_at": now}, False),
        "delayed": ({"state": State.SENT, "deferred_at": now}, False),
        "sent": ({"state": State.SENT}, False),
        "waiting": ({}, False),
        "refused before, tried again": ({"rejected_at": now}, False),
        "overtaken": ({"state": State.OVERTAKEN}, False),
        "cancelled": ({"state": State.CANCELLED}, False),
        "settled": (BOUNCED | {"resolution": Resolution.DISMISSED}, False),
    }
    for number, (values, _waits) in cases.items():
        message = queued(number)
        if values:
            Message.objects.filter(pk=message.pk).update(**values)
    assert listed() == {number for number, (_v, waits) in cases.items() if waits}


def test_counting_them_reads_an_index_and_no_message(queued):
    """Every page of the site counts them."""
    plan = facts.undelivered().order_by().explain()
    if connection.vendor == "sqlite":
        assert "USING INDEX message_in_trouble" in plan
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "message_in_trouble" in facts.undelivered().order_by().explain()


def test_every_standing_finds_its_messages_and_no_others(queued):
    """The filter of the list and the badge of a row never disagree."""
    now = timezone.now()
    flags = [f"{name}_at" for name in RANK]
    values = [dict.fromkeys(["state"], state) for state in State]
    values += [
        {"state": State.SENT}
        | {f: now for f, on in zip(flags, given, strict=True) if on}
        for given in product([True, False], repeat=len(flags))
    ]
    first = queued("N-0")
    for turn, given in enumerate(values):
        if turn:
            Message.objects.bulk_create(
                [
                    Message(
                        kind=first.kind,
                        number=f"N-{turn}",
                        client=first.client,
                        language="fr",
                        recipient="a@b.example",
                        message_id=f"<{turn}@x>",
                        **given,
                    )
                ]
            )
    for shown in Standing:
        found = set(Message.objects.filter(facts.of_standing(shown)))
        assert found == {row for row in Message.objects.all() if row.standing == shown}
        assert found
    troubled = {row.number for row in Message.objects.all() if row.standing in TROUBLE}
    assert listed() == troubled


def test_an_address_that_mail_came_back_from_is_known(queued):
    assert facts.bounced_addresses([]) == {}
    now = timezone.now()
    hour = timedelta(hours=1)
    for number, address, values in (
        ("1", "Gone@example.org", {"state": State.SENT, "bounced_at": now}),
        (
            "2",
            "full@example.org",
            {"state": State.FAILED, "error": "452 quota exceeded"},
        ),
        ("3", "none@example.org", {"state": State.FAILED, "error": "550 user unknown"}),
        ("4", "back@example.org", {"state": State.SENT, "bounced_at": now - hour}),
        ("5", "back@example.org", {"state": State.SENT, "delivered_at": now}),
        ("6", "good@example.org", {"state": State.SENT, "delivered_at": now}),
    ):
        queued(number, address)
        Message.objects.filter(number=number).update(**values)
    names = ["gone", "full", "none", "back", "good", "new"]
    found = facts.bounced_addresses(["", *(f"{name}@example.org" for name in names)])
    assert set(found) == {"gone@example.org", "none@example.org"}


def test_the_last_message_of_a_document_says_how_far_it_got(
    queued, django_assert_num_queries
):
    queued("1", "a@example.org")
    Message.objects.update(**BOUNCED)
    queued("1", "b@example.org")
    queued("2")
    with django_assert_num_queries(1):
        found = facts.standings("notice", ["1", "2", "3"])
    assert found == {"1": "waiting", "2": "waiting"}


def test_every_standing_has_a_word_and_a_colour():
    assert {*STANDINGS} == {*COLOURS} == {*Standing}
    for shown in Standing:
        assert standing_name(shown) in standing_badge(shown)
    assert "not sent" in standing_badge("")
