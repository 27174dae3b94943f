"""What Stripe's objects say of a payment, as far as it matters here.

https://docs.stripe.com/api/checkout/sessions/object, and that of charges and disputes.
Whatever is missing or of another kind than it should be is nothing: the answer is what
can be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SESSION = "checkout.session."
REFUNDED = "charge.refunded"
CONTESTED = "charge.dispute.created"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one checkout; amounts in the smallest coin.

    `status` is a word of django-payments, empty where it is no news. `token` is our
    name of the checkout, or `payment` Stripe's of the money.
    """

    token: str
    session: str = ""
    status: str = ""
    amount: int = -1
    currency: str = ""
    payment: str = ""
    at: datetime | None = None
    refunded: int = 0
    contested: bool = False


def said_by_event(event: Mapping[str, Any]) -> Said | None:
    """What an event says; None of one that is not about our checkouts."""
    kind, thing = text(event.get("type")), _dict(_dict(event.get("data")).get("object"))
    at = moment(event.get("created"))
    if kind.startswith(SESSION):
        failed = kind == f"{SESSION}async_payment_failed"
        return said_by_session(thing, at, failed=failed)
    if kind == REFUNDED:
        return Said(
            token=text(_dict(thing.get("metadata")).get("checkout")),
            payment=text(thing.get("payment_intent")),
            currency=text(thing.get("currency")).upper(),
            refunded=max(whole(thing.get("amount_refunded")), 0),
            at=at,
        )
    if kind == CONTESTED:
        payment = text(thing.get("payment_intent"))
        return Said(token="", payment=payment, contested=True, at=at)
    return None


def said_by_session(
    session: Mapping[str, Any], at: datetime | None, *, failed: bool = False
) -> Said:
    """What a Checkout Session says, sent in an event or asked for."""
    return Said(
        token=text(session.get("client_reference_id")),
        session=text(session.get("id")),
        status=_status(session, failed=failed),
        amount=whole(session.get("amount_total")),
        currency=text(session.get("currency")).upper(),
        payment=text(session.get("payment_intent")),
        at=at,
    )


def _status(session: Mapping[str, Any], *, failed: bool) -> str:
    """A word of django-payments; a session that is gone on with says nothing new."""
    if session.get("payment_status") == "paid":
        return "confirmed"
    if failed or session.get("status") == "expired":
        return "rejected"
    return "preauth" if session.get("status") == "complete" else ""


def text(value: object) -> str:
    """A short text, or nothing."""
    return value[:255].replace("\0", "") if isinstance(value, str) else ""


def whole(value: object) -> int:
    """A whole number, or -1."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def moment(value: object) -> datetime | None:
    """Seconds since 1970 as an instant, of this and the next century."""
    seconds = whole(value)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4_000_000_000 else None


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
