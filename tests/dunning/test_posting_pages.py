"""Letters on paper: what is to be printed, and what was posted (4.8, F47)."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.timezone import localdate

from delivery.actions import queue_message
from delivery.models import Message
from dunning.models import Arrival, Notice, Run
from tests import make
from tests.dunning import desk as office

TODAY = localdate()
RUN_ON = TODAY - timedelta(days=5)


@pytest.fixture
def run(issued, company):
    """Four letters of five days ago: one by post, one bounced, one sent, one paid."""
    return Run.objects.get()


@pytest.fixture(scope="module")
def issued(kept):
    with kept():
        make.company()
        write()


def write():
    office.policy()
    for number, email in [
        ("K-POST", ""),
        ("K-LOST", "gone@example.org"),
        ("K-SENT", "fine@example.org"),
        ("K-PAID", ""),
    ]:
        make.invoice(
            "100.00 CHF",
            to=make.client(number, name=number, email=email),
            number=f"INV-{number}",
            due=RUN_ON - timedelta(days=30),
        )
    made = office.issue_then(RUN_ON.isoformat()).run
    for notice in made.notices.exclude(email="").select_related("client"):
        message = queue_message(
            kind="notice",
            number=notice.number,
            client=notice.client,
            language="fr",
            recipient=notice.email,
            subject="Rappel",
            body="Rappel",
            person=None,
        )
        state = "failed" if notice.client.number == "K-LOST" else "sent"
        Message.objects.filter(pk=message.pk).update(state=state)
    paid = Notice.objects.get(client__number="K-PAID").lines.get().invoice
    make.payment("100.00 CHF", on=TODAY, to=paid)


def notice(number):
    return Notice.objects.get(client__number=number)


def page(desk, run):
    return " ".join(
        desk.get(reverse("run_post", args=[run.pk])).content.decode().split()
    )


def post(desk, run, letters, on=TODAY):
    return desk.post(
        reverse("run_post", args=[run.pk]),
        {"letter": letters, "on": f"{on}"},
        follow=True,
    )


def deadline(number):
    return notice(number).lines.get().invoice.deadline_on


def test_the_list_holds_what_has_no_mailbox_or_none_that_works(desk, run):
    text = page(desk, run)
    assert "The e-mail to gone@example.org did not arrive." in text
    assert f'value="{notice("K-POST").pk}"' in text
    assert f'value="{notice("K-SENT").pk}"' not in text
    assert "Changed since:" in text
    assert "Invoice INV-K-PAID was paid on" in text
    assert text.count('is posted" checked>') == 2, "what was paid since is not ticked"


def test_one_pdf_holds_exactly_the_archived_letters_to_print(desk, run):
    answer = desk.get(reverse("run_post_pdf", args=[run.pk]))
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as joined:
        assert len(joined.pages) == 2
    kept = {n.client.number for n in Notice.objects.exclude(document=None)}
    assert kept == {"K-POST", "K-LOST"}
    again = desk.get(reverse("run_post_pdf", args=[run.pk]))
    assert again.content == answer.content


def test_what_is_posted_counts_from_the_post_and_leaves_the_list(desk, run, accountant):
    letters = [notice("K-POST").pk, notice("K-LOST").pk]
    answer = post(desk, run, letters)
    assert "2 letters are marked as posted." in answer.content.decode()
    assert deadline("K-POST") == deadline("K-LOST") == TODAY + timedelta(days=10)
    assert deadline("K-SENT") == RUN_ON + timedelta(days=10)
    lost = Message.objects.get(state="failed")
    assert (lost.resolution, lost.resolved_by) == ("printed", accountant)
    result = desk.get(reverse("run", args=[run.pk]), follow=True).content.decode()
    assert "2 posted" in result
    assert result.count("Posted on ") == 2
    assert "1 to print and post" in result
    again = post(desk, run, letters)
    assert "One of the letters is no longer on this list." in again.content.decode()
    assert Arrival.objects.count() == 2


def test_posted_on_the_day_after_its_date_a_letter_keeps_its_deadline(desk, company):
    office.policy()
    make.invoice(to=make.client(email=""), due=TODAY - timedelta(days=30))
    run = office.issue_then((TODAY - timedelta(days=1)).isoformat()).run
    post(desk, run, [run.notices.get().pk])
    assert Arrival.objects.get().deadline_on == run.notices.get().deadline_on


@pytest.mark.parametrize("days", [-6, 1])
def test_a_day_before_the_issue_or_to_come_is_refused_beside_the_field(desk, run, days):
    answer = post(desk, run, [notice("K-POST").pk], on=TODAY + timedelta(days=days))
    assert "Choose a day from" in answer.content.decode()
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("letters", [[], ["x"], ["999999999"]])
def test_nothing_ticked_or_nonsense_is_said_and_changes_nothing(desk, run, letters):
    answer = post(desk, run, letters)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Arrival.objects.exists()


def test_who_may_only_look_cannot_say_that_it_is_posted(client, stranger, run):
    stranger.user_permissions.add(
        Permission.objects.get(codename="view_run", content_type__app_label="dunning")
    )
    client.force_login(stranger)
    assert client.get(reverse("run_post", args=[run.pk])).status_code == 200
    assert post(client, run, [notice("K-POST").pk]).status_code == 403
    assert not Arrival.objects.exists()


def test_a_list_with_nothing_on_it_says_so(desk, company):
    office.policy()
    make.invoice(due=TODAY - timedelta(days=30))
    run = office.issue(RUN_ON.isoformat()).run
    assert "Nothing is to be printed" in page(desk, run)
    answer = desk.get(reverse("run_post_pdf", args=[run.pk]), follow=True)
    assert "There is nothing to print." in answer.content.decode()


def test_the_list_costs_the_same_for_few_letters_and_many(
    desk, run, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(30) as few:
        page(desk, run)
    for n in range(12):
        make.invoice(
            to=make.client(f"K-N{n}", email=""), due=RUN_ON - timedelta(days=30)
        )
    more = office.issue(RUN_ON.isoformat()).run
    first = more.notices.first().lines.get().invoice
    make.payment("100.00 CHF", on=TODAY, to=first)
    with django_assert_num_queries(len(few)):
        page(desk, more)


def test_letters_that_nobody_has_sent_yet_are_counted_and_lead_to_sending(
    desk, company
):
    office.policy()
    for number in ("K-1", "K-2"):
        to = make.client(number, email=f"{number}@example.org")
        make.invoice("100.00 CHF", to=to, due=RUN_ON - timedelta(days=30))
    made = office.issue(RUN_ON.isoformat()).run
    told = desk.get(reverse("run", args=[made.pk]), follow=True).content.decode()
    sending = reverse("run_send", args=[made.pk])
    assert f'<a href="{sending}">2 not sent yet</a>' in told
    desk.post(sending)
    assert (
        "not sent yet"
        not in desk.get(reverse("run", args=[made.pk]), follow=True).content.decode()
    )
