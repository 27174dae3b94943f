"""The chain: what a link is made of, and that it grows by one at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from delivery.actions.sealing import NotSealed, seal
from delivery.models import Document, Seal, SealHead
from delivery.rules.seal import START, canonical, digest, link

FACTS = some.dictionaries(
    some.text(max_size=8),
    some.none() | some.integers() | some.text(max_size=20),
    min_size=1,
    max_size=5,
)


def test_the_canonical_text_is_the_same_everywhere():
    at = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    facts = {"number": "R-1", "at": at, "by": None, "name": "Müller", "pages": 2}
    assert canonical(facts) == (
        b'{"at":"2026-07-01T10:00:00.000000+00:00","by":null,'
        b'"name":"M\xc3\xbcller","number":"R-1","pages":2}'
    )
    assert digest(facts) == sha256(canonical(facts)).hexdigest()


def test_the_order_of_facts_and_the_zone_of_a_time_say_nothing():
    here = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    there = here.astimezone(UTC)
    assert digest({"a": here, "b": 1}) == digest({"b": 1, "a": there})


@given(FACTS, FACTS)
def test_other_facts_have_another_digest(one, other):
    assert (digest(one) == digest(other)) == (one == other)


def test_a_link_is_the_hash_of_both_texts():
    row = digest({"number": "R-1"})
    assert link(START, row) == sha256((START + row).encode()).hexdigest()


@pytest.mark.django_db
def test_an_archived_document_is_sealed_once(archived):
    first, again = archived(), archived()
    second = archived("M-2")
    assert first == again
    assert list(Seal.objects.order_by("position").values_list("position", "row")) == [
        (1, first.pk),
        (2, second.pk),
    ]
    links = list(Seal.objects.order_by("position"))
    assert links[1].chain == link(links[0].chain, links[1].digest)
    assert SealHead.objects.get().chain == links[1].chain


@pytest.mark.django_db
def test_a_row_is_never_sealed_twice(archived):
    row = archived()
    with pytest.raises(IntegrityError), transaction.atomic():
        seal(Seal.Kind.DOCUMENT, row.pk)
    assert SealHead.objects.get().position == 1


@pytest.mark.django_db
def test_a_message_that_has_not_left_is_not_sealed(queued):
    row = queued()
    with pytest.raises(type(row).DoesNotExist):
        seal(Seal.Kind.MESSAGE, row.pk)


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_sealed():
    assert not connection.in_atomic_block
    with pytest.raises(NotSealed):
        seal(Seal.Kind.DOCUMENT, 1)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_takes_its_link_with_it(archived):
    with transaction.atomic():
        archived()
        assert SealHead.objects.get().position == 1
        transaction.set_rollback(True)
    assert not Document.objects.exists()
    assert not SealHead.objects.filter(position__gt=0).exists()
