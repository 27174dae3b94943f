"""Reads what a person has to decide: no reminder follows by itself any more.

Invoices at the last level of their policy whose deadline has passed, and those of
payment plans that are broken. What was decided stays away until its day.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import (
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from billing.models import Invoice, InvoiceMark
from billing.models.invoice import marked
from dunning.facts.answers import pending_parts
from dunning.facts.plans import standings
from dunning.facts.undelivered import undelivered
from dunning.models import (
    Decision,
    Hold,
    Level,
    LevelChange,
    NoticeLine,
    PaymentPlan,
    PlanInvoice,
    Policy,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from billing.models.invoice import InvoiceQuerySet

NEVER = date(9999, 12, 31)
# More than any policy has: without one nothing is the last level.
NO_LEVEL = 10_000


def to_decide_count(today: date | None = None) -> int:
    """How many invoices wait for a decision; six queries at most."""
    return to_decide(today or localdate()).count()


def with_letters(today: date) -> InvoiceQuerySet:
    """The same with their client, their last letter and the plan that is broken."""
    plans = broken_plans(today)
    last = NoticeLine.objects.filter(
        invoice=OuterRef("pk"), withdrawn_at=None, cycle=OuterRef("cycle")
    ).order_by("-level")
    found: InvoiceQuerySet = (
        to_decide(today, plans)
        .annotate(
            letter_id=Subquery(last.values("notice")[:1]),
            letter=Subquery(last.values("notice__number")[:1]),
            level_name=Subquery(last.values("level_name")[:1]),
            # A subquery of nothing would be no column.
            broken_plan=Subquery(_in_plan(plans or [0]).values("plan")[:1]),
        )
        .select_related("client")
    )
    return found


def to_decide(today: date, plans: Collection[int] | None = None) -> InvoiceQuerySet:
    """The invoices that wait for a decision on the day.

    `plans` are those that are broken, where they are known.
    """
    plans = broken_plans(today) if plans is None else plans
    rows = PlanInvoice.objects.filter(plan__in=plans)
    of_broken = Q(pk__in=list(rows.values_list("invoice_id", flat=True)))
    # What a row says of itself comes first: few are left to look up anything for.
    near = Q(level__gt=0, deadline_on__lt=today) | of_broken
    at_last = Q(level__gte=F("last_level")) & ~Exists(_planned())
    waiting = unpaid(today).filter(near, of_broken | at_last)
    if lost := undelivered():
        waiting = waiting.filter(of_broken | ~Exists(_unreached(lost)))
    return waiting


def broken_plans(today: date, client: int | None = None) -> list[int]:
    """Plans that stand and are not kept, of everybody or of one client."""
    plans = PaymentPlan.objects.filter(ended_on=None)
    if client is not None:
        plans = plans.filter(client=client)
    return [row.plan.pk for row in standings(plans, today) if row.standing.broken]


def unpaid(today: date) -> InvoiceQuerySet:
    """Open invoices that nothing else stops, with their last level and cycle.

    Not those that are disputed, on hold, promised, uncollectible, decided, or that an
    answer waits for.
    """
    rows = Invoice.objects.filter(
        ~marked(InvoiceMark.Kind.UNCOLLECTIBLE),
        ~marked(InvoiceMark.Kind.DISPUTED, whole=True),
        ~Exists(_held(today)),
        ~Exists(pending_parts().filter(invoice=OuterRef("pk"))),
        open__above_zero=True,
        due_on__lt=today,
    )
    changes = LevelChange.objects.filter(invoice=OuterRef("pk")).order_by("-cycle")
    decisions = Decision.objects.filter(
        invoice=OuterRef("pk"), cycle=OuterRef("cycle")
    ).order_by("-pk")
    again = Coalesce(F("again_on"), Value(NEVER))
    found: InvoiceQuerySet = (
        rows.annotate(cycle=Coalesce(Subquery(changes.values("cycle")[:1]), 1))
        .annotate(
            last_level=_last_level(),
            again_on=Subquery(decisions.annotate(day=again).values("day")[:1]),
        )
        .filter(Q(again_on=None) | Q(again_on__lte=today))
    )
    return found


def _last_level() -> Coalesce:
    """The highest level of the client's own policy, else of the default one."""
    levels = Level.objects.order_by().values("policy").annotate(last=Max("position"))
    own = levels.filter(policy=OuterRef("client__dunning_terms__policy"))
    standard = levels.filter(policy__in=Policy.objects.filter(is_default=True))
    return Coalesce(
        Subquery(own.values("last")[:1]),
        Subquery(standard.values("last")[:1]),
        NO_LEVEL,
    )


def _held(today: date) -> QuerySet[Hold]:
    running = Hold.objects.filter(
        Q(until=None) | Q(until__gte=today), released_on=None, since__lte=today
    )
    return running.filter(
        Q(invoice=OuterRef("pk")) | Q(invoice=None, client=OuterRef("client"))
    )


def _in_plan(plans: Collection[int]) -> QuerySet[PlanInvoice]:
    return PlanInvoice.objects.filter(invoice=OuterRef("pk"), plan__in=plans)


def _planned() -> QuerySet[PlanInvoice]:
    return PlanInvoice.objects.filter(invoice=OuterRef("pk"), plan__ended_on=None)


def _unreached(letters: Collection[str]) -> QuerySet[NoticeLine]:
    """The last reminder, where it is known not to have reached the client."""
    return NoticeLine.objects.filter(
        invoice=OuterRef("pk"),
        level=OuterRef("level"),
        cycle=OuterRef("cycle"),
        withdrawn_at=None,
        notice__number__in=letters,
    )
