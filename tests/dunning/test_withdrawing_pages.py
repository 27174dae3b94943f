"""Withdrawing a reminder through its pages (4.5), and what they say of its course."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from delivery import owners
from delivery.actions import queue_message
from delivery.models import Message
from dunning.actions.letters import queue_letters
from dunning.models import Notice, NoticeLine, Withdrawal
from tests import make
from tests.dunning import desk as office


@pytest.fixture
def invoice(company):
    office.policy()
    return make.invoice("400.00 CHF", to=make.client("K-1"), number="INV-1")


def last():
    return Notice.objects.order_by("pk").last()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def mail_of(notice, **course):
    message = queue_message(
        kind="notice",
        number=notice.number,
        client=notice.client,
        language="fr",
        recipient="client@example.org",
        subject="Rappel",
        body="Rappel",
        person=None,
    )
    Message.objects.filter(pk=message.pk).update(**course)
    return message


def test_the_page_says_where_invoices_go_back_to_and_does_it_on_the_button(
    desk, invoice
):
    office.issue("2026-02-16")
    office.issue("2026-03-04")
    notice = last()
    address = reverse("notice_withdraw", args=[notice.pk])
    assert address in text_of(desk.get(reverse("notice", args=[notice.pk])))
    text = text_of(desk.get(address))
    assert "14.03.2026 → 26.02.2026" in text
    assert "The letter has not left, and never will." in text
    assert not Withdrawal.objects.exists(), "reading a page changes nothing"
    assert "This field is required" in text_of(desk.post(address, {"reason": ""}))
    answer = desk.post(address, {"reason": "Sent to the wrong firm"}, follow=True)
    text = text_of(answer)
    assert "The reminder is withdrawn." in text
    assert "by anna." in text
    assert "Withdrawn: Sent to the wrong firm" in text
    assert address not in text
    invoice.refresh_from_db()
    assert (invoice.level, invoice.deadline_on) == (1, make.day("2026-02-26"))
    again = desk.post(address, {"reason": "Twice"}, follow=True)
    assert "The reminder has been withdrawn already." in text_of(again)
    tab = text_of(desk.get(reverse("invoice_reminders", args=[invoice.pk])))
    assert "Sent to the wrong firm" in tab
    result = text_of(desk.get(reverse("run", args=[notice.run_id]), follow=True))
    assert "1 letter withdrawn" in result
    assert '<span class="badge bg-secondary-lt">withdrawn</span>' in result
    assert desk.get(reverse("notice_pdf", args=[notice.pk])).status_code == 200


def test_a_later_reminder_in_the_way_is_named_and_nothing_happens(desk, invoice):
    office.issue("2026-02-16")
    first = last()
    office.issue("2026-03-04")
    address = reverse("notice_withdraw", args=[first.pk])
    text = text_of(desk.get(address))
    assert "Later reminders of its invoices have to be withdrawn first:" in text
    assert reverse("notice", args=[last().pk]) in text
    assert "<button class=" not in text.partition("<main")[2].partition("</main")[0]
    answer = desk.post(address, {"reason": "All the same"}, follow=True)
    assert f"withdrawn first: {last().number} (INV-1)." in text_of(answer)
    assert not Withdrawal.objects.exists()


def test_who_may_not_issue_may_not_withdraw(client, stranger, invoice):
    office.issue("2026-02-16")
    client.force_login(stranger)
    address = reverse("notice_withdraw", args=[last().pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"reason": "No way"}).status_code == 403
    assert not Withdrawal.objects.exists()


def test_a_withdrawn_letter_is_neither_queued_nor_offered(desk, accountant, invoice):
    run = office.issue("2026-02-16").run
    address = reverse("notice_withdraw", args=[last().pk])
    desk.post(address, {"reason": "Typing error"})
    assert "There is nothing to send." in text_of(
        desk.get(reverse("run_send", args=[run.pk]))
    )
    done = queue_letters(run, accountant)
    assert (done.queued, done.without_email, done.paid_since) == (0, (), ())


def test_a_payment_that_crossed_the_letter_is_noted_beside_it(desk, invoice):
    office.issue("2026-02-16")
    notice, today = last(), localdate()
    before = timezone.now() - timedelta(minutes=5)
    mail_of(notice, state="sent", sent_at=before)
    make.payment("150.00 CHF", on=today - timedelta(days=1), to=invoice)
    for name, key in [("notice", notice.pk), ("invoice_reminders", invoice.pk)]:
        text = text_of(desk.get(reverse(name, args=[key])))
        assert "Crossed with a payment of CHF 150.00" in text, name


def test_a_payment_booked_before_or_made_long_after_did_not_cross(desk, invoice):
    office.issue("2026-02-16")
    notice = last()
    long_ago = timezone.now() - timedelta(days=20)
    mail_of(notice, state="sent", sent_at=long_ago)
    make.payment("150.00 CHF", on=localdate(), to=invoice)
    assert "Crossed" not in text_of(desk.get(reverse("notice", args=[notice.pk])))
    Message.objects.update(sent_at=timezone.now() + timedelta(minutes=5))
    assert "Crossed" not in text_of(desk.get(reverse("notice", args=[notice.pk])))


def test_a_letter_that_reached_nobody_is_said_on_its_pages(desk, invoice):
    office.issue("2026-02-16")
    notice = last()
    mail_of(notice, state="failed")
    said = "The e-mail did not arrive: until it is settled"
    for name, key in [("notice", notice.pk), ("invoice_reminders", invoice.pk)]:
        assert said in text_of(desk.get(reverse(name, args=[key]))), name
    tab = text_of(desk.get(reverse("invoice_reminders", args=[invoice.pk])))
    assert f"Reminder {notice.number} has not reached the client" in tab


def test_the_printed_deadline_stands_beside_the_one_that_counts(desk, invoice):
    office.issue_then("2026-02-16")
    notice = last()
    message = mail_of(notice)
    with transaction.atomic():
        owners.tell_sent(message, make.day("2026-02-20"))
    text = text_of(desk.get(reverse("notice", args=[notice.pk])))
    assert "02.03.2026" in text
    assert "(printed: 26.02.2026; it arrived later)" in text
    tab = text_of(desk.get(reverse("invoice_reminders", args=[invoice.pk])))
    assert "The e-mail left on 20.02.2026. The deadline that counts is 02.03.2026." in (
        tab
    )


def test_an_overtaken_letter_says_why_on_its_page(desk, invoice):
    office.issue("2026-02-16")
    make.payment("400.00 CHF", on="2026-02-17", to=invoice)
    with transaction.atomic():
        owners.why_not_send(mail_of(last()))
    text = text_of(desk.get(reverse("notice", args=[last().pk])))
    assert "Overtaken before it was sent: Invoice INV-1 was paid on 17.02.2026." in text
    assert NoticeLine.objects.get().withdrawn_at is not None
