"""Through whom clients pay online, from the environment."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# The name of the provider that only plays paying; never used where others can come.
TRYING = "trying"
Variants = dict[str, tuple[str, dict[str, Any]]]


def variants(stripe: dict[str, Any], others: object) -> Variants:
    """The providers of django-payments by their names; the first one is offered.

    Stripe once its key and the secret of its webhook are set; others as
    `PAYMENT_VARIANTS` names them, in JSON. Without any, paying can be tried. What is
    wrong is said without the secrets in it.
    """
    found: Variants = {}
    if stripe["api_key"] or stripe["endpoint_secret"]:
        check_stripe(stripe)
        found["stripe"] = ("billing.online.stripe_checkout.StripeCheckout", stripe)
    return found | named(others) or {
        TRYING: ("billing.online.trying.TryingProvider", {})
    }


def check_stripe(stripe: dict[str, Any]) -> None:
    """Half of it would take money that nobody hears of."""
    if not (stripe["api_key"] and stripe["endpoint_secret"]):
        raise ImproperlyConfigured(
            "Stripe needs both STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET."
        )
    if find_spec("stripe") is None:
        raise ImproperlyConfigured('Stripe needs its library: pip install "stripe<15".')


def named(others: object) -> Variants:
    """The providers of `PAYMENT_VARIANTS`: {"name": ["path.of.Class", {options}]}."""
    try:
        return {
            str(name): (str(path), dict(options))
            for name, (path, options) in dict(others).items()  # type: ignore[call-overload]
        }
    except (TypeError, ValueError) as error:
        raise ImproperlyConfigured(
            'PAYMENT_VARIANTS must be JSON such as {"name": ["path.of.Class", {}]}.'
        ) from error
