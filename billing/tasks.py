"""Work for the background worker."""

from __future__ import annotations

from django_tasks import task

from billing.actions.papers import bill_document
from billing.actions.uploads import give_up, run_booking, run_check
from billing.models import Bill


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


@task()
def archive_bill(bill_id: int) -> None:
    """Draw and keep the paper of an issued bill; kept already, nothing happens."""
    bill = Bill.objects.select_related("client", "created_by").get(pk=bill_id)
    bill_document(bill, bill.created_by)
