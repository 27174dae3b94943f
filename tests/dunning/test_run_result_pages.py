"""Issuing a run and what it leaves behind: B02, B07, B09, B10, B11."""

from io import BytesIO

import pikepdf
from django.urls import reverse

from delivery.models import Message
from dunning.models import Notice, Run
from tests import make
from tests.sheets import csv_rows


def issue(desk, run, **given):
    said = {"stale_reason": "no bank file on Sundays"}
    return desk.post(reverse("run_issue", args=[run.pk]), said | given, follow=True)


def page_of(desk, run, query=""):
    return desk.get(reverse("run_result", args=[run.pk]) + query)


def test_without_an_address_to_write_from_nothing_is_queued(desk, propose, settings):
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    make.invoice()
    run = propose()
    said = issue(desk, run, send="now").content.decode()
    assert "The company has no e-mail address to send from." in said
    assert "1 not sent yet" in said
    assert not Message.objects.exists()


def pages(content):
    with pikepdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)


def test_from_the_proposal_to_the_letters(desk, propose):
    """B02, B07, B09, B10, B11: propose, untick, issue, read, multi-PDF."""
    dupont, egli = make.client("D-1"), make.client("E-1", language="de")
    raised = make.invoice("100.00 CHF", to=dupont, number="INV-1")
    kept = make.invoice("80.00 CHF", to=dupont, number="INV-2")
    make.invoice("70.00 EUR", to=egli, number="INV-3")
    run = propose()
    desk.post(
        reverse("run_select", args=[run.pk]),
        {"shown": [raised.pk, kept.pk], "ticked": [raised.pk]},
    )
    check = desk.get(reverse("run_send", args=[run.pk])).content.decode()
    assert "Issue 2 letters (2 by e-mail) and raise 2 invoices" in " ".join(
        check.split()
    )
    assert "1 invoice keeps its level and deadline" in check

    result = issue(desk, run)
    text = result.content.decode()
    assert "2 letters are issued." in text
    for inv, level, deadline in ((raised, 1, "2026-03-26"), (kept, 0, "2026-02-09")):
        inv.refresh_from_db()
        assert (inv.level, inv.deadline_on) == (level, make.day(deadline))
    notices = list(Notice.objects.order_by("pk"))
    assert [notice.client for notice in notices] == [dupont, egli]
    assert {notice.run_on for notice in notices} == {make.day("2026-03-16")}
    singles = []
    for notice in notices:
        address = reverse("notice_pdf", args=[notice.pk])
        assert address in text
        answer = desk.get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content == desk.get(address).content, "the archived bytes"
        singles.append(pages(answer.content))
    whole = desk.get(reverse("run_multi_pdf", args=[run.pk]))
    assert pages(whole.content) == sum(singles)


def test_what_was_not_ticked_stays_listed_with_the_run(desk, propose):
    """B09."""
    one, two = make.invoice(number="INV-1"), make.invoice(number="INV-2")
    run = propose()
    desk.post(
        reverse("run_select", args=[run.pk]),
        {"shown": [one.pk, two.pk], "ticked": [one.pk]},
    )
    issue(desk, run)
    page = page_of(desk, run, "?tab=unticked").content.decode()
    assert "INV-2" in page
    assert "INV-1" not in page


def test_two_clicks_issue_once_and_the_second_is_told_who_was_first(desk, propose):
    """B02."""
    make.invoice()
    run = propose()
    issue(desk, run)
    second = issue(desk, run)
    assert "already issued by anna" in second.content.decode()
    assert second.redirect_chain[-1][0] == reverse("run_result", args=[run.pk])
    assert Notice.objects.count() == 1
    looked = desk.get(reverse("run_issue", args=[run.pk]), follow=True)
    assert "already issued by anna" in looked.content.decode()


def test_a_line_paid_since_is_dropped_and_listed(desk, propose):
    paid = make.invoice("100.00 CHF", number="INV-1")
    part = make.invoice("80.00 CHF", number="INV-2")
    make.invoice("70.00 CHF", number="INV-3")
    run = propose()
    make.payment("100.00 CHF", on="2026-03-10", to=paid)
    make.payment("30.00 CHF", on="2026-03-10", to=part)
    check = desk.get(reverse("run_send", args=[run.pk])).content.decode()
    assert "1 ticked invoice was paid or changed" in check
    assert "1 ticked invoice was dropped" in issue(desk, run).content.decode()
    page = page_of(desk, run, "?tab=changed").content.decode()
    assert "INV-1" in page
    assert "Paid on 10.03.2026." in page
    assert "INV-2" in page
    assert "CHF\u00a080.00 → CHF\u00a050.00" in page
    assert "INV-3" not in page
    paid.refresh_from_db()
    assert paid.level == 0


def test_everything_paid_since_leaves_the_draft_as_it_is(desk, propose):
    owed = make.invoice("100.00 CHF")
    run = propose()
    make.payment("100.00 CHF", on="2026-03-10", to=owed)
    issue(desk, run)
    run.refresh_from_db()
    assert run.state == Run.State.DRAFT
    assert not Notice.objects.exists()


def test_what_was_left_out_stays_with_its_reason(desk, propose):
    owed = make.invoice("100.00 CHF", number="INV-1")
    make.invoice("50.00 CHF", number="INV-2")
    desk.post(reverse("invoice_uncollectible", args=[owed.pk]), {"reason": "bankrupt"})
    run = propose()
    issue(desk, run)
    page = page_of(desk, run, "?tab=excluded").content.decode()
    assert "INV-1" in page
    assert "bankrupt" in page


def test_e_mails_leave_only_when_asked_and_once(desk, propose):
    dupont = make.client("D-1", email="ap@dupont.example")
    make.invoice(to=dupont)
    make.invoice(to=make.client("P-1", email="", name="Papier AG"))
    late_payer = make.invoice("60.00 CHF", to=make.client("Q-1"))
    run = propose()
    issue(desk, run)
    assert not Message.objects.exists()
    make.payment("60.00 CHF", on="2026-03-17", to=late_payer)
    send = reverse("run_send", args=[run.pk])
    check = desk.get(send)
    assert "Send 1 e-mail" in check.content.decode()
    assert [len(check.context[name]) for name in ("by_mail", "to_print", "paid")] == [
        1,
        1,
        1,
    ]
    assert "Papier AG" in check.content.decode()
    done = desk.post(send, follow=True).content.decode()
    assert "1 e-mail is in the outbox" in done
    desk.post(send)
    assert [message.recipient for message in Message.objects.all()] == [
        "ap@dupont.example"
    ]
    assert "There is nothing to send." in desk.get(send).content.decode()


def test_issuing_can_queue_the_e_mails_at_once(desk, propose):
    make.invoice()
    page = issue(desk, propose(), send="now").content.decode()
    assert "1 e-mail is in the outbox" in page
    assert "Waiting" in page
    assert Message.objects.count() == 1


def test_the_lines_as_csv_compute_nothing(desk, propose):
    make.invoice("1200.50 CHF", to=make.client("=1+1", name="@SUM(A1)"), number="-INV")
    run = propose()
    answer = desk.get(reverse("run_lines", args=[run.pk]), {"export": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    _head, line = csv_rows(answer)
    assert line[:3] == ["'=1+1", "'@SUM(A1)", "'-INV"]
    assert line[6] == "1200.50"


def test_the_progress_of_the_letters_is_shown_until_all_are_there(desk, propose):
    make.invoice()
    run = propose()
    issue(desk, run)
    progress = reverse("run_progress", args=[run.pk])
    assert "0 of 1 letter is ready" in desk.get(progress).content.decode()
    desk.get(reverse("notice_pdf", args=[Notice.objects.get().pk]))
    assert "hx-trigger" not in desk.get(progress).content.decode()


def test_the_page_of_a_letter_says_what_it_claims(desk, propose):
    make.invoice("100.00 CHF", number="INV-1")
    issue(desk, propose())
    page = desk.get(reverse("notice", args=[Notice.objects.get().pk])).content.decode()
    for text in ("INV-1", "CHF\u00a0100.00", "26.03.2026", "client@example.org"):
        assert text in page


def test_a_draft_has_no_letters_yet(desk, propose):
    make.invoice()
    run = propose()
    page = desk.get(reverse("run_multi_pdf", args=[run.pk]), follow=True)
    assert "once the run is issued" in page.content.decode()
    assert desk.post(reverse("run_send", args=[run.pk])).status_code == 404


def test_a_stranger_gets_no_letter(client, stranger, desk, propose):
    make.invoice()
    run = propose()
    issue(desk, run)
    pk = Notice.objects.get().pk
    client.force_login(stranger)
    for name, key in (
        ("notice", pk),
        ("notice_pdf", pk),
        ("run_multi_pdf", run.pk),
        ("run_lines", run.pk),
        ("run_send", run.pk),
        ("run_progress", run.pk),
    ):
        assert client.get(reverse(name, args=[key])).status_code == 403
    assert client.post(reverse("run_send", args=[run.pk])).status_code == 403
    assert not Message.objects.exists()
