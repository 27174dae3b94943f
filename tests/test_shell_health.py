"""/healthz: does the database answer, does a worker run."""

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from delivery.tasks import send_messages


def test_all_is_well(client, db):
    assert client.get("/healthz").json() == {"database": True, "worker": True}


def test_a_task_that_waits_too_long_says_that_no_worker_runs(client, db):
    send_messages.enqueue()
    assert client.get("/healthz").status_code == 200
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=5))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "worker": False}
