"""Lines and letters of a run as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Q, Subquery

from billing.models import exact_sum
from billing.rules.money import from_units
from clients.facts import recipients
from clients.models import Client, Purpose, search_key
from delivery.facts import standings
from delivery.models import Document
from dunning.models import Arrival, Notice, NoticeLine, Run, RunLine
from dunning.rules.dossier import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from django.db.models import QuerySet
    from moneyed import Money

    from clients.facts import Recipient


@dataclass(frozen=True, slots=True)
class Step:
    """A proposed line, and the levels it goes from and to."""

    line: RunLine
    last_level: int
    level_name: str


@dataclass(frozen=True, slots=True)
class ClientLines:
    """The lines of one letter-to-be that stand on a page of the proposal."""

    client: Client
    currency: str
    recipient: Recipient
    steps: list[Step]
    open: Money
    invoices: int

    @property
    def is_part(self) -> bool:
        """Whether other pages, or another filter, show more of it."""
        return len(self.steps) < self.invoices


def proposed(run: Run) -> QuerySet[RunLine]:
    """Every line of a run that was proposed, in the order of the letters."""
    return (
        run.lines.filter(level__gt=0)
        .select_related("invoice", "client")
        .order_by("client__number", "currency", "invoice__due_on", "invoice__number")
    )


def left_out(run: Run) -> QuerySet[RunLine]:
    """Every late invoice the run left out, with its reason."""
    return (
        run.lines.filter(level=0)
        .select_related("invoice", "client")
        .order_by("client__number", "currency", "invoice__due_on", "invoice__number")
    )


def changed(run: Run) -> QuerySet[RunLine]:
    """Ticked lines of an issued run that turned out otherwise than proposed."""
    fell_out = Q(reason__gt="") & ~Q(reason=Reason.NOT_SELECTED)
    return proposed(run).filter(fell_out | Q(selected=True, detail__has_key="was"))


def not_ticked(run: Run) -> QuerySet[RunLine]:
    """Lines of an issued run that were proposed, and left by a person."""
    return proposed(run).filter(reason=Reason.NOT_SELECTED)


def letters(run: Run) -> tuple[QuerySet[Any], dict[str, str]]:
    """The letters of a run, and how far the e-mail of each got.

    Each bears since when it is withdrawn, and when it was posted.
    """
    posted = Arrival.objects.filter(notice=OuterRef("pk"), how=Arrival.How.POST)
    notices = (
        run.notices.select_related("client")
        .defer("address", "opening", "closing", "body")
        .annotate(
            invoices=Count("lines"),
            withdrawn_at=F("withdrawal__at"),
            posted_on=Subquery(posted.values("on")),
        )
        .order_by("pk")
    )
    return notices, standings(Document.Kind.NOTICE, run.notices.values("number"))


def mailing(run: Run) -> dict[str, list[Notice]]:
    """What sending the e-mails of an issued run would do with each letter."""
    notices, mailed = letters(run)
    unpaid = set(
        NoticeLine.objects.filter(
            notice__run=run, withdrawn_at=None, invoice__open__gt=0
        ).values_list("notice_id", flat=True)
    )
    found: dict[str, list[Notice]] = {
        "by_mail": [],
        "to_print": [],
        "paid": [],
        "queued_before": [],
    }
    for notice in notices:
        if notice.withdrawn_at:
            continue
        if notice.number in mailed:
            found["queued_before"].append(notice)
        elif notice.pk not in unpaid:
            found["paid"].append(notice)
        else:
            found["by_mail" if notice.email else "to_print"].append(notice)
    return found


def with_mailbox(clients: Collection[int]) -> set[int]:
    """Those of the clients who can be reminded by e-mail."""
    found = recipients(Client.objects.filter(pk__in=clients), Purpose.REMINDER)
    return {client for client, recipient in found.items() if recipient.email}


def filtered(lines: QuerySet[RunLine], chosen: Mapping[str, Any]) -> QuerySet[RunLine]:
    """The lines a filter lets through."""
    for name in ("client", "level", "reason"):
        if chosen.get(name):
            lines = lines.filter(**{name: chosen[name]})
    if words := search_key(chosen.get("q") or ""):
        lines = lines.filter(
            Q(client__search__contains=words)
            | Q(invoice__number__icontains=chosen["q"].strip())
        )
    return lines


def counted(lines: QuerySet[RunLine], field: str) -> dict[Any, int]:
    """How many lines there are of each level or reason, in order."""
    rows = lines.order_by(field).values_list(field).annotate(n=Count("pk"))
    return dict(rows)


def by_client(
    run: Run, lines: Sequence[RunLine], names: Mapping[int, str]
) -> list[ClientLines]:
    """The lines of a page, put together as the letters will be; `names` of levels.

    The sum at the head of each is that of all its proposed lines, not of the page.
    """
    clients = {line.client_id: line.client for line in lines}
    mailboxes = recipients(clients.values(), Purpose.REMINDER)
    whole = {
        (client, currency): (invoices, from_units(units, currency))
        for client, currency, invoices, units in run.lines.filter(
            level__gt=0, client__in=clients
        )
        .order_by()
        .values_list("client_id", "currency")
        .annotate(invoices=Count("pk"), units=exact_sum("open"))
    }
    found = []
    for (client, currency), rows in groupby(
        lines, key=lambda line: (line.client_id, line.currency)
    ):
        invoices, opened = whole[client, currency]
        found.append(
            ClientLines(
                clients[client],
                currency,
                mailboxes[client],
                [_step(line, names) for line in rows],
                opened,
                invoices,
            )
        )
    return found


def _step(line: RunLine, names: Mapping[int, str]) -> Step:
    before = min(line.invoice.level, line.level - 1)
    return Step(line, before, names.get(line.level, ""))
