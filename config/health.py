"""One address that tells a monitor whether Relance works."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

if TYPE_CHECKING:
    from django.http import HttpRequest

# A waiting task that is older says that no worker runs.
PATIENCE = timedelta(minutes=2)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and no task waits in vain, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        worker = not late_tasks()
    except DatabaseError:
        return JsonResponse({"database": False, "worker": False}, status=503)
    status = 200 if worker else 503
    return JsonResponse({"database": True, "worker": worker}, status=status)


def late_tasks() -> bool:
    """Whether a task has been waiting longer than a running worker lets it."""
    now = timezone.now()
    ready = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - PATIENCE)
    return ready.exclude(run_after__range=(now - PATIENCE, now)).exists()
