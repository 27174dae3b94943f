"""Work for the background worker."""

from __future__ import annotations

from django_tasks import task

from billing.actions.uploads import give_up, run_booking, run_check


@task()
def check_import(pk: int) -> None:
    """Check an uploaded file; it may run twice, the second time does nothing."""
    try:
        run_check(pk)
    except Exception:
        give_up(pk)
        raise


@task()
def book_import(pk: int) -> None:
    """Book a checked file; it may run twice, the second time does nothing."""
    try:
        run_booking(pk)
    except Exception:
        give_up(pk)
        raise
