"""Stripe Checkout: the payer pays on Stripe's page, and Stripe reports of it, signed.

Made of the adapter of django-payments. What that leaves open is done here: one line
for each invoice, one hour to pay, the same session for the same checkout however
often it is asked for, and nothing is believed but the amount that was asked for.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NoReturn

import stripe
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from payments import PaymentError, RedirectNeeded
from payments.stripe import StripeProviderV3

from billing.actions.confirming import find, note
from billing.models import Checkout
from billing.rules.money import decimals
from billing.rules.stripe_events import said_by_event, said_by_session

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse

# So long Stripe has to answer, and so often it is asked once more.
SECONDS, RETRIES = 10, 1
# So many lines are shown on Stripe's page; it takes a hundred.
MOST_LINES = 50
# What reading anything that anybody can send raises.
NONSENSE = (ValueError, TypeError, RecursionError)
# In place of our name of a checkout: an event about something else.
NOT_OURS = "not-ours"


class StripeCheckout(StripeProviderV3):
    """Sessions of Stripe Checkout, and the events of its webhook."""

    def __init__(self, api_key: str, endpoint_secret: str, api_base: str = "") -> None:
        super().__init__(api_key=api_key, endpoint_secret=endpoint_secret)
        self.sessions = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=SECONDS),
        ).v1.checkout.sessions

    def get_form(self, payment: Checkout, data: Any = None) -> NoReturn:
        """Have Stripe make a session, and send the payer to its page."""
        session = self.create_session(payment)
        Checkout.objects.filter(pk=payment.pk).update(transaction_id=session["id"])
        payment.transaction_id = session["id"]
        raise RedirectNeeded(session["url"])

    def create_session(self, payment: Checkout) -> dict[str, Any]:
        """A session for this checkout; the same one however often it is asked for."""
        about = {"checkout": payment.token}
        asked: Any = {
            "mode": "payment",
            "line_items": self.get_line_items(payment),
            "client_reference_id": payment.token,
            "success_url": payment.get_success_url(),
            "cancel_url": payment.get_failure_url(),
            "expires_at": int(payment.until.timestamp()),
            "locale": (get_language() or "auto")[:2],
            "metadata": about,
            # Refunds are about the money, and say no more of the session.
            "payment_intent_data": {"metadata": about},
        }
        options: Any = {"idempotency_key": payment.token}
        try:
            return dict(self.sessions.create(asked, options))
        except stripe.StripeError as error:
            raise PaymentError(str(error)) from error

    def cancel(self, payment: Checkout) -> None:
        """Close the session: nobody can pay by it any more."""
        try:
            self.sessions.expire(payment.transaction_id)
        except stripe.StripeError as error:
            raise PaymentError(str(error)) from error

    def status(self, payment: Checkout) -> Checkout:
        """Ask Stripe how the session stands, and write it down."""
        try:
            session = dict(self.sessions.retrieve(payment.transaction_id))
        except stripe.StripeError as error:
            raise PaymentError(str(error)) from error
        note(said_by_session(session, None), timezone.now())
        return payment

    def get_line_items(self, payment: Checkout) -> list[dict[str, Any]]:
        """What is paid, invoice by invoice; very many together, as Stripe takes few."""
        count = payment.parts.count()
        if count > MOST_LINES:
            words = _("%(count)s invoices") % {"count": count}
            return [self.line(payment.currency, words, payment.total)]
        return [
            self.line(
                payment.currency,
                _("Invoice %(number)s") % {"number": part.invoice.number},
                part.amount,
            )
            for part in payment.parts.select_related("invoice").order_by("pk")
        ]

    def line(self, currency: str, words: str, amount: Decimal) -> dict[str, Any]:
        """One line of what is paid."""
        return {
            "quantity": 1,
            "price_data": {
                "currency": currency.lower(),
                "unit_amount": self.convert_amount(currency, amount),
                "product_data": {"name": words},
            },
        }

    def convert_amount(self, currency: str, amount: Decimal) -> int:
        """An amount in the smallest coin of its currency."""
        return int(amount.scaleb(decimals(currency)))

    def get_token_from_request(
        self, payment: Checkout | None, request: HttpRequest
    ) -> str:
        """Our name of the checkout that an event is about."""
        said = said_by_event(self.return_event_payload(request))
        found = find(said) if said else None
        return found.token if found else NOT_OURS

    def process_data(self, payment: Checkout, request: HttpRequest) -> HttpResponse:
        """Write down what an event says."""
        said = said_by_event(self.return_event_payload(request))
        return JsonResponse({"noted": bool(said and note(said, timezone.now()))})

    def return_event_payload(self, request: HttpRequest) -> dict[str, Any]:
        """The event, once its signature is right; PaymentError with 400 when it is not.

        Plain words and figures: Stripe's own classes would be made of whatever came.
        """
        try:
            body = request.body.decode()
            given = request.headers.get("Stripe-Signature", "")
            stripe.WebhookSignature.verify_header(
                body, given, self.endpoint_secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
            # Of tomorrow it is not either; that is not checked there.
            said_at = int(given.partition("t=")[2].partition(",")[0])
            if said_at > time.time() + stripe.Webhook.DEFAULT_TOLERANCE:
                raise ValueError(given)
            event = json.loads(body)
        except (stripe.SignatureVerificationError, *NONSENSE) as error:
            raise PaymentError(message="This is not from Stripe.", code=400) from error
        return event if isinstance(event, dict) else {}
