"""Reads how far messages got, and which of them somebody has to deal with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower

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

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler

State = Message.State
LATELY = timedelta(days=30)


class InTrouble(Func):
    """It failed, is unknown, or bad news came.

    Word for word what the index `message_in_trouble` says, its values too: with
    parameters SQLite would not use it, and every page counts these rows.
    """

    output_field = BooleanField()

    # It is called with none of its options.
    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        """The condition of the index."""
        del connection
        state, *flags = (compiler.compile(e)[0] for e in self.get_source_expressions())
        news = " OR ".join(f"{flag} IS NOT NULL" for flag in flags)
        return f"({state} IN ('unknown', 'failed') OR {news})", ()


IN_TROUBLE = InTrouble("state", "bounced_at", "rejected_at", "complained_at")
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


def undelivered_count() -> Coalesce:
    """How many they are, as a column of another query."""
    rows = undelivered().order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


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


def standings(kind: str, numbers: Collection[str] | QuerySet[Any]) -> dict[str, str]:
    """How far the last message of each document got, by its number; one query."""
    rows = Message.objects.filter(kind=kind, number__in=numbers).order_by("pk")
    return {row.number: str(row.standing) for row in rows.defer("body", "html")}


def orphans(now: datetime) -> int:
    """How many reports of late were about mail that this database did not send."""
    since = now - LATELY
    return MessageEvent.objects.filter(message=None, received_at__gt=since).count()


def bounced_addresses(addresses: Iterable[str]) -> dict[str, datetime]:
    """The addresses that mail came back from, as given, with when it last did.

    One that took a message since is good again.
    """
    given = {address.lower(): address for address in addresses if address}
    if not given:
        return {}
    lost: dict[str, datetime] = {}
    written: set[str] = set()
    rows = Message.objects.alias(lowered=Lower("recipient")).order_by()
    troubled = rows.filter(IN_TROUBLE, lowered__in=list(given))
    for row in troubled.defer("body", "html"):
        if at := came_back(row):
            address = row.recipient.lower()
            lost[address] = max(lost.get(address, at), at)
            written |= {row.recipient, given[address]}
    if not lost:
        return {}
    good = Message.objects.filter(
        recipient__in=written,
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
