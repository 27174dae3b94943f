"""verify_ledger names whatever was changed in the archive by hand (I41, idea 4.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db import models as fields

from delivery.actions.marking import mark_sent
from delivery.actions.sealing import seal
from delivery.audit import audit
from delivery.checking import check_document
from delivery.models import (
    Document,
    Job,
    Message,
    MessageEvent,
    Seal,
    SealHead,
    ShareLink,
)
from delivery.rules.seal import START
from tests.sealing import SEALED, melt_archive, reforge

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
# How a message got where it is, and what was decided about it after: no evidence.
COURSE = {
    (Message, name)
    for name in (
        "attempts",
        "next_try_at",
        "lease_until",
        "error",
        "claimed_at",
        "resolution",
        "resolved_at",
        "resolved_by_id",
    )
}


@pytest.fixture
def archive(queued, accountant, stranger):
    """Two of everything that is sealed, and nothing that keeps it from changing."""
    for number in ("M-1", "M-2"):
        message = queued(number)
        assert mark_sent(
            message.pk,
            now=NOON,
            carrier="mailgun",
            carrier_id=f"id-{number}",
            before=[Message.State.QUEUED],
        )
        ShareLink.objects.create(
            document=message.document, token_sha256=number, expires_at=NOON
        )
        for kind in ("delivered", "opened"):
            report(message, kind)
    Job.objects.create(kind="emails", key="emails:1")
    melt_archive()
    assert Seal.objects.count() == 8


def report(message, kind, at=NOON):
    """A report as the provider's web hook keeps it."""
    event = MessageEvent.objects.create(
        message=message,
        provider="mailgun",
        event_key=f"{message.number}-{kind}-{at}",
        kind=kind,
        recipient=message.recipient,
        happened_at=at,
    )
    Message.objects.filter(pk=message.pk).update(**{f"{kind}_at": at})
    seal(Seal.Kind.EVENT, event.pk)


def other(row, field):
    """Something else that could stand in the column as well."""
    value = field.value_from_object(row)
    if isinstance(field, fields.BinaryField):
        content = bytearray(value)
        content[len(content) // 2] ^= 1
        found = bytes(content)
    elif field.primary_key:
        found = value + 1000
    elif field.choices:
        found = next(key for key, _name in field.choices if key != value)
    elif field.is_relation:
        found = field.related_model.objects.exclude(pk=value).first().pk
    elif isinstance(field, fields.DateTimeField):
        found = (value or NOON) + timedelta(microseconds=1)
    else:
        found = value + 1 if isinstance(value, int) else f"x{value}"[: field.max_length]
    return found


def names(row):
    """How an audit may call a row."""
    if isinstance(row, Document):
        return {f"{row.kind} {row.number}"}
    if isinstance(row, Message):
        return {f"{row.kind} {row.number} to {row.recipient}"}
    if isinstance(row, MessageEvent):
        return {f"{row.pk} ({row.kind} at {row.happened_at:%Y-%m-%d %H:%M})"}
    return {f"seal {row.position}"}


def test_an_untouched_archive_has_no_findings(archive):
    assert list(audit()) == []


@pytest.mark.parametrize("model", SEALED, ids=lambda model: model.__name__)
def test_one_flipped_value_in_any_column_is_found_and_its_row_named(archive, model):
    missed, tried = set(), set()
    for field in model._meta.concrete_fields:
        for row in model.objects.order_by("pk"):
            if field in tried:
                break
            try:
                with transaction.atomic():
                    before = names(row)
                    rows = model.objects.filter(pk=row.pk)
                    changed = other(row, field)
                    rows.update(**{field.attname: changed})
                    key = changed if field.primary_key else row.pk
                    after = names(model.objects.get(pk=key))
                    found = "\n".join(str(finding) for finding in audit())
                    tried.add(field)
                    if not any(name in found for name in before | after):
                        missed.add((model, field.attname))
                    transaction.set_rollback(True)
            except IntegrityError:
                continue  # the database itself refuses it
    assert missed == {entry for entry in COURSE if entry[0] is model}
    assert len(tried) > len(model._meta.concrete_fields) / 2


@pytest.mark.parametrize("column", ["position", "chain"])
def test_a_changed_end_of_the_chain_is_found(archive, column):
    changed = {"position": 7, "chain": START}[column]
    SealHead.objects.update(**{column: changed})
    assert {finding.table for finding in audit()} == {"seal"}


def test_a_lost_end_of_the_chain_is_found(archive):
    SealHead.objects.all().delete()
    assert len(list(audit())) == 8


def test_a_row_that_is_taken_out_or_slipped_in_is_named(archive):
    event = MessageEvent.objects.first()
    key = event.pk
    with transaction.atomic():
        event.delete()
        assert any(f"its event {key} is gone" in found.problem for found in audit())
        transaction.set_rollback(True)
    MessageEvent.objects.create(
        message=event.message,
        provider="x",
        event_key="x",
        kind="sent",
        happened_at=NOON,
    )
    [found] = audit()
    assert (found.table, found.problem) == ("delivery report", "was never sealed")


def test_a_link_taken_out_leaves_a_gap_and_a_row_without_seal(archive):
    Seal.objects.filter(position=4).delete()
    problems = {finding.problem for finding in audit()}
    assert problems == {
        "is missing",
        "does not join the one before",
        "was never sealed",
    }


def test_bytes_and_hash_changed_together_are_found_by_the_seal(archive):
    row = Document.objects.first()
    Document.objects.filter(pk=row.pk).update(content=b"%PDF other", sha256="0" * 64)
    assert not check_document(row.pk).bytes_kept
    Document.objects.filter(pk=row.pk).update(sha256=sha256(b"%PDF other").hexdigest())
    check = check_document(row.pk)
    assert (check.bytes_kept, check.as_sealed, check.joined) == (True, False, True)
    assert {finding.row for finding in audit()} >= {f"{row.kind} {row.number}"}


def test_one_document_is_checked_by_itself(archive):
    first, second = Document.objects.order_by("pk")
    assert check_document(first.pk).good
    Seal.objects.filter(kind="document", row=second.pk).update(chain="f" * 64)
    assert not check_document(second.pk).joined
    Seal.objects.filter(kind="document", row=second.pk).delete()
    assert check_document(second.pk).seal is None
    assert not check_document(second.pk).good


def test_a_time_of_arrival_without_its_report_is_named(archive):
    message = Message.objects.first()
    Message.objects.filter(pk=message.pk).update(bounced_at=NOON, opened_at=None)
    assert {finding.problem.partition(" ")[0] for finding in audit()} == {
        "bounced",
        "opened",
    }


def test_reports_in_any_order_give_the_first_time(archive):
    message = Message.objects.first()
    report(message, "deferred", NOON + timedelta(hours=1))
    report(message, "deferred", NOON)
    assert list(audit()) == []


def test_the_rest_of_the_chain_can_be_made_anew_only_as_a_whole(archive):
    """The honest limit: whoever owns the database can; anchors outside tell it."""
    row = Document.objects.first()
    Document.objects.filter(pk=row.pk).update(file_name="other.pdf")
    assert list(audit())
    reforge()
    assert list(audit()) == []


def test_what_was_there_before_the_chain_joins_it_once(queued):
    """The migration, on rows as 0.1 left them."""
    message = queued()
    Document.objects.create(
        kind="statement",
        number="S-1",
        client=message.client,
        language="fr",
        file_name="S-1.pdf",
        pages=1,
        sha256=sha256(b"old").hexdigest(),
        content=b"old",
    )
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=NOON)
    assert {finding.problem for finding in audit()} == {"was never sealed"}
    migration = import_module("delivery.migrations.0006_seal_what_exists")
    for _time in range(2):
        migration.seal_everything(apps, None)
        assert list(audit()) == []
        assert Seal.objects.count() == 3
