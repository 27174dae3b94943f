"""The one address that needs no login: where the provider reports of arrival.

It exists only for the provider that is set, and only once its reports can be told
from forgeries (`delivery/tracking.py`). Nothing is read before the secret is right.
Anymail checks the provider's own signature and says what each report means.
"""

from __future__ import annotations

import json
import logging
from importlib import import_module
from math import isfinite
from typing import TYPE_CHECKING, Any

from anymail.signals import AnymailTrackingEvent, tracking
from anymail.utils import get_request_basic_auth
from django.contrib.auth.decorators import login_not_required
from django.dispatch import receiver  # noqa: TID251 - how Anymail hands reports on
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from delivery.actions.reports import Report, note_report
from delivery.carriers import carrier
from delivery.tracking import REPORTERS, secrets, takes_reports

if TYPE_CHECKING:
    from django.http import HttpRequest

LARGEST = 1024 * 1024
logger = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_http_methods(["POST", "HEAD", "OPTIONS"])
def reports(request: HttpRequest, provider: str) -> HttpResponse:
    """Take what the provider reports; 404 for all but the one that is set.

    What is not understood is 400; where our database fails it is 500, and the
    provider comes again.
    """
    if carrier().name != provider or not takes_reports(provider):
        raise Http404
    if request.method != "POST":
        return HttpResponse()
    if refused := refusal(request):
        return refused
    try:
        view, events = parsed(request, provider)
    except Exception as error:  # whatever the parser stumbles over, it is their input
        logger.warning("A report of %s is not understood: %r", provider, error)
        return HttpResponse(status=400)
    for event in events:
        tracking.send(sender=type(view), event=event, esp_name=view.esp_name)
    return HttpResponse()


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Why the body is not even read: too large, packed, or not from the provider."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length[:20]) > LARGEST:
        return HttpResponse(status=413)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return HttpResponse(status=415)
    given = get_request_basic_auth(request)
    if given is None:
        # Amazon sends the secret only after it was asked for it.
        challenge = {"WWW-Authenticate": 'Basic realm="Relance"'}
        return HttpResponse(status=401, headers=challenge)
    # All are compared: how long it takes says nothing about any of them.
    if not any([constant_time_compare(given, secret) for secret in secrets()]):  # noqa: C419
        return HttpResponse(status=400)
    return None


def parsed(request: HttpRequest, provider: str) -> tuple[Any, list[Any]]:
    """Anymail's view, and the reports in the body once their signature is right."""
    if "json" in (request.content_type or ""):
        json.loads(request.body, parse_constant=refuse_number, parse_float=number)
    module, _, name = REPORTERS[provider].view.rpartition(".")
    made = getattr(import_module(f"anymail.webhooks.{module}"), name).as_view()
    view = made.view_class(**made.view_initkwargs)
    view.setup(request)
    view.run_validators(request)
    found = view.parse_events(request)
    return view, [event for event in found if isinstance(event, AnymailTrackingEvent)]


def number(text: str) -> float:
    """A number that is one: `1e400` is not."""
    value = float(text)
    return value if isfinite(value) else refuse_number(text)


def refuse_number(text: str) -> float:
    """No provider reports `NaN` or `Infinity`."""
    raise ValueError(text)


@receiver(tracking, dispatch_uid="delivery.reports")
def take(event: Any, esp_name: str, **_signal: Any) -> None:
    """Write down what Anymail read, by the only way it hands it on."""
    note_report(report_of(event, esp_name), timezone.now())


def report_of(event: Any, esp_name: str) -> Report:
    """Anymail's event as plain text."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    said = event.mta_response or event.description or event.reject_reason
    happened_at = event.timestamp
    if happened_at is not None and timezone.is_naive(happened_at):
        happened_at = timezone.make_aware(happened_at)
    return Report(
        provider=esp_name.lower().replace(" ", "_")[:20],
        kind=plain(event.event_type),
        happened_at=happened_at,
        event_id=plain(event.event_id),
        ours=plain(metadata.get("relance")),
        theirs=plain(event.message_id),
        recipient=plain(event.recipient),
        reason=plain(said),
    )


def plain(said: object) -> str:
    """Text that every database keeps: no NUL, no half characters, not too long."""
    if not isinstance(said, str | int):
        return ""
    whole = str(said).replace("\0", "").encode("utf-8", "replace").decode()
    return " ".join(whole.split())[:500]
