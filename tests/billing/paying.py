"""Payments online from a test's side: a document, its pages, a provider."""

from __future__ import annotations

from hashlib import sha256

from django.urls import reverse
from payments import core

from billing.actions.checkouts import Pages, start_checkout
from delivery.models import Document
from tests.stripe_fake import KEY, SECRET, signed

STRIPE = "billing.online.stripe_checkout.StripeCheckout"
PAGES = Pages(
    form=lambda checkout: f"http://localhost:8000/r/secret/checkout/{checkout}/",
    done=lambda checkout: f"http://localhost:8000/r/secret/paid/{checkout}/",
)


def document(client, number="S-1"):
    """Something that was sent, with a page of its own."""
    return Document.objects.create(
        kind="statement",
        number=number,
        client=client,
        language=client.language,
        file_name=f"{number}.pdf",
        pages=1,
        sha256=sha256(number.encode()).hexdigest(),
        content=b"%PDF",
    )


def pay_by(settings, variants):
    """Offer these providers, until the test is over."""
    core.PROVIDER_CACHE.clear()
    settings.PAYMENT_VARIANTS = variants


def pay_by_stripe(settings, stripe):
    options = {"api_key": KEY, "endpoint_secret": SECRET, "api_base": stripe.address}
    pay_by(settings, {"stripe": (STRIPE, options)})


def begin(paper, *invoices, currency="CHF", pages=PAGES):
    """Somebody ticks invoices and presses Pay."""
    ticked = [invoice.pk for invoice in invoices]
    return start_checkout(paper, paper.client, ticked, currency, pages=pages)


def report(browser, event, *, variant="stripe", **how):
    """Stripe's server calls."""
    body, signature = signed(event, **how)
    return browser.post(
        reverse("payment_report", args=[variant]),
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
