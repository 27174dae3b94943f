"""Pages of background work: seen by readers, cancelled by those who may."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from delivery.actions.jobs import cancel_job, start_job
from delivery.actions.queueing import NewMessage, queue_messages
from delivery.actions.working import claim, take_up, work_job
from delivery.models import Job, Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alphabet(settings):
    settings.JOB_WORKERS = {"letters": "tests.delivery.worker"}


def started(*labels, key="letters:1", person=None):
    return start_job("letters", key, {"labels": labels}, person)


def mailing(count, key="emails:1:1"):
    job = start_job("emails", key, {"of": "letters", "what": "mailing"}, None)
    client = make.client(f"K-{key}")
    new = [
        NewMessage(
            kind="notice",
            number=f"{key} {n}",
            client=client,
            language="fr",
            recipient=f"client{n}@example.org",
            subject="Rappel",
            body="Bonjour",
        )
        for n in range(count)
    ]
    queue_messages(new, None, job)
    return job


def page(desk, job, **wanted):
    return desk.get(reverse("job", args=[job.pk]), wanted)


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_job_that_waits_asks_for_its_progress_and_can_be_reloaded(desk, accountant):
    job = started("a", person=accountant)
    shown = text(page(desk, job))
    assert "Letters of the alphabet" in shown
    assert "A worker will take it up in a moment." in shown
    assert f'hx-get="{reverse("job_progress", args=[job.pk])}"' in shown
    assert f'<a href="{reverse("job", args=[job.pk])}">Refresh</a>' in shown
    assert "anna" in shown


def test_progress_under_way_says_how_many_how_fast_and_how_long(desk):
    job = take_up(started(*"abcdefghij", "fails").pk, timezone.now())
    Job.objects.update(started_at=timezone.now() - timezone.timedelta(seconds=30))
    first = claim(job, timezone.now())
    job.items.filter(pk__in=[item.pk for item in first]).update(
        state="done", finished_at=timezone.now()
    )
    answer = desk.get(reverse("job_progress", args=[job.pk]))
    shown = text(answer)
    assert "4 of 11" in shown
    assert "8 a minute" in shown
    assert "about 1 minute left" in shown or "less than a minute left" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert "HX-Refresh" not in answer


def test_a_finished_job_stands_still_and_lists_what_failed_with_its_reason(desk):
    job = started("a", "fails", "left out")
    work_job(job.pk)
    answer = desk.get(reverse("job_progress", args=[job.pk]))
    assert answer["HX-Refresh"] == "true"
    assert "hx-get" not in text(answer)
    shown = text(page(desk, job))
    assert "hx-get" not in shown
    assert '<a href="/clients/?q=2">fails</a>: no paper' in shown
    failed = text(page(desk, job, state="failed"))
    assert "no paper" in failed
    assert "nothing to say" not in failed
    assert "Where it came from" in failed
    file = page(desk, job, state="skipped", export="csv")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "left out" in lines[1]
    assert "nothing to say" in lines[1]


def test_cancelling_needs_the_permission_and_a_post(desk, client, stranger):
    job = started("a")
    address = reverse("job_cancel", args=[job.pk])
    assert desk.get(address).status_code == 405
    stranger.user_permissions.add(Permission.objects.get(codename="view_job"))
    client.force_login(stranger)
    assert client.post(address).status_code == 403
    assert "Cancel the rest" not in text(page(client, job))


def test_whoever_may_cancels_and_the_result_is_kept(desk, accountant):
    job = take_up(started(*"abc").pk, timezone.now())
    assert "Cancel the rest" in text(page(desk, job))
    shown = text(desk.post(reverse("job_cancel", args=[job.pk]), follow=True))
    assert "The work is stopped" in shown
    assert "Cancelled: 3" in shown
    again = text(desk.post(reverse("job_cancel", args=[job.pk]), follow=True))
    assert "The work was over already." in again
    assert "Go on after all" in again
    desk.post(reverse("job_again", args=[job.pk]))
    work_job(job.pk)
    assert "Done: 3" in text(page(desk, job))


def test_what_failed_is_tried_again(desk):
    job = started("fails")
    work_job(job.pk)
    assert "Try the failed ones again" in text(page(desk, job))
    desk.post(reverse("job_again", args=[job.pk]))
    assert job.items.get().state == "waiting"
    work_job(job.pk)
    job.items.update(state="done")
    told = desk.post(reverse("job_again", args=[job.pk]), follow=True)
    assert "There is nothing to try again." in text(told)


def test_a_mailing_counts_its_messages_by_how_far_they_got(desk):
    job = mailing(6)
    rows = list(Message.objects.order_by("pk"))
    for row, changes in zip(
        rows,
        [
            {"state": "sent", "sent_at": timezone.now()},
            {
                "state": "sent",
                "sent_at": timezone.now(),
                "delivered_at": timezone.now(),
            },
            {"state": "sent", "sent_at": timezone.now(), "bounced_at": timezone.now()},
            {"state": "failed", "error": "550 no such mailbox here"},
            {"state": "overtaken", "error": "paid"},
        ],
        strict=False,
    ):
        Message.objects.filter(pk=row.pk).update(**changes)
    shown = text(page(desk, job))
    for part in ["5 of 6", "Sent: 1", "Delivered: 1", "Came back: 1", "Failed: 1"]:
        assert part in shown
    assert "Overtaken: 1" in shown
    assert "Waiting: 1" in shown
    came_back = text(page(desk, job, state="bounced"))
    assert "client2@example.org" in came_back
    assert "client1@example.org" not in came_back


def test_messages_are_for_those_who_may_read_the_outbox(client, company, stranger):
    job = mailing(1)
    stranger.user_permissions.add(Permission.objects.get(codename="view_job"))
    client.force_login(stranger)
    shown = text(page(client, job))
    assert "0 of 1" in shown
    assert "client0@example.org" not in shown


def test_the_list_says_what_who_when_how_far_and_how_many_errors(desk, accountant):
    work_job(started("a", "fails", person=accountant).pk)
    mailing(3)
    shown = text(desk.get(reverse("jobs")))
    for part in ["Letters of the alphabet", "anna", "2 of 2", "Letters of the mailing"]:
        assert part in shown
    only = text(desk.get(reverse("jobs"), {"state": "done"}))
    assert "Letters of the mailing" not in only
    assert reverse("jobs") in text(desk.get("/")), "the menu leads there"


def test_without_any_job_the_list_says_what_will_stand_there(desk):
    assert "No work in the background yet" in text(desk.get(reverse("jobs")))


def test_strangers_see_nothing(client, stranger):
    job = started("secret")
    client.force_login(stranger)
    for name in ("job", "job_progress"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 403
    assert client.get(reverse("jobs")).status_code == 403


@pytest.mark.parametrize("kind", ["letters", "emails"])
def test_a_long_job_takes_no_more_queries(desk, django_assert_max_num_queries, kind):
    def make_one(count, key):
        if kind == "emails":
            return mailing(count, f"emails:{key}")
        job = started(*(f"fails {n}" for n in range(count)), key=key)
        take_up(job.pk, timezone.now())
        job.items.update(state="failed", finished_at=timezone.now())
        return job

    short, long = make_one(21, "1"), make_one(60, "2")
    for job in (short, long):
        page(desk, job)
    with django_assert_max_num_queries(25) as seen:
        page(desk, short)
    with django_assert_max_num_queries(len(seen)):
        page(desk, long)


def test_a_long_list_takes_no_more_queries(desk, django_assert_max_num_queries):
    for n in range(21):
        take_up(started("a", key=f"letters:{n}").pk, timezone.now())
    desk.get(reverse("jobs"))
    with django_assert_max_num_queries(25) as seen:
        desk.get(reverse("jobs"))
    for n in range(21, 45):
        cancel_job(started("a", key=f"letters:{n}"), None)
    with django_assert_max_num_queries(len(seen)):
        desk.get(reverse("jobs"))
