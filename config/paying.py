"""Through whom clients pay online, from the environment."""

from __future__ import annotations

from typing import Any

# The name of the provider that only plays paying; never used where others can come.
TRYING = "trying"
Variants = dict[str, tuple[str, dict[str, Any]]]


def variants(stripe: dict[str, Any], others: dict[str, Any]) -> Variants:
    """The providers of django-payments by their names; the first one is offered.

    Stripe once its key and the secret of its webhook are set; others as
    `PAYMENT_VARIANTS` names them, in JSON. Without any, paying can be tried.
    """
    found: Variants = {}
    if stripe["api_key"] and stripe["endpoint_secret"]:
        found["stripe"] = ("billing.online.stripe_checkout.StripeCheckout", stripe)
    for name, (path, options) in others.items():
        found[name] = (str(path), dict(options))
    return found or {TRYING: ("billing.online.trying.TryingProvider", {})}
