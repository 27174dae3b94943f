"""A reminder that came back: what each way out does to its level and deadline."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone

from delivery import facts
from delivery.actions import archive, queue_message
from delivery.actions.reports import Report, note_report
from delivery.models import Message
from dunning.models import Arrival, Notice, Withdrawal
from tests import make
from tests.dunning.desk import issue, policy

pytestmark = pytest.mark.django_db
LEFT = datetime(2026, 2, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def invoice(company):
    policy()
    row = make.invoice("400.00 CHF", number="INV-1")
    issue("2026-02-16")
    return row


def blank():
    """The smallest letter there is."""
    file = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(file)
    return file.getvalue()


@pytest.fixture
def mail(invoice):
    """Its letter left by e-mail."""
    notice = Notice.objects.get()
    message = queue_message(
        kind="notice",
        number=notice.number,
        client=notice.client,
        language=notice.language,
        recipient="gone@example.org",
        subject=notice.subject,
        body=notice.body,
        person=None,
        document=archive(
            kind="notice",
            number=notice.number,
            client=notice.client,
            language=notice.language,
            file_name="letter.pdf",
            content=blank(),
            person=None,
        ),
    )
    Message.objects.update(state="sent", sent_at=LEFT, claimed_at=LEFT)
    return message


@pytest.fixture
def lost(mail):
    """It came back."""
    return come_back(mail)


def come_back(mail):
    told = Report("postmark", "bounced", LEFT, ours=mail.message_id)
    note_report(told, timezone.now())
    mail.refresh_from_db()
    return mail


def level(invoice):
    invoice.refresh_from_db()
    return invoice.level


def act(desk, message, way, **values):
    address = f"/messages/{message.pk}/undelivered/{way}/"
    return desk.post(address, values, follow=True).content.decode(errors="ignore")


def test_its_level_is_given_back_and_the_next_run_reminds_again(desk, lost, invoice):
    assert level(invoice) == 1
    act(desk, lost, "given-back")
    assert level(invoice) == 0
    assert Withdrawal.objects.get().cause == Withdrawal.Cause.UNDELIVERED
    assert not facts.undelivered().exists()


def test_a_level_that_a_later_letter_builds_on_is_not_given_back(desk, mail, invoice):
    issue("2026-03-20")
    assert level(invoice) == 2
    act(desk, come_back(mail), "given-back")
    assert level(invoice) == 2
    assert not Withdrawal.objects.exists()
    assert facts.undelivered().count() == 1


def test_printed_it_counts_from_the_day_it_is_posted(desk, lost, invoice):
    act(desk, lost, "printed")
    arrival = Arrival.objects.get()
    assert (arrival.how, arrival.person.username) == (Arrival.How.POST, "anna")
    assert level(invoice) == 1
    assert not facts.undelivered().exists()


def test_sent_to_the_right_address_the_level_stays(desk, lost, invoice):
    act(desk, lost, "address", email="right@example.org")
    again = Message.objects.get(recipient="right@example.org")
    assert (again.state, again.number) == ("queued", lost.number)
    assert level(invoice) == 1
    invoice.client.refresh_from_db()
    assert invoice.client.email == "right@example.org"
