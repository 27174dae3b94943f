"""Undoing a run through its page, and telling the clients (4.5)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.actions.working import work_job
from delivery.models import Document, Job, Message
from dunning.actions.letters import queue_letters
from dunning.models import Notice, Withdrawal
from tests import make
from tests.dunning import desk as office


@pytest.fixture
def run(company):
    """Two clients; the policy charges 20.00."""
    office.policy(
        [{**level, "fee": {"CHF": "20.00"}} for level in office.EXAMPLE_2],
        fees_agreed=True,
    )
    make.invoice("400.00 CHF", to=make.client("K-1", language="fr"), number="INV-1")
    make.invoice("90.00 CHF", to=make.client("K-2", language="de"), number="INV-2")
    return office.issue("2026-02-16").run


def text_of(answer):
    return " ".join(answer.content.decode().split())


def sent(run, person, *numbers):
    """The e-mails of some letters have left."""
    queue_letters(run, person)
    rows = Message.objects.filter(number__in=numbers)
    rows.update(state="sent", sent_at=timezone.now())


def test_the_page_says_what_would_happen_and_does_it_on_the_button(desk, run):
    address = reverse("run_undo", args=[run.pk])
    text = text_of(desk.get(address))
    for said in (
        "<strong>2 letters</strong> have not left, and never will.",
        "2 invoices: level 1 → not reminded",
        "Fees and interest of CHF 40.00 are not owed any more.",
        "26.02.2026 → 09.02.2026",
        "Take back 2 letters",
    ):
        assert said in text.replace("\N{NO-BREAK SPACE}", " "), said
    assert 'name="typed"' not in text
    assert not Withdrawal.objects.exists(), "reading a page changes nothing"
    assert "This field is required" in text_of(desk.post(address, {"reason": ""}))
    text = text_of(desk.post(address, {"reason": "Wrong month"}, follow=True))
    assert "The run is undone: 2 letters never leave, 0 that had left" in text
    text = text_of(desk.get(address, follow=True))
    assert "None of the letters of this run counts any more." in text


def test_what_has_left_is_named_and_its_number_is_typed(desk, accountant, run):
    gone = run.notices.first()
    sent(run, accountant, gone.number)
    address = reverse("run_undo", args=[run.pk])
    text = text_of(desk.get(address))
    assert "<strong>1 letter</strong> has left, is leaving or was posted" in text
    assert gone.number in text
    wrong = desk.post(address, {"reason": "Wrong month", "typed": "2"})
    assert "By now 1 letter has left." in text_of(wrong)
    assert "This field is required" in text_of(desk.post(address, {"reason": "Well"}))
    assert not Withdrawal.objects.exists()
    desk.post(address, {"reason": "Wrong month", "typed": "1", "tell": "on"})
    assert Withdrawal.objects.count() == 2
    work_job(Job.objects.get(key__startswith="withdrawals:").pk)
    told = Document.objects.get(kind="withdrawal")
    assert (told.number, told.language) == (gone.number, "fr")
    mail = Message.objects.get(kind="withdrawal")
    assert (mail.document, mail.state) == (told, "queued")
    assert "This run" not in mail.body


def test_later_reminders_stand_in_the_way_and_are_linked(desk, run):
    office.issue("2026-03-04")
    later = Notice.objects.filter(level=2).first()
    address = reverse("run_undo", args=[run.pk])
    text = text_of(desk.get(address))
    assert "the newest first" in text
    assert reverse("notice", args=[later.pk]) in text
    desk.post(address, {"reason": "All the same"})
    assert not Withdrawal.objects.exists()


def test_one_client_is_told_by_the_way_the_letter_went(desk, accountant, run):
    mailed, posted = run.notices.order_by("pk")
    sent(run, accountant, mailed.number, posted.number)
    Message.objects.filter(number=posted.number).update(bounced_at=timezone.now())
    for notice, said in [
        (mailed, "The client is told so by e-mail."),
        (posted, "Print the letter that tells the client so."),
    ]:
        address = reverse("notice_withdraw", args=[notice.pk])
        sent_form = {"reason": "Our mistake", "tell": "on"}
        text = text_of(desk.post(address, sent_form, follow=True))
        assert said in text
        pdf = reverse("notice_withdrawal_pdf", args=[notice.pk])
        assert pdf in text
        assert desk.get(pdf)["Content-Type"] == "application/pdf"
    assert Message.objects.get(kind="withdrawal").number == mailed.number
    # What came back needs nobody any more.
    assert Message.objects.get(number=posted.number).resolution == "given_back"


def test_one_invoice_is_taken_off_a_letter_that_has_left(desk, accountant, company):
    office.policy()
    first = make.client("K-9")
    make.invoice("400.00 CHF", to=first, number="INV-8")
    make.invoice("90.00 CHF", to=first, number="INV-9")
    run = office.issue("2026-02-16").run
    notice = run.notices.get()
    sent(run, accountant, notice.number)
    line = notice.lines.get(invoice__number="INV-9")
    address = reverse("line_withdraw", args=[notice.pk, line.pk])
    assert address in text_of(desk.get(reverse("notice", args=[notice.pk])))
    assert "it counts for its other invoices" in text_of(desk.get(address))
    text = text_of(desk.post(address, {"reason": "Paid in cash"}, follow=True))
    assert "Invoice INV-9 is taken off." in text
    assert "anna: Paid in cash" in text
    assert Notice.objects.count() == 1
    again = text_of(desk.get(address, follow=True))
    assert "does not count on this letter any more" in again
    # The last one is the whole letter.
    other = notice.lines.get(invoice__number="INV-8")
    last = desk.get(reverse("line_withdraw", args=[notice.pk, other.pk]))
    assert last.url == reverse("notice_withdraw", args=[notice.pk])


def test_who_may_not_issue_may_not_undo(client, stranger, run):
    client.force_login(stranger)
    address = reverse("run_undo", args=[run.pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"reason": "No way"}).status_code == 403
