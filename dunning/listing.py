"""Lines and letters of a run as its pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Q, Subquery

from clients.models import search_key
from delivery.facts import standings
from delivery.models import Document
from dunning.facts.posting import by_mail
from dunning.models import Arrival, Notice, NoticeLine, Run, RunLine
from dunning.rules.dossier import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.db.models import QuerySet


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
            found["by_mail" if by_mail(notice) else "to_print"].append(notice)
    return found


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
