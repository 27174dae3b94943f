"""How letters go out: by e-mail, by post or both; and what they bring along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.timezone import localdate

from billing.actions.papers import bill_document
from delivery.actions import cancel, send_anew, send_due
from delivery.actions.working import work_job
from delivery.models import Document, Enclosure, Job, Message
from dunning.actions.letters import queue_letters, render_letters
from dunning.facts.posting import delivery_counts, to_post
from dunning.models import ClientTerms, Run
from tests import make
from tests.dunning import desk as office

pytestmark = pytest.mark.django_db

TODAY = localdate()


def level(**given):
    return [{"name": "Rappel", "grace_days": 0, "term_days": 10} | given]


def late(number, **given):
    """A client with one late invoice; its e-mail, and its terms."""
    channel = given.pop("terms", "")
    to = make.client(number, name=number, **given)
    make.invoice("100.00 CHF", to=to, due=TODAY - timedelta(days=30))
    if channel:
        ClientTerms.objects.create(client=to, channel=channel)
    return to


def clients(notices):
    return sorted(notice.client.number for notice in notices)


@pytest.fixture(scope="module")
def issued(kept):
    with kept():
        make.company()
        office.policy(level())
        late("K-MAIL")
        late("K-POST", terms="post")
        late("K-BOTH", terms="both")
        late("K-NONE", email="", terms="email")
        office.issue(f"{TODAY}", person=make.accountant())


@pytest.fixture
def run(issued, company, accountant):
    """The level says e-mail; three clients say otherwise, one has no address."""
    return Run.objects.get()


def test_the_client_says_how_and_no_address_means_by_post(run):
    assert dict(run.notices.values_list("client__number", "channel")) == {
        "K-MAIL": "email",
        "K-POST": "post",
        "K-BOTH": "both",
        "K-NONE": "post",
    }


def test_no_email_goes_to_who_gets_paper_and_both_go_where_both_are_wanted(
    run, accountant
):
    done = queue_letters(run, accountant)
    assert done.queued == 2
    assert clients(done.without_email) == ["K-NONE", "K-POST"]
    sent = Message.objects.values_list("client__number", flat=True)
    assert sorted(sent) == ["K-BOTH", "K-MAIL"]
    assert clients(to_post(run)) == ["K-BOTH", "K-NONE", "K-POST"]
    counts = delivery_counts(run)
    assert (counts.waiting, counts.unsent, counts.to_post) == (2, 0, 3)


def test_the_list_says_why_each_goes_by_post(desk, run):
    page = desk.get(reverse("run_post", args=[run.pk])).content.decode()
    for why in ("No e-mail address", "By e-mail and by post", "Goes by post"):
        assert page.count(why) == 1


def test_the_level_says_how_where_the_client_does_not(company, accountant):
    office.policy(level(channel="post"))
    late("K-1")
    late("K-2", terms="email")
    run = office.issue(f"{TODAY}", person=accountant).run
    assert clients(to_post(run)) == ["K-1"]
    assert queue_letters(run, accountant).queued == 1


def test_a_letter_whose_only_email_was_cancelled_is_counted_as_held_back(
    desk, run, accountant
):
    queue_letters(run, accountant)
    for message in Message.objects.all():
        cancel(message)
    counts = delivery_counts(run)
    assert counts.held_back == 1, "the other one goes by post all the same"
    assert (counts.waiting, counts.unsent, counts.to_post) == (0, 0, 3)
    assert (
        "1 held back"
        in desk.get(reverse("run", args=[run.pk]), follow=True).content.decode()
    )


def test_sent_after_all_it_is_not_held_back_any_more(run, accountant):
    queue_letters(run, accountant)
    message = Message.objects.get(client__number="K-MAIL")
    cancel(message)
    assert delivery_counts(run).held_back == 1
    render_letters(run)
    message.refresh_from_db()
    Message.objects.filter(pk=message.pk).update(document=Document.objects.first())
    message.refresh_from_db()
    send_anew(message, occasion=2, person=accountant)
    assert delivery_counts(run).held_back == 0


# The invoices a letter brings along.


@pytest.fixture
def reminded(company, accountant):
    """A letter about two bills of ours and an imported invoice, with invoices."""
    office.policy(level(attach_invoices=True))
    to = make.client("K-1", name="Dupont SA")
    bills = [make.bill("100.00", to=to, on="2026-01-10") for _n in range(2)]
    make.invoice("70.00 CHF", to=to, due="2026-02-09")
    other = make.client("K-2", name="Other")
    make.bill("5.00", to=other, on="2026-01-10")
    bill_document(bills[0])
    return office.issue("2026-03-16", person=accountant).run, bills


def drawn(run):
    work_job(Job.objects.get(kind="letters", about__run=run.pk).pk)


@pytest.mark.parametrize("first", ["drawn", "queued"])
def test_the_email_carries_the_archived_invoices_of_its_letter_alone(
    reminded, accountant, first
):
    run, bills = reminded
    if first == "drawn":
        drawn(run)
    queue_letters(run, accountant)
    if first == "queued":
        drawn(run)
    assert send_due().sent == 2
    kept = {
        document.number: bytes(document.content) for document in Document.objects.all()
    }
    notice = run.notices.get(client__number="K-1")
    [sent] = [one for one in mail.outbox if notice.number in one.subject]
    wanted = [notice.number, *(bill.number for bill in bills)]
    assert [content for _name, content, _kind in sent.attachments] == [
        kept[number] for number in wanted
    ]
    [other] = [one for one in mail.outbox if one is not sent]
    assert len(other.attachments) == 2


def test_asked_twice_nothing_is_enclosed_twice(reminded, accountant):
    run, _bills = reminded
    render_letters(run)
    queue_letters(run, accountant)
    queue_letters(run, accountant)
    assert Enclosure.objects.count() == 3


def test_letters_that_bring_nothing_ask_nothing(
    run, accountant, django_assert_max_num_queries
):
    render_letters(run)
    with django_assert_max_num_queries(16):
        queue_letters(run, accountant)
    assert not Enclosure.objects.exists()
