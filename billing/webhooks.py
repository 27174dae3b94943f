"""Addresses that need no login: where providers report of payments, and payers return.

The provider's own code (django-payments) tells whether a report is genuine. What it
is not sure of is 400; what is genuine and not about us is 200, for nothing would come
of it however often it came; and where our database fails it is 500: it comes again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from payments import PaymentError
from payments.core import provider_factory
from payments.urls import process_data

from billing.actions.confirming import confirm, held
from billing.models import Checkout
from clients.facts import company
from delivery.limits import too_often

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest
    from payments.core import BasicProvider

LARGEST = 512 * 1024
# Of one checkout in a minute, by whoever has its name.
TURNS = 30
logger = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def payment_report(request: HttpRequest, variant: str) -> HttpResponse:
    """Take what a provider reports at the one address that it has for all payments."""
    if variant not in settings.PAYMENT_VARIANTS:
        raise Http404
    if refused := refusal(request):
        return refused
    provider = provider_factory(variant)
    try:
        token = provider.get_token_from_request(payment=None, request=request)
        checkout = Checkout.objects.filter(token=str(token), variant=variant).first()
        if checkout is None:
            return HttpResponse("Not about a payment of ours.")
        return hand_on(request, checkout, provider)
    except (PaymentError, NotImplementedError) as error:
        logger.warning("A report of %s is refused: %s", variant, error)
        return HttpResponse(status=400)


@csrf_exempt
@login_not_required
def payment_of(request: HttpRequest, token: UUID) -> HttpResponse:
    """Where some providers report of one payment, or send its payer back."""
    checkout = get_object_or_404(Checkout, token=str(token))
    if too_often(f"checkout:{checkout.pk}", TURNS, timezone.now()):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if refused := refusal(request):
        return refused
    try:
        provider = provider_factory(checkout.variant)
    except ValueError as error:
        raise Http404 from error
    try:
        return hand_on(request, checkout, provider)
    except (PaymentError, NotImplementedError) as error:
        logger.warning("A report of %s is refused: %s", checkout.variant, error)
        return HttpResponse(status=400)


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Why the body is not even read: too large, or packed."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length[:20]) > LARGEST:
        return HttpResponse(status=413)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return HttpResponse(status=415)
    return None


@transaction.atomic
def hand_on(
    request: HttpRequest, checkout: Checkout, provider: BasicProvider
) -> HttpResponse:
    """Let the provider's code say how the payment stands, and book what was paid."""
    held(checkout.pk)
    answer: HttpResponse = process_data(request, checkout.token, provider)
    if Checkout.objects.unbooked().filter(pk=checkout.pk).exists():
        confirm(checkout.pk, timezone.now())
    return answer


@login_not_required
@require_safe
def checkout_back(request: HttpRequest, token: UUID) -> HttpResponse:
    """How a payment ended, for whoever comes back without the page they came from."""
    checkout = get_object_or_404(
        Checkout.objects.select_related("document"), token=str(token)
    )
    context = {
        "checkout": checkout,
        "outcome": checkout.outcome,
        "sender": company(),
    }
    with override(checkout.document.language):
        answer = render(request, "public/checkout.html", context)
    answer["Cache-Control"], answer["Referrer-Policy"] = "no-store", "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
