"""What carries the tasks, and what keeps their table small and the clock going."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import engine
from config.management.commands import tick
from config.pruning import prune
from delivery.tasks import send_messages

OURS = "delivery.tasks.send_messages"


def test_without_a_broker_the_database_carries_the_work():
    assert engine.tasks("")["default"]["BACKEND"] == engine.EMBEDDED
    assert "db_worker" in engine.worker("worker")


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost:6379/0",
        "rediss://:secret@redis.example:6380/1",
        "redis+socket:///run/redis.sock",
        "amqp://guest:guest@localhost//",
    ],
)
def test_with_a_broker_celery_does(url, settings):
    settings.TASKS_URL = url
    assert engine.tasks(url)["default"]["BACKEND"] == engine.BROKER
    assert "celery" in engine.worker("worker 2")
    assert "worker-2@%h" in engine.worker("worker 2")


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://localhost", "redis://", "redis", "://", "sqs://x"]
)
def test_a_broker_that_cannot_be_is_said_at_start_and_no_password(url):
    with pytest.raises(ImproperlyConfigured, match="TASKS_URL must begin with"):
        engine.tasks(url)
    with pytest.raises(ImproperlyConfigured) as refused:
        engine.tasks("reddis://:secret@host")
    assert "secret" not in str(refused.value)


def test_each_worker_has_a_name_of_its_own():
    assert [child.name for child in engine.workers(3)] == [
        "worker",
        "worker 2",
        "worker 3",
    ]


def row(**given):
    values = {
        "task_path": OURS,
        "args_kwargs": {"args": [], "kwargs": {}},
        "backend_name": "default",
        "run_after": timezone.now() + timedelta(days=365),
    }
    enqueued_at = given.pop("enqueued_at", None)
    made = DBTaskResult.objects.create(**values | given)
    if enqueued_at:
        DBTaskResult.objects.filter(pk=made.pk).update(enqueued_at=enqueued_at)
    return made.pk


@pytest.mark.django_db
def test_what_is_over_given_up_or_out_of_date_leaves_the_table_of_tasks():
    now = timezone.now()
    hour, day = timedelta(hours=1), timedelta(days=1)
    kept = {
        row(status="SUCCESSFUL", finished_at=now - hour),
        row(status="RUNNING", started_at=now - hour / 2),
        row(status="READY"),
        # Not a poke: nobody would say it again.
        row(status="READY", task_path="billing.tasks.x", enqueued_at=now - 3 * day),
    }
    row(status="SUCCESSFUL", finished_at=now - 2 * day)
    row(status="FAILED", finished_at=now - 2 * day)
    row(status="RUNNING", started_at=now - 2 * hour)
    row(status="READY", enqueued_at=now - hour)
    assert prune(now) == 4
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept
    assert prune(now) == 0


@pytest.mark.django_db
def test_names_of_pokes_are_those_of_the_tasks():
    send_messages.enqueue()
    assert DBTaskResult.objects.get().task_path == OURS


@pytest.mark.django_db
def test_a_clock_whose_turn_fails_goes_on(monkeypatch, capsys):
    """As when the database is gone for a while (F22)."""
    slept, swept = [], []

    def sweep(now):
        swept.append(now)
        if len(swept) == 1:
            raise OperationalError("the server is gone")

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(tick, "sweep", sweep)

    monkeypatch.setattr(tick.time, "sleep", sleep)
    monkeypatch.setattr(tick.connections, "close_all", lambda: None)
    with pytest.raises(KeyboardInterrupt):
        call_command("tick", every=15)
    said = capsys.readouterr().err
    assert said.count("This turn failed: OperationalError") == 1
    assert slept == [15, 15]
