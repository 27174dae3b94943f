"""Reads how far messages got, and which of them somebody has to deal with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from delivery.models import Message, MessageEvent
from delivery.rules.tracking import (
    RANK,
    REFUSED,
    TROUBLE,
    Cause,
    Standing,
    cause_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from django.db.models import QuerySet

State = Message.State
# Word for word what the index `message_in_trouble` says, or SQLite does not use it:
# every page counts these rows.
IN_TROUBLE = RawSQL(
    "(\"delivery_message\".\"state\" IN ('unknown', 'failed')"
    ' OR "delivery_message"."bounced_at" IS NOT NULL'
    ' OR "delivery_message"."rejected_at" IS NOT NULL'
    ' OR "delivery_message"."complained_at" IS NOT NULL)',
    [],
    output_field=BooleanField(),
)
OF_STANDING = {
    Standing.WAITING: [State.QUEUED],
    Standing.PREPARING: [State.CLAIMED, State.HANDING],
    Standing.FAILED: [State.FAILED],
    Standing.UNKNOWN: [State.UNKNOWN],
    Standing.CANCELLED: [State.CANCELLED],
    Standing.OVERTAKEN: [State.OVERTAKEN],
}
BAD_NEWS = ["bounced", "complained", *sorted(REFUSED)]


def undelivered() -> QuerySet[Message]:
    """Messages that did not arrive, or nobody knows, and nobody dealt with yet."""
    # A message that is tried again, or was held back since, is no trouble now.
    over = [State.SENT, State.FAILED, State.UNKNOWN]
    return Message.objects.filter(IN_TROUBLE, resolution="", state__in=over)


def with_reason(rows: QuerySet[Message]) -> QuerySet[Message]:
    """The messages, each with the last bad news in the other side's words."""
    news = MessageEvent.objects.filter(message=OuterRef("pk"), kind__in=BAD_NEWS)
    last = news.order_by("-happened_at", "-pk").values("reason")[:1]
    return rows.annotate(reason=Subquery(last))


def of_standing(shown: str) -> Q:
    """The messages that are shown with a standing."""
    if states := OF_STANDING.get(Standing(shown)):
        return Q(state__in=states)
    place = RANK.index(Standing(shown)) if shown in RANK else -1
    found = Q(state=State.SENT)
    if place >= 0:
        found &= Q(**{f"{shown}_at__isnull": False})
    for graver in RANK[place + 1 :]:
        found &= Q(**{f"{graver}_at__isnull": True})
    return found


def standings(kind: str, numbers: Collection[str]) -> dict[str, str]:
    """How far the last message of each document got, by its number; one query."""
    rows = Message.objects.filter(kind=kind, number__in=numbers).order_by("pk")
    return {row.number: str(row.standing) for row in rows.defer("body", "html")}


def orphans() -> int:
    """How many reports were about mail that this database did not send."""
    return MessageEvent.objects.filter(message=None).count()


def bounced_addresses(addresses: Iterable[str]) -> dict[str, datetime]:
    """The addresses that mail came back from, as given, with when it last did.

    One that took a message since is good again.
    """
    given = {address.lower(): address for address in addresses if address}
    names = [*given, *given.values()]
    if not names:
        return {}
    lost: dict[str, datetime] = {}
    rows = Message.objects.filter(IN_TROUBLE, recipient__in=names).order_by()
    for row in rows.defer("body", "html"):
        if at := came_back(row):
            address = row.recipient.lower()
            lost[address] = max(lost.get(address, at), at)
    good = Message.objects.filter(
        recipient__in=[*lost, *(given[name] for name in lost)],
        delivered_at__isnull=False,
        bounced_at=None,
        complained_at=None,
    )
    for recipient, at in good.order_by().values_list("recipient", "delivered_at"):
        if at and at > lost.get(recipient.lower(), at):
            del lost[recipient.lower()]
    return {given[address]: at for address, at in lost.items()}


def came_back(row: Message) -> datetime | None:
    """When the address refused the message for good; None where it did not."""
    shown = row.standing
    if shown == Standing.FAILED and cause_of(row.error) == Cause.NO_MAILBOX:
        return row.claimed_at or row.created_at
    if shown not in TROUBLE:
        return None
    return row.complained_at or row.bounced_at or row.rejected_at
