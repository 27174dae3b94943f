"""/healthz and the banner: does the database answer, is what is due being done."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from billing.models import Bill
from config import health
from config.standstill import Glance, glance
from delivery.actions import archive, queue_message, send_due, service
from delivery.actions.claiming import claim
from delivery.actions.jobs import start_job
from delivery.models import Document, MailService
from tests import make

WELL = {"database": True, "worker": True, "clock": True, "mail": "ok"}
STANDS = "Work in the background stands still."


@pytest.fixture
def letter(company):
    document = archive(
        kind=Document.Kind.NOTICE,
        number="M-1",
        client=make.client(),
        language="en",
        file_name="M-1.pdf",
        content=make.blank_pdf(),
        person=None,
    )
    return queue_message(
        kind=document.kind,
        number=document.number,
        client=document.client,
        language="en",
        recipient="client@example.org",
        subject="Reminder",
        body="Please pay.",
        person=None,
        document=document,
    )


def later(**gone):
    return time_machine.travel(timezone.now() + timedelta(**gone), tick=False)


def test_all_is_well(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, WELL)


def test_a_message_that_waits_in_vain_says_that_no_worker_runs(client, letter):
    with later(seconds=50):
        assert client.get("/healthz").json() == WELL
    with later(seconds=70):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, WELL | {"worker": False})
    with later(seconds=70):
        claim(letter.pk, timezone.now())
        assert client.get("/healthz").json() == WELL
    send_due()
    with later(seconds=70):
        assert client.get("/healthz").json() == WELL


def test_mass_work_that_nobody_takes_up_says_so_too(client, company):
    start_job("letters", "letters:1", {"run": 1}, None)
    with later(seconds=70):
        assert client.get("/healthz").json() == WELL | {"worker": False}


def test_a_bill_without_paper_says_so_too_but_not_for_ever(client, company):
    make.bill("100")
    assert Bill.objects.get().document is None
    with later(minutes=4):
        assert client.get("/healthz").json() == WELL
    with later(minutes=6):
        assert client.get("/healthz").json() == WELL | {"worker": False}
    with later(minutes=40):
        assert client.get("/healthz").json() == WELL


def test_what_was_cut_off_and_stays_so_says_that_the_clock_is_gone(client, letter):
    claim(letter.pk, timezone.now())
    with later(minutes=8):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, WELL | {"clock": False})


def test_a_mail_server_in_trouble_is_a_fault_and_mail_on_hold_is_none(client, letter):
    now = timezone.now()
    MailService.objects.update(failures=5, paused_until=now + timedelta(minutes=4))
    with later(seconds=70):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, WELL | {"mail": "paused"})
    service.hold(person=None, why="Restored.", now=now)
    with later(seconds=70):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, WELL | {"mail": "held"})


def test_without_a_database_it_answers_all_the_same(client, db, monkeypatch):
    def gone(_now):
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "standstill", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": False})


def test_who_sees_messages_is_told_on_every_page_that_work_stands_still(desk, letter):
    assert STANDS not in desk.get("/clients/").text
    with later(seconds=70):
        assert STANDS in desk.get("/clients/").text
        assert "bin/run" in desk.get("/messages/").text


def test_others_are_not_troubled_with_it(client, stranger, letter):
    client.force_login(stranger)
    with later(seconds=70):
        assert STANDS not in client.get("/").text
    assert STANDS not in client.get("/login/").text


def test_mail_on_hold_or_paused_is_told_with_the_reason(desk, letter):
    now = timezone.now()
    MailService.objects.update(
        paused_until=now + timedelta(minutes=4), last_error="Connection refused"
    )
    page = desk.get("/clients/").text
    assert "The mail server is in trouble." in page
    assert "Connection refused" in page
    service.hold(person=None, why="Restored from a backup.", now=now)
    page = desk.get("/clients/").text
    assert "No e-mail is being sent." in page
    assert "Restored from a backup." in page
    assert "in trouble" not in page


def test_a_process_looks_again_after_some_seconds(
    letter, settings, django_assert_num_queries
):
    settings.BANNER_SECONDS = 10
    seen = Glance()
    with django_assert_num_queries(1):
        seen.take()
        seen.take()
    settings.BANNER_SECONDS = 0
    with django_assert_num_queries(2):
        glance.until = 0.0
        glance.take()
        glance.take()
