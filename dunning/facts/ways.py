"""Reads how far each letter of a run has got, in one word, for bars and lists."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from delivery.models import Document, Message
from dunning.models import Arrival, Channel, Notice

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from dunning.models import Run

State = Message.State


class Way(TextChoices):
    """How far a letter got; the last of its e-mails decides, paper after that."""

    SENT = "sent", _("Sent")
    POSTED = "posted", _("Posted")
    WAITING = "waiting", _("Waiting")
    UNSENT = "unsent", _("Not sent yet")
    TO_POST = "to_post", _("To print and post")
    UNKNOWN = "unknown", _("Unknown")
    LOST = "lost", _("Did not arrive")
    SETTLED = "settled", _("Settled otherwise")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def with_way(notices: QuerySet[Any]) -> QuerySet[Any]:
    """The letters, each with its way."""
    mail = Message.objects.filter(
        kind=Document.Kind.NOTICE, number=OuterRef("number")
    ).order_by("-occasion", "-pk")
    posted = Arrival.objects.filter(notice=OuterRef("pk"), how=Arrival.How.POST)
    came_back = mail.filter(Q(bounced_at__isnull=False) | Q(rejected_at__isnull=False))
    lost = Q(mail=State.FAILED) | Q(mail=State.SENT, came_back=True)
    steps = [
        (Q(withdrawal__isnull=False), Way.WITHDRAWN),
        (Exists(posted), Way.POSTED),
        (Q(mail__in=Message.UNFINISHED), Way.WAITING),
        (Q(settled=Message.Resolution.DISMISSED), Way.SETTLED),
        (lost, Way.LOST),
        (Q(mail=State.SENT), Way.SENT),
        (Q(mail=State.UNKNOWN), Way.UNKNOWN),
        (Q(email="") | Q(channel=Channel.POST), Way.TO_POST),
    ]
    counted: QuerySet[Any] = notices.alias(
        mail=Subquery(mail.values("state")[:1]),
        settled=Subquery(mail.values("resolution")[:1]),
        came_back=Exists(came_back.filter(pk=Subquery(mail.values("pk")[:1]))),
    ).annotate(
        way=Case(
            *(When(condition, then=Value(str(way))) for condition, way in steps),
            default=Value(str(Way.UNSENT)),
            output_field=CharField(),
        )
    )
    return counted


def ways_of(runs: Collection[Run]) -> dict[int, dict[Way, int]]:
    """How many letters of each run went which way; one query."""
    found: dict[int, dict[Way, int]] = defaultdict(dict)
    rows = with_way(Notice.objects.filter(run__in=runs)).order_by()
    counts = {
        (run, way): n
        for run, way, n in rows.values_list("run", "way").annotate(n=Count("pk"))
    }
    for run in {run for run, _way in counts}:
        found[run] = {way: n for way in Way if (n := counts.get((run, way), 0))}
    return found
