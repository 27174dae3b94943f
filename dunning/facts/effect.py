"""Reads what reminders led to: who paid after which letter, when, and how much.

A payment belongs to the last letter before it: one of the letter's own day was made
without it. Letters and lines that were withdrawn do not count. Everything is grouped
by the database: few rows come back, however many letters there were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from billing.models import Allocation, Credit, exact_sum
from billing.rules.money import from_units
from dunning.models import Arrival, Charge, ChargeEvent, NoticeLine
from dunning.rules.effect import Reminded, effects

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from dunning.rules.effect import LevelEffect


@dataclass(frozen=True, slots=True)
class Scope:
    """Which letters are looked at: those of a period, a currency, a client."""

    first: date
    last: date
    currency: str = ""
    client: int | None = None


@dataclass(slots=True)
class ChargeEffect:
    """What was charged beside the invoices in a currency, and what became of it."""

    kind: str
    currency: str
    paid: Money
    waived: Money
    open: Money

    @property
    def label(self) -> str:
        """What was charged, in words."""
        return str(Charge.Kind(self.kind).label)

    @property
    def claimed(self) -> Money:
        """What was asked for and not taken back since."""
        return self.paid + self.waived + self.open


def level_effects(scope: Scope, today: date) -> list[LevelEffect]:
    """What the letters of each level led to, by currency; three queries."""
    lines = _lines(scope)
    letters = lines.order_by().values_list("currency", "notice__level")
    counts = {
        (code, level): count
        for code, level, count in letters.annotate(n=Count("notice", distinct=True))
    }
    return effects(_reminded(lines), counts, _recovered(lines), today)


def charge_effects(scope: Scope) -> list[ChargeEffect]:
    """Fees, interest and lump sums of the letters: paid, waived, open; two queries."""
    within: dict[str, Any] = {"notice__run__run_on__range": (scope.first, scope.last)}
    if scope.currency:
        within["currency"] = scope.currency
    if scope.client:
        within["client"] = scope.client
    events = ChargeEvent.objects.filter(
        **{f"charge__{name}": value for name, value in within.items()}
    )
    sums = {
        (kind, code, what): units
        for kind, code, what, units in events.order_by()
        .annotate(what=Coalesce("takes_back__kind", "kind"))
        .values_list("charge__kind", "currency", "what")
        .annotate(units=exact_sum("amount"))
    }
    return [
        ChargeEffect(
            kind,
            code,
            from_units(sums.get((kind, code, ChargeEvent.Kind.PAID)), code),
            from_units(sums.get((kind, code, ChargeEvent.Kind.WAIVED)), code),
            from_units(units, code),
        )
        for code, kind, units in Charge.objects.filter(**within)
        .order_by("currency", "kind")
        .values_list("currency", "kind")
        .annotate(units=exact_sum("open"))
    ]


def _lines(scope: Scope) -> QuerySet[NoticeLine]:
    """By the day of the run: there are few runs, and each knows its letters."""
    lines = NoticeLine.objects.filter(
        withdrawn_at=None, notice__run__run_on__range=(scope.first, scope.last)
    )
    if scope.currency:
        lines = lines.filter(currency=scope.currency)
    if scope.client:
        lines = lines.filter(notice__client=scope.client)
    return lines


def _reminded(lines: QuerySet[NoticeLine]) -> list[Reminded]:
    rows = (
        lines.order_by()
        .annotate(
            until=Coalesce(Subquery(_arrived()), F("deadline_on")),
            paid=Subquery(_paid_on()),
            next=Subquery(
                _later().values("invoice").annotate(n=Min("run_on")).values("n")
            ),
        )
        .values_list("notice__level", "currency", "run_on", "until", "paid", "next")
        .annotate(count=Count("pk"), units=exact_sum("open"))
    )
    return [
        Reminded(
            level,
            code,
            run_on,
            until,
            paid if paid and run_on < paid <= (later or paid) else None,
            count,
            from_units(units, code),
        )
        for level, code, run_on, until, paid, later, count, units in rows
    ]


def _arrived() -> QuerySet[Any]:
    """The deadline of a letter that arrived late."""
    rows = Arrival.objects.filter(notice=OuterRef("notice")).order_by()
    return rows.values("notice").annotate(last=Max("deadline_on")).values("last")


def _paid_on() -> QuerySet[Any]:
    """The day of the last payment of an invoice that is paid; a loss is none."""
    rows = Allocation.objects.filter(
        ~settled_by_loss(),
        invoice=OuterRef("invoice"),
        invoice__open=0,
        credit__kind=Credit.Kind.PAYMENT,
        releases=None,
        released_by=None,
    )
    paid = rows.order_by().values("invoice").annotate(last=Max("effective_on"))
    return paid.values("last")


def settled_by_loss() -> Exists:
    """Whether some of an allocation's invoice was passed to loss."""
    lost = Allocation.objects.filter(
        invoice=OuterRef("invoice"),
        releases=None,
        released_by=None,
        credit__cause=Credit.Cause.LOSS,
    )
    return Exists(lost)


def _later() -> QuerySet[NoticeLine]:
    """The reminders of an invoice after this one."""
    return NoticeLine.objects.filter(
        withdrawn_at=None, invoice=OuterRef("invoice"), pk__gt=OuterRef("pk")
    ).order_by()


def _recovered(lines: QuerySet[NoticeLine]) -> dict[tuple[str, int], Money]:
    """Payments after each level's letters and by the day of the next, at the latest."""
    overtaken = _later().filter(
        run_on__lt=OuterRef("invoice__allocations__effective_on")
    )
    rows = lines.filter(
        ~Exists(overtaken), invoice__allocations__effective_on__gt=F("run_on")
    )
    # Not a condition on rows: SQLite would begin with all payments there are.
    paid = Q(invoice__allocations__credit__kind=Credit.Kind.PAYMENT)
    grouped = rows.order_by().values_list("currency", "notice__level")
    return {
        (code, level): from_units(units, code)
        for code, level, units in grouped.annotate(
            units=exact_sum("invoice__allocations__amount", paid)
        )
    }
