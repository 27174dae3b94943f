"""The desk decides on what clients answered on their pages (4.10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.timezone import localdate

from billing.models import InvoiceMark
from config.client_data import rows_of
from config.roles import READER, ensure_roles
from config.timeline import timeline
from dunning.models import Hold
from statements.models import Answer
from tests import make
from tests.dunning import desk as runs
from tests.dunning.answering import answer

SOON = localdate() + timedelta(days=4)


@pytest.fixture
def aubert(company):
    return make.client("A-1", name="Aubert Sàrl")


@pytest.fixture
def invoice(aubert):
    runs.policy()
    due = localdate() - timedelta(days=30)
    return make.invoice("400.00 CHF", number="INV-1", to=aubert, due=f"{due}")


def at(row):
    return reverse("answer", args=[row.pk])


def text(response):
    return " ".join(response.content.decode().split())


def test_an_answer_is_told_wherever_its_client_is_and_decided_once(
    desk, invoice, propose
):
    """Home, client, invoice, proposal, list: each leads to the answer."""
    row = answer(invoice, kind="dispute")
    leads = f'href="{at(row)}'
    assert "1 answer of a client waits for you" in text(desk.get(reverse("home")))
    file = reverse("client", args=[invoice.client_id])
    assert "1 answer of this client waits" in text(desk.get(file))
    reminders = reverse("invoice_reminders", args=[invoice.pk])
    page = text(desk.get(reminders))
    assert leads in page
    assert "The client disputes it, to be confirmed: Two boxes are missing." in page
    run = propose(on=f"{localdate()}")
    excluded = reverse("run_selection", args=[run.pk]) + "?tab=excluded"
    assert leads in text(desk.get(excluded))
    listed = text(desk.get(reverse("answers")))
    assert "The client disputes it, by Mme Aubert: Two boxes are missing" in listed
    assert "CHF 400.00" in listed.replace("\xa0", " ")

    page = text(desk.get(at(row)))
    assert "1 invoice is marked as disputed" in page
    assert not InvoiceMark.objects.exists(), "looking at it changes nothing"
    done = desk.post(at(row), {"confirm": "", "until": "", "note": "Phoned"}, follow=True)  # fmt: skip
    assert "1 invoice is marked as disputed." in text(done)
    assert InvoiceMark.objects.get().invoice == invoice
    again = desk.post(at(row), {"decline": "", "why": "Not so"})
    assert "Somebody has decided on this answer already." in text(again)

    assert "No answer matches" in text(desk.get(reverse("answers")))
    assert "Phoned" in text(desk.get(reverse("answers") + "?state=all&q=INV-1"))
    told = [(event.title, event.person) for event in timeline(invoice.client, 0, 9)[0]]
    assert ("Disputed: Confirmed", "anna") in told
    assert ("The client disputes it", "Mme Aubert") in told
    assert "Disputed: Confirmed" in text(desk.get(reminders))
    kept = [found["text"] for found in rows_of(invoice.client_id, "answers")]
    assert kept == ["Two boxes are missing"], "it is in the client's own data"


def test_what_is_wrong_stands_beside_its_field(desk, invoice):
    row = answer(invoice, kind="paid")
    for until, words in (
        ("", "This field is required"),
        ("2020-01-01", "Choose a day from today up to two years ahead."),
        ("2999-01-01", "Choose a day from today up to two years ahead."),
        ("soon", "Enter a valid date"),
    ):
        page = desk.post(at(row), {"confirm": "", "until": until, "note": ""})
        assert page.status_code == 200
        assert words in text(page)
    assert "This field is required" in text(desk.post(at(row), {"decline": "", "why": " "}))  # fmt: skip
    assert desk.post(at(row), {"other": "x"}).status_code == 200
    assert desk.get(at(row).replace(f"{row.pk}", "999999")).status_code == 404
    odd = reverse("answers") + "?state=%00&kind=x&client=x&q=%00&page=-1&sort=x"
    assert desk.get(odd).status_code == 200
    row.refresh_from_db()
    assert row.state == Answer.State.PENDING
    assert not Hold.objects.exists()


def test_a_declined_answer_stands_against_nothing_and_says_why(desk, invoice):
    row = answer(invoice, kind="promise")
    page = text(desk.get(at(row)))
    assert "is not reminded until" in page
    back = reverse("client", args=[invoice.client_id])
    sent = {"decline": "", "why": "Promised\x00 three times\u202e", "next": back}
    done = desk.post(at(row), sent)
    assert done.url == back
    row.refresh_from_db()
    assert (row.state, row.note) == ("declined", "Promised three times")
    assert "Promised three times" in text(desk.get(at(row)))
    assert not Hold.objects.exists()
    assert "No client has answered" not in text(desk.get(reverse("answers")))


def test_a_payment_is_waited_for_until_the_day_that_was_chosen(desk, invoice):
    row = answer(invoice, kind="paid")
    page = desk.get(at(row))
    assert f'value="{localdate() + timedelta(days=10)}"' in text(page)
    desk.post(at(row), {"confirm": "", "until": f"{SOON}", "note": ""})
    held = Hold.objects.get()
    assert (held.until, held.person.username) == (SOON, "anna")
    assert "release the hold" in text(desk.get(at(row)))
    exported = desk.get(reverse("answers") + "?state=all&export=csv")
    assert b"INV-1" in b"".join(exported.streaming_content)


def test_who_may_look_may_not_decide_and_strangers_see_nothing(
    client, stranger, invoice
):
    row = answer(invoice)
    client.force_login(stranger)
    assert client.get(at(row)).status_code == 403
    assert client.get(reverse("answers")).status_code == 403
    ensure_roles()
    stranger.groups.add(Group.objects.get(name=READER))
    assert "It waits for somebody who may decide." in text(client.get(at(row)))
    sent = {"confirm": "", "until": f"{SOON}", "note": ""}
    assert client.post(at(row), sent).status_code == 403
    assert not Hold.objects.exists()


def test_the_list_asks_the_same_few_questions_however_many_there_are(
    desk, aubert, django_assert_max_num_queries, django_assert_num_queries
):
    answer(make.invoice(to=aubert))
    with django_assert_max_num_queries(16) as few:
        desk.get(reverse("answers"))
    for kind in Answer.Kind.values * 3:
        answer(make.invoice(to=aubert), make.invoice(to=aubert), kind=kind)
    with django_assert_num_queries(len(few)):
        desk.get(reverse("answers"))
