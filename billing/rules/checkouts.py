"""What may become of a payment online, whatever the order in which it is told.

Reports of a provider come late, twice and out of order. Each state has a rank, and
only a higher one replaces it: the highest that was ever told is where it ends.
"""

from __future__ import annotations

# The words are those of django-payments. Paid outranks every failure: a session that
# had expired here and was paid there is money that came.
RANKS = (
    "waiting",
    "input",
    "preauth",
    "error",
    "cancelled",
    "rejected",
    "confirmed",
    "refunded",
)
# Nobody knows yet whether it will be paid: its invoices are not offered once more.
UNDECIDED = ("waiting", "input", "preauth")
# The payer has done their part; the provider's word is waited for.
SENT = "preauth"
PAID = ("confirmed", "refunded")
# How the keys of their bookings begin.
ONLINE = "checkout:"


def replaced_by(status: str) -> tuple[str, ...]:
    """The states that this one replaces; none for a word that is not known."""
    return RANKS[: RANKS.index(status)] if status in RANKS else ()


def outcome(status: str, *, all_back: bool) -> str:
    """What the payer is told: paid, waiting, failed or refunded."""
    if status in PAID:
        return "refunded" if all_back or status == "refunded" else "paid"
    return "waiting" if status in UNDECIDED else "failed"
