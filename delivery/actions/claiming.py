"""Takes messages to send them, and gives back what did not get so far.

A claim is a compare-and-set that is committed: two senders never take the same
message. It is told from every other claim of the same message by its count and its
instant, and it ends by itself when its sender dies.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from delivery.facts.outbox import under_way
from delivery.models import Job, Message
from delivery.rules.retry import LAST_ATTEMPT

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

State = Message.State
# Longer than every step of speaking to a mail server may take together.
LEASE = timedelta(minutes=5)
# From this attempt on, one that broke off stands aside for a while.
SUSPICIOUS = 3
ASIDE = timedelta(minutes=15)


def claim(pk: int, now: datetime) -> Message | None:
    """Take a message, committed; None when somebody was first."""
    with transaction.atomic(durable=True):
        taken = Message.objects.filter(pk=pk, state=State.QUEUED).update(
            state=State.CLAIMED,
            attempts=F("attempts") + 1,
            claimed_at=now,
            lease_until=now + LEASE,
        )
    if not taken:
        return None
    rows = Message.objects.select_related("document")
    return rows.prefetch_related("enclosures__document").get(pk=pk)


def ours(message: Message) -> QuerySet[Message]:
    """The row of a claimed message, as long as it is of this very claim."""
    return Message.objects.filter(
        pk=message.pk, attempts=message.attempts, claimed_at=message.claimed_at
    )


def let_go(message: Message, *, error: str, next_try_at: datetime | None) -> None:
    """Give a message back of which nothing has left; the attempt does not count.

    Only who holds the claim counts it down, so a sender that comes late never meets
    its own count again.
    """
    ours(message).filter(state__in=[State.CLAIMED, State.HANDING]).update(
        state=State.QUEUED,
        attempts=F("attempts") - 1,
        lease_until=None,
        next_try_at=next_try_at,
        error=error,
    )


def expire_claims(now: datetime) -> tuple[int, int]:
    """What dead senders left: back in the queue, or unknown; says how many of each.

    One that was only claimed cannot have left. One that was being handed over may
    have: nobody sends it again by itself. A message at which senders die again and
    again is given up, and the queue moves on.
    """
    over = under_way().filter(lease_until__lt=now)
    if not over.exists():
        return 0, 0
    claimed = over.filter(state=State.CLAIMED)
    # Its mailing was cancelled after that; whoever queues it again begins anew.
    claimed.filter(
        job__state=Job.State.CANCELLED, claimed_at__lt=F("job__finished_at")
    ).update(state=State.CANCELLED, lease_until=None, next_try_at=None)
    claimed.filter(attempts__gte=LAST_ATTEMPT).update(
        state=State.FAILED, lease_until=None, error=_("Sending broke off every time.")
    )
    soon = claimed.filter(attempts__lt=SUSPICIOUS)
    back = soon.update(state=State.QUEUED, lease_until=None, next_try_at=None)
    back += claimed.update(
        state=State.QUEUED, lease_until=None, next_try_at=now + ASIDE
    )
    unknown = over.filter(state=State.HANDING).update(
        state=State.UNKNOWN, lease_until=None, error=_("Sending was cut off.")
    )
    return back, unknown
