"""A letter that has not left is corrected by another one (B18); a sent one never is."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from delivery.models import Message
from dunning.actions.arriving import post_letters
from dunning.actions.letters import letter, queue_letters
from dunning.actions.replacing import replace_notice
from dunning.actions.withdrawing import withdraw_notice
from dunning.correcting import Edit, EditRefusal, texts_of
from dunning.models import Charge, Notice, NoticeLine
from tests import make
from tests.dunning import desk as office

WITH_FEES = [
    {**level, "fee": {"CHF": "20.00"}, "interest_rate": "5.00"}
    for level in office.EXAMPLE_2
]


@pytest.fixture(scope="module")
def issued(kept):
    with kept():
        make.company()
        office.policy(WITH_FEES, fees_agreed=True)
        first = make.client("K-1", language="en")
        make.invoice("500.00 CHF", to=first, number="INV-1")
        make.invoice("80.00 CHF", to=first, number="INV-2")
        office.issue("2026-02-16")


@pytest.fixture
def notice(issued, company):
    """INV-1 over 500.00 and INV-2 over 80.00, with a fee of 20.00 and interest."""
    return Notice.objects.get()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def filled(notice, **changes):
    """What the browser would send: the form as it is shown, with changes."""
    return {
        **texts_of(notice),
        "deadline_on": f"{notice.deadline_on}",
        "reason": "Agreed on the phone",
        **changes,
    }


def owed(notice):
    rows = Charge.objects.filter(notice=notice, open__gt=0).order_by("pk")
    return [(row.kind, str(row.open.amount.normalize())) for row in rows]


def test_text_deadline_and_fee_are_changed_by_a_letter_in_its_place(
    desk, notice, capsys
):
    kept = letter(notice).sha256
    address = reverse("notice_edit", args=[notice.pk])
    assert address in text_of(desk.get(reverse("notice", args=[notice.pk])))
    assert "Payable until" in text_of(desk.get(address))
    sent = filled(
        notice,
        opening="Please pay {total} by {deadline}, see {number}.",
        deadline_on="2026-03-20",
        no_fee="Long-standing client",
    )
    text = text_of(desk.post(address, sent, follow=True))
    made = Notice.objects.get(replaces=notice)
    assert f"Reminder {made.number} takes its place." in text
    assert "Takes the place of" in text
    assert notice.number in text
    assert made.opening == (
        f"Please pay CHF\N{NO-BREAK SPACE}580.56 by 20 March 2026, see {made.number}."
    )
    assert made.total == make.money("580.56 CHF")
    assert f"{made.deadline_on}" == "2026-03-20"
    assert (made.number, made.run) == ("R-2026-0002", notice.run)
    assert made.document is not None, "drawn and archived anew"
    first = Notice.objects.get(pk=notice.pk)
    assert (letter(first).sha256, first.withdrawal.cause) == (kept, "replaced")
    assert (owed(first), [kind for kind, _open in owed(made)]) == ([], ["interest"] * 2)
    old = text_of(desk.get(reverse("notice", args=[notice.pk])))
    assert "Replaced by" in old
    assert made.number in old
    levels = {line.invoice.level for line in made.lines.select_related("invoice")}
    untils = {f"{line.invoice.deadline_on}" for line in made.lines.all()}
    assert (levels, untils) == ({1}, {"2026-03-20"})
    call_command("verify_ledger")
    assert "Every figure agrees" in capsys.readouterr().out


def test_an_invoice_is_taken_off_and_the_fee_stays_with_the_others(desk, notice):
    first = notice.lines.get(invoice__number="INV-1")
    address = reverse("line_withdraw", args=[notice.pk, first.pk])
    assert "a corrected one without this invoice" in text_of(desk.get(address))
    desk.post(address, {"reason": "Billed twice"})
    made = Notice.objects.get(replaces=notice)
    assert [line.invoice.number for line in made.lines.all()] == ["INV-2"]
    assert [kind for kind, _open in owed(made)] == ["fee", "interest"]
    assert made.lines.get().fee == make.money("20.00 CHF")
    first.invoice.refresh_from_db()
    assert (first.invoice.level, f"{first.invoice.deadline_on}") == (0, "2026-02-09")


def test_an_email_that_waited_waits_for_the_corrected_letter(notice, accountant):
    queue_letters(notice.run, accountant)
    edit = Edit.of(notice, reason="Typing error")
    made = replace_notice(notice, edit, accountant)
    assert dict(Message.objects.values_list("number", "state")) == {
        notice.number: "overtaken",
        made.number: "queued",
    }
    again = replace_notice(made, Edit.of(made, reason="Once more"), accountant)
    assert again.opening.replace(again.number, "") == notice.opening.replace(
        notice.number, ""
    )
    assert (again.total, again.deadline_on) == (notice.total, notice.deadline_on)
    assert NoticeLine.objects.filter(withdrawn_at=None).count() == 2


LEFT = {
    "sent": "has been sent",
    "handing": "is leaving, or may have left",
    "unknown": "is leaving, or may have left",
}


@pytest.mark.parametrize(("state", "said"), LEFT.items())
def test_one_that_has_left_is_refused_and_can_be_withdrawn(
    desk, notice, accountant, state, said
):
    queue_letters(notice.run, accountant)
    Message.objects.update(state=state, sent_at=timezone.now())
    address = reverse("notice_edit", args=[notice.pk])
    for answer in (desk.get(address), desk.post(address, filled(notice))):
        assert answer.status_code == 302
    text = text_of(desk.get(reverse("notice", args=[notice.pk])))
    assert said in text
    assert address not in text
    assert reverse("notice_withdraw", args=[notice.pk]) in text
    with pytest.raises(EditRefusal, match=said):
        replace_notice(notice, Edit.of(notice, reason="All the same"), accountant)
    assert Notice.objects.count() == 1


def test_one_that_was_posted_or_withdrawn_is_refused(notice, accountant):
    post_letters([notice.number], make.day("2026-02-17"), accountant)
    with pytest.raises(EditRefusal, match="was posted on"):
        replace_notice(notice, Edit.of(notice, reason="Late"), accountant)
    withdraw_notice(notice, cause="withdrawn", reason="Gone", person=accountant)
    with pytest.raises(EditRefusal, match="was withdrawn on"):
        replace_notice(notice, Edit.of(notice, reason="Late"), accountant)


WRONG = {
    "a day before the letter": (
        {"deadline_on": "2026-02-15"},
        "the date of the letter",
    ),
    "no day": ({"deadline_on": "soon"}, "Enter a valid date"),
    "a word in braces": ({"opening": "Dear {name}"}, "Unknown words in braces"),
    "no reason": ({"reason": ""}, "This field is required"),
    "no text": ({"body": " "}, "This field is required"),
    "another letter's line": ({"without": "99999"}, "Select a valid choice"),
}


@pytest.mark.parametrize(("changes", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_stands_next_to_its_field(desk, notice, changes, said):
    address = reverse("notice_edit", args=[notice.pk])
    answer = desk.post(address, filled(notice, **changes))
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert Notice.objects.count() == 1


def test_all_invoices_taken_off_is_a_withdrawal_and_said_so(desk, notice):
    lines = list(notice.lines.values_list("pk", flat=True))
    address = reverse("notice_edit", args=[notice.pk])
    text = text_of(desk.post(address, filled(notice, without=lines)))
    assert "Without any invoice there is no letter: withdraw it." in text


def test_the_preview_is_a_draft_of_the_corrected_letter_and_keeps_nothing(desk, notice):
    address = reverse("notice_edit_preview", args=[notice.pk])
    answer = desk.post(address, filled(notice, reason=""))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    wrong = desk.post(address, filled(notice, opening=""))
    assert (wrong.status_code, "This field is required" in text_of(wrong)) == (
        422,
        True,
    )
    assert desk.get(address).status_code == 405
    assert Notice.objects.count() == 1


def test_who_may_not_issue_may_not_correct(client, stranger, notice):
    client.force_login(stranger)
    for name in ("notice_edit", "notice_edit_preview"):
        address = reverse(name, args=[notice.pk])
        assert client.post(address, filled(notice)).status_code == 403
