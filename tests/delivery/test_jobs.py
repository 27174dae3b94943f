"""Mass work: listed once, claimed in batches, ended one by one, whoever dies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from delivery.actions.jobs import JobRefusal, cancel_job, start_job, try_again
from delivery.actions.queueing import NewMessage, queue_messages
from delivery.actions.sweeping import sweep
from delivery.actions.working import LEASE, claim, end, take_up, work_batch, work_job
from delivery.facts import progress, unfinished_jobs
from delivery.models import Job, JobItem, Message
from delivery.tasks import send_messages as send_task
from delivery.tasks import work_job as work_task
from delivery.workers import Outcome
from tests.delivery import worker

pytestmark = pytest.mark.django_db
State = JobItem.State


@pytest.fixture(autouse=True)
def alphabet(settings):
    settings.JOB_WORKERS = {"letters": "tests.delivery.worker"}
    worker.worked.clear()


def started(*labels, key="letters:1"):
    return start_job("letters", key, {"labels": labels}, None)


def states(job):
    return dict(job.items.values_list("label", "state"))


def later(seconds):
    return timezone.now() + timedelta(seconds=seconds)


def lost(job):
    """Its workers are dead, and their leases have run out."""
    job.items.filter(state="claimed").update(lease_until=later(-1))


def test_every_item_is_worked_on_once_and_the_job_is_done():
    job = started(*"abcdefghij")
    done = work_job(job.pk)
    assert (done.items, done.waiting) == (10, 0)
    assert worker.worked == list("abcdefghij")
    assert set(states(job).values()) == {"done"}
    job.refresh_from_db()
    assert job.state == "done"
    assert job.finished_at is not None
    assert job.items.get(label="c").result == "No. 3"
    assert work_job(job.pk).items == 0


def test_a_job_whose_items_cannot_be_listed_is_over_and_says_why(client, accountant):
    """It does not wait for ever, and may be tried again once that is put right."""
    job = started("nobody knows", "a")
    assert work_job(job.pk).items == 0
    job.refresh_from_db()
    assert (job.state, job.listed_at) == ("cancelled", None)
    assert sweep(timezone.now()).jobs == 0
    client.force_login(accountant)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "LookupError: the alphabet is lost" in page
    for labels in (["nobody knows"], ["a", "b"]):
        Job.objects.update(about={"labels": labels})
        try_again(job)
        work_job(job.pk)
    assert states(job) == {"a": "done", "b": "done"}
    job.refresh_from_db()
    assert job.state == "done"


def test_the_same_work_asked_for_twice_is_one_job():
    first = started("a")
    assert started("b") == first
    assert Job.objects.count() == 1
    assert list(unfinished_jobs()) == [first]


def test_what_fails_or_raises_says_why_and_the_others_go_on():
    job = started("a", "fails", "raises", "left out", "b", "raises", "c")
    work_job(job.pk)
    told = list(job.items.values_list("label", "state", "note"))
    assert told == [
        ("a", "done", ""),
        ("fails", "failed", "no paper"),
        ("raises", "failed", "ValueError: the ink is dry"),
        ("left out", "skipped", "nothing to say"),
        ("b", "done", ""),
        ("raises", "failed", "ValueError: the ink is dry"),
        ("c", "done", ""),
    ]
    counts = progress(job).counts
    assert (counts.done, counts.failed, counts.skipped) == (3, 3, 1)


def test_a_worker_without_an_answer_fails_the_item_and_does_not_go_round_for_ever(
    monkeypatch,
):
    monkeypatch.setattr(worker, "work", lambda _job, _items: iter(()))
    job = started("a", "b")
    work_job(job.pk)
    assert states(job) == {"a": "failed", "b": "failed"}


def test_what_is_listed_is_listed_once():
    job = started(*"abc")
    take_up(job.pk, timezone.now())
    take_up(job.pk, timezone.now())
    assert job.items.count() == 3


def test_two_workers_never_have_the_same_item():
    job = take_up(started(*"abcdef").pk, timezone.now())
    first, second = claim(job, timezone.now()), claim(job, timezone.now())
    assert [item.label for item in first] == list("abcd")
    assert [item.label for item in second] == list("ef")
    assert claim(job, timezone.now()) == []


def test_time_that_is_over_gives_the_rest_back_as_if_never_claimed(monkeypatch):
    job = take_up(started(*"abc").pk, timezone.now())
    batch = claim(job, timezone.now())
    assert work_batch(job, batch, go_on=lambda: False) == 0
    assert set(job.items.values_list("state", "attempts", "lease_until")) == {
        ("waiting", 0, None)
    }


def test_a_worker_asked_to_stop_ends_its_item_and_gives_the_rest_back():
    """F06: a new version is installed in the middle of it."""
    job = started(*"abcdef")
    stop = iter([False, False, False, True, True])
    done = work_job(job.pk, stop=lambda: next(stop))
    assert (done.items, done.waiting) == (2, 4)
    assert not job.items.filter(state="claimed").exists()


def test_a_lost_lease_comes_back_with_the_sweep_and_others_go_on():
    job = take_up(started(*"abc").pk, timezone.now())
    claim(job, timezone.now())
    assert sweep(timezone.now()).items == 0, "its worker may still be at it"
    assert work_job(job.pk).items == 0
    assert sweep(timezone.now() + LEASE + timedelta(seconds=1)).items == 3
    assert work_job(job.pk).items == 3
    assert set(states(job).values()) == {"done"}


def test_a_slow_worker_that_lost_its_lease_changes_nothing_of_another():
    job = take_up(started("a").pk, timezone.now())
    [slow] = claim(job, timezone.now())
    lost(job)
    sweep(timezone.now())
    [other] = claim(job, timezone.now())
    end(slow, Outcome(State.FAILED, "too late"), timezone.now())
    assert states(job) == {"a": "claimed"}
    end(other, Outcome(), timezone.now())
    assert states(job) == {"a": "done"}


def test_a_slow_worker_knows_of_an_item_that_nobody_has_taken_since():
    job = take_up(started("a").pk, timezone.now())
    [slow] = claim(job, timezone.now())
    lost(job)
    sweep(timezone.now())
    end(slow, Outcome(), timezone.now())
    assert states(job) == {"a": "done"}


def test_an_item_that_ends_its_workers_is_found_and_no_other_is_failed():
    """Whoever claims it dies; eleven others share a batch with it at first."""
    labels = [*"abcde", "poison", *"fghijk"]
    job = take_up(started(*labels).pk, timezone.now())
    deaths = 0
    while batch := claim(job, timezone.now()):
        if "poison" in [item.label for item in batch]:
            deaths += 1
            lost(job)
            sweep(timezone.now())
        else:
            work_batch(job, batch, go_on=lambda: True)
        assert deaths < 5
    assert deaths == 3
    found = states(job)
    assert found.pop("poison") == "failed"
    assert set(found.values()) == {"done"}
    assert "3" in job.items.get(label="poison").note
    assert sweep(timezone.now()).finished == 1


def test_a_database_that_is_gone_is_nobodys_failure(monkeypatch):
    def work(_job, _items):
        raise OperationalError("the server closed the connection")
        yield

    monkeypatch.setattr(worker, "work", work)
    job = started("a", "b")
    with pytest.raises(OperationalError):
        work_job(job.pk)
    assert set(states(job).values()) == {"waiting"}


def test_cancelling_stops_what_waits_and_what_was_claimed_and_not_begun(accountant):
    job = take_up(started(*"abcdefghij").pk, timezone.now())
    batch = claim(job, timezone.now())
    outcomes = iter(worker.work(job, batch))
    end(batch[0], next(outcomes), timezone.now())
    cancel_job(job, accountant)
    assert work_batch(job, batch[1:], go_on=lambda: True) == 0
    assert claim(job, timezone.now()) == []
    assert sorted(states(job).values()) == ["cancelled"] * 9 + ["done"]
    job.refresh_from_db()
    assert (job.state, job.cancelled_by) == ("cancelled", accountant)
    with pytest.raises(JobRefusal):
        cancel_job(job, accountant)


def test_a_job_cancelled_before_anybody_took_it_up_is_never_listed(accountant):
    job = started("a")
    cancel_job(job, accountant)
    assert work_job(job.pk).items == 0
    assert not job.items.exists()


def test_what_a_dead_worker_had_of_a_cancelled_job_is_cancelled(accountant):
    job = take_up(started("a").pk, timezone.now())
    claim(job, timezone.now())
    cancel_job(job, accountant)
    lost(job)
    sweep(timezone.now())
    assert states(job) == {"a": "cancelled"}


def test_what_failed_or_was_cancelled_can_be_tried_again(accountant, monkeypatch):
    job = started("a", "fails", "b")
    work_job(job.pk)
    assert try_again(job) == 1
    monkeypatch.setattr(worker, "work", lambda _job, items: (Outcome() for _ in items))
    work_job(job.pk)
    assert set(states(job).values()) == {"done"}
    with pytest.raises(JobRefusal):
        try_again(job)
    unlisted = started("c", key="letters:2")
    cancel_job(unlisted, accountant)
    try_again(unlisted)
    work_job(unlisted.pk)
    assert states(unlisted) == {"c": "done"}


def pokes():
    from django_tasks_db.models import DBTaskResult

    rows = DBTaskResult.objects.filter(task_path="delivery.tasks.work_job")
    return [row.args_kwargs for row in rows.order_by("enqueued_at")]


def test_a_job_whose_poke_was_lost_is_poked_by_the_sweep():
    job = started("a")
    assert sweep(timezone.now()).jobs == 1
    take_up(job.pk, timezone.now())
    assert sweep(timezone.now()).jobs == 1, "listed, and its worker died"
    claim(job, timezone.now())
    assert sweep(timezone.now()).jobs == 0, "somebody is at it"


def test_pokes_that_pile_up_become_one_chain_of_work():
    job = started(*"abcdef")
    made = timezone.now().isoformat()
    assert work_task.call(job.pk, made) == {"items": 6, "waiting": 0}
    job.items.update(state="waiting", finished_at=timezone.now())
    Job.objects.update(state="running")
    assert work_task.call(job.pk, made) == {}, "somebody has worked since"
    assert work_task.call(job.pk)["items"] == 6


def test_help_that_comes_late_is_not_needed_any_more():
    job = started(*"abcdef")
    assert work_task.call(job.pk, later(-6).isoformat(), helping=True) == {}
    assert work_task.call(job.pk, later(0).isoformat(), helping=True)["items"] == 6


def mailing(documents, person=None):
    """A job that sends these documents."""
    job = start_job("emails", "emails:1:1", {"of": "letters"}, person)
    new = [
        NewMessage(
            kind=document.kind,
            number=document.number,
            client=document.client,
            language="fr",
            recipient="client@example.org",
            subject="Rappel",
            body="Bonjour",
            document=document,
        )
        for document in documents
    ]
    assert queue_messages(new, person, job) == len(new)
    return job


def test_cancelling_a_mailing_holds_back_what_still_waits(archived, accountant):
    job = mailing([archived(f"M-{n}") for n in range(3)], accountant)
    Message.objects.filter(number="M-0").update(state="sent", sent_at=timezone.now())
    cancel_job(job, accountant)
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == [
        "sent",
        "cancelled",
        "cancelled",
    ]
    counts = progress(job).counts
    assert (counts.done, counts.cancelled, counts.waiting) == (1, 2, 0)


def test_what_comes_back_to_a_cancelled_mailing_is_held_back_too(archived, accountant):
    """It was being sent when somebody cancelled, and the server said: later."""
    job = mailing([archived("M-1"), archived("M-2")], accountant)
    Message.objects.update(state="claimed", claimed_at=timezone.now())
    cancel_job(job, accountant)
    Message.objects.update(state="queued", next_try_at=later(60))
    Message.objects.filter(number="M-2").update(claimed_at=later(5), next_try_at=None)
    sweep(timezone.now())
    assert dict(Message.objects.values_list("number", "state")) == {
        "M-1": "cancelled",
        "M-2": "queued",
    }, "M-2 was sent again by a person afterwards"


def test_what_a_dead_sender_leaves_of_a_cancelled_mailing_is_held_back(
    archived, accountant
):
    """Nothing of it has left, and nobody wants it to."""
    job = mailing([archived("M-1"), archived("M-2")], accountant)
    Message.objects.update(
        state="claimed", attempts=1, claimed_at=timezone.now(), lease_until=later(-1)
    )
    cancel_job(job, accountant)
    Message.objects.filter(number="M-2").update(claimed_at=later(5))
    sweep(timezone.now())
    assert dict(Message.objects.values_list("number", "state")) == {
        "M-1": "cancelled",
        "M-2": "queued",
    }, "M-2 was sent again by a person afterwards"


def test_a_mailing_is_done_when_no_message_waits(archived):
    job = mailing([archived()])
    assert sweep(timezone.now()).finished == 0
    Message.objects.update(state="unknown")
    assert sweep(timezone.now()).finished == 1
    assert progress(job).counts.unknown == 1


def test_a_mailing_is_done_as_soon_as_its_last_message_is_sent(archived):
    job = mailing([archived("M-1"), archived("M-2")])
    send_task.call()
    job.refresh_from_db()
    assert job.state == "done"
    assert progress(job).counts.done == 2
