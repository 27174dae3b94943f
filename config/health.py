"""One address that tells a monitor whether Relance works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.standstill import standstill

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and what is due is being done, else 503.

    Mail that is held by a person is no fault; a server in trouble is.
    """
    try:
        seen = standstill(timezone.now())
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    answer = {
        "database": True,
        "worker": not seen.work,
        "clock": not seen.clock,
        "mail": seen.mail,
    }
    well = answer["worker"] and answer["clock"] and seen.mail != "paused"
    return JsonResponse(answer, status=200 if well else 503)
