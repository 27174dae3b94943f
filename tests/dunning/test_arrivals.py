"""A level counts when its letter has arrived, and from then on (4.8, domain §10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from billing.models import Invoice
from delivery import owners
from delivery.actions import queue_message
from delivery.models import Message
from dunning.actions.runs import RunRefusal, raise_invoice
from dunning.audit import audit
from dunning.facts import dossiers, next_step
from dunning.models import Arrival, Notice
from dunning.reasons import explain
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db
RUN_ON = make.day("2026-02-16")


@pytest.fixture(scope="module")
def reminded(kept):
    with kept():
        make.company()
        desk.policy()
        make.invoice("400.00 CHF", number="INV-1")
        desk.issue_then("2026-02-16")


@pytest.fixture
def invoice(reminded, company):
    """INV-1, reminded on 2026-02-16, to be paid by 2026-02-26."""
    return Invoice.objects.get(number="INV-1")


def mail(occasion=1, **course):
    """An e-mail with the last letter, as far as it got."""
    notice = Notice.objects.order_by("pk").last()
    message = queue_message(
        kind="notice",
        number=notice.number,
        client=notice.client,
        language="fr",
        recipient="client@example.org",
        subject="Rappel",
        body="Rappel",
        person=None,
        occasion=occasion,
    )
    Message.objects.filter(pk=message.pk).update(**course)
    message.refresh_from_db()
    return message


def noon(text):
    return timezone.make_aware(datetime.fromisoformat(f"{text} 12:00"))


def leave(message, on):
    """The message leaves on a day: what delivery writes and tells."""
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state="sent", sent_at=noon(on))
        owners.tell_sent(message, make.day(on))


def deadline(invoice):
    invoice.refresh_from_db()
    return f"{invoice.deadline_on}"


LOST = {
    "failed": {"state": "failed"},
    "bounced": {"state": "sent", "bounced_at": noon("2026-02-17")},
    "rejected": {"state": "sent", "rejected_at": noon("2026-02-17")},
    "sent again and not yet gone": {
        "state": "sent",
        "bounced_at": noon("2026-02-17"),
        "resolution": "resent",
    },
}
COUNTS = {
    "sent": {"state": "sent"},
    "waiting": {"state": "queued"},
    "unknown": {"state": "unknown"},
    "complained about": {"state": "sent", "complained_at": noon("2026-02-17")},
    "settled otherwise": {"state": "failed", "resolution": "dismissed"},
}


@pytest.mark.parametrize("course", LOST.values(), ids=LOST.keys())
def test_an_invoice_whose_reminder_reached_nobody_goes_no_further(invoice, course):
    mail(**course)
    run = desk.propose("2026-03-04")
    [line] = run.lines.all()
    number = Notice.objects.get().number
    assert (line.reason, line.detail) == ("deadline_running", {"undelivered": number})
    said = (
        f"Reminder {number} has not reached the client: correct the address, print it"
        " or give the level back."
    )
    assert explain(line.reason, line.detail) == said
    with pytest.raises(RunRefusal, match=f"Reminder {number} has not reached"):
        raise_invoice(invoice, make.day("2026-03-04"), person=None, request_key="k-up")
    step = next_step(invoice, make.day("2026-03-04"))
    assert step.detail == {"undelivered": number}


@pytest.mark.parametrize("course", COUNTS.values(), ids=COUNTS.keys())
def test_what_is_no_bad_news_lets_the_next_level_follow(invoice, course):
    mail(**course)
    assert desk.lines(desk.propose("2026-03-04")) == {"INV-1": 2}


def test_without_any_message_the_level_counts_as_issued(invoice):
    assert desk.lines(desk.propose("2026-03-04")) == {"INV-1": 2}


def test_a_later_mail_with_the_letter_settles_the_lost_one(invoice):
    mail(**LOST["sent again and not yet gone"])
    leave(mail(occasion=2), "2026-02-17")
    assert desk.lines(desk.propose("2026-03-04")) == {"INV-1": 2}


def test_a_letter_lost_earlier_than_the_last_one_stops_nothing(invoice):
    mail(state="sent")
    desk.issue_then("2026-03-04")
    first = Notice.objects.order_by("pk").first()
    Message.objects.filter(number=first.number).update(bounced_at=noon("2026-03-05"))
    assert desk.lines(desk.propose("2026-03-18")) == {"INV-1": 3}


@pytest.mark.parametrize("on", ["2026-02-16", "2026-02-17"])
def test_a_mail_that_leaves_in_time_changes_nothing(invoice, on):
    leave(mail(), on)
    assert deadline(invoice) == "2026-02-26"
    assert not Arrival.objects.exists()


def test_a_mail_that_leaves_late_gives_its_days_from_then(invoice):
    """Ten days from 20 February; level 2 five days of grace later."""
    message = mail()
    leave(message, "2026-02-20")
    assert deadline(invoice) == "2026-03-02"
    assert Arrival.objects.get().how == "email"
    [item] = dossiers(make.day("2026-03-04"))[0].items
    assert f"{item.deadline_on}" == "2026-03-02"
    assert desk.lines(desk.propose("2026-03-07")) == {"INV-1": "deadline_running"}
    assert desk.lines(desk.propose("2026-03-08")) == {"INV-1": 2}
    owners.tell_sent(message, make.day("2026-02-22"))
    assert deadline(invoice) == "2026-03-02", "told twice, it arrived once"
    assert not list(audit())


def test_a_letter_that_bears_an_earlier_day_is_in_time_when_it_leaves_at_once(
    company, accountant
):
    """Runs of years ago, issued and sent one after the other today (B06, B07)."""
    desk.policy()
    invoice = make.invoice("400.00 CHF", number="INV-1", due="2013-05-20")
    for level, on in enumerate(["2013-06-03", "2013-07-01", "2013-08-05"], start=1):
        desk.issue(on)
        leave(mail(), localdate())
        owners.tell_printed(mail(occasion=2), localdate(), accountant)
        invoice.refresh_from_db()
        term_over = make.day(on) + timedelta(days=10)
        assert (invoice.level, invoice.deadline_on) == (level, term_over)
    assert not list(audit())


def test_a_letter_that_bears_an_earlier_day_and_waits_gives_its_days(company):
    desk.policy()
    invoice = make.invoice("400.00 CHF", number="INV-1", due="2013-05-20")
    desk.issue("2013-06-03")
    left = localdate() + timedelta(days=2)
    leave(mail(), left)
    assert deadline(invoice) == f"{left + timedelta(days=10)}"
    assert not list(audit())


def test_one_sent_again_after_it_bounced_gives_its_days_from_then(invoice):
    leave(mail(), "2026-02-16")
    Message.objects.update(bounced_at=noon("2026-02-17"), resolution="resent")
    leave(mail(occasion=2), "2026-02-20")
    assert deadline(invoice) == "2026-03-02"


def test_a_copy_for_a_client_who_has_it_already_gives_no_new_days(invoice):
    leave(mail(), "2026-02-16")
    leave(mail(occasion=2), "2026-02-25")
    assert deadline(invoice) == "2026-02-26"


def test_posted_after_it_bounced_it_counts_from_the_post(invoice, accountant):
    message = mail(**LOST["bounced"])
    owners.tell_printed(message, make.day("2026-02-19"), accountant)
    owners.tell_printed(message, make.day("2026-02-21"), accountant)
    assert deadline(invoice) == "2026-03-01"
    [arrival] = Arrival.objects.all()
    assert (arrival.how, f"{arrival.on}", arrival.person) == (
        "post",
        "2026-02-19",
        accountant,
    )
    assert desk.lines(desk.propose("2026-03-07")) == {"INV-1": 2}
    assert not list(audit())


def test_a_level_given_back_is_reached_again(invoice, accountant):
    message = mail(**LOST["bounced"])
    assert owners.give_back(message, accountant) == ""
    assert owners.give_back(message, accountant) == ""
    assert deadline(invoice) == "2026-02-09"
    assert Notice.objects.get().withdrawal.cause == "undelivered"
    assert desk.lines(desk.propose("2026-02-18")) == {"INV-1": 1}


def test_a_level_under_a_later_one_cannot_be_given_back(invoice, accountant):
    message = mail(state="sent")
    desk.issue_then("2026-03-04")
    later = Notice.objects.order_by("pk").last()
    said = owners.give_back(message, accountant)
    assert (
        said == f"Later reminders have to be withdrawn first: {later.number} (INV-1)."
    )


def test_withdrawing_a_late_letter_brings_the_deadline_before_it_back(invoice):
    leave(mail(), "2026-02-20")
    desk.issue_then("2026-03-08")
    second = Notice.objects.order_by("pk").last()
    assert owners.give_back(mail(occasion=1), None) == ""
    assert (second.number, deadline(invoice)) == (second.number, "2026-03-02")


def test_a_run_of_many_asks_no_more_than_a_run_of_one(
    company, django_assert_num_queries, django_assert_max_num_queries
):
    desk.policy()
    for _ in range(3):
        make.invoice()
    desk.issue_then("2026-02-16")
    leave(mail(), "2026-02-20")
    with django_assert_max_num_queries(28) as few:
        dossiers(RUN_ON + timedelta(days=30))
    for _ in range(9):
        make.invoice()
    desk.issue_then("2026-02-16")
    mail(state="failed")
    with django_assert_num_queries(len(few)):
        dossiers(RUN_ON + timedelta(days=30))
