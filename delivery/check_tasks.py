"""The background worker's part in test mails."""

from __future__ import annotations

from django_tasks import task

from delivery.actions.mailbox import run_check


@task()
def send_check(pk: int) -> None:
    """Send a test mail; nothing happens where it was sent already."""
    run_check(pk)
