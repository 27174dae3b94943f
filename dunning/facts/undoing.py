"""Reads what undoing a run would do, and how far runs are undone.

With a constant number of queries, however many letters there are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from billing.models import exact_sum
from billing.rules.money import from_units
from dunning.facts.charges import paid_parts
from dunning.facts.undelivered import left_or_leaving
from dunning.facts.withdrawals import consequences
from dunning.models import Arrival, Charge, Notice, NoticeLine, Withdrawal

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet
    from moneyed import Money

    from dunning.facts.charges import PaidPart
    from dunning.facts.withdrawals import Obstacle, Return
    from dunning.models import Run

Cause = Withdrawal.Cause
# Not taken back by a person: they were never sent, or never arrived.
OF_ITSELF = [Cause.OVERTAKEN, Cause.UNDELIVERED, Cause.REPLACED]


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoing a run does: its letters that count still, and their invoices.

    `left` have left, may have, or were posted; `unsent` never will. `charges` are
    open fees and interest that are not owed any more, `paid` those that were paid.
    """

    left: list[Notice]
    unsent: int
    obstacles: list[Obstacle]
    returns: list[Return]
    charges: list[Money]
    paid: list[PaidPart]

    @property
    def letters(self) -> int:
        """How many letters are taken back."""
        return len(self.left) + self.unsent

    @property
    def moves(self) -> list[tuple[int, int, int]]:
        """Level before and after, and how many invoices go that way."""
        ways = Counter((row.level, row.level_after) for row in self.returns)
        return [(*way, count) for way, count in sorted(ways.items())]


def undoing(run: Run) -> Undoing:
    """What would happen now if the run were undone."""
    standing = standing_letters(run)
    gone = left_of(standing)
    letters = list(
        standing.select_related("client").only("number", "run", "client__name")
    )
    found = consequences(NoticeLine.objects.filter(notice__in=standing.values("pk")))
    charges = Charge.objects.filter(notice__in=standing.values("pk"))
    left = [notice for notice in letters if notice.pk in gone]
    return Undoing(
        left,
        len(letters) - len(left),
        found.obstacles,
        found.returns,
        _open(charges),
        paid_parts(charges),
    )


def standing_letters(run: Run) -> QuerySet[Notice]:
    """The letters of a run that nobody has withdrawn."""
    return run.notices.filter(withdrawal=None).order_by("pk")


def left_of(notices: QuerySet[Notice]) -> set[int]:
    """Those letters that have left or were posted, or may have; two queries."""
    mails = left_or_leaving(notices.order_by().values("number"))
    posted = Arrival.objects.filter(
        notice__in=notices.order_by().values("pk"), how=Arrival.How.POST
    )
    gone = notices.filter(
        Q(number__in=mails.order_by().values("number"))
        | Q(pk__in=posted.order_by().values("notice"))
    )
    return set(gone.values_list("pk", flat=True))


def has_left(notice: Notice) -> bool:
    """Whether one letter has left, was posted, or may have."""
    return bool(left_of(Notice.objects.filter(pk=notice.pk)))


def undone_counts(runs: Collection[Any]) -> dict[int, tuple[int, int]]:
    """Of each run (or its key): letters that a person withdrew, and all that count.

    All of them: the run is undone; some: partly. Letters that were overtaken,
    reached nobody or were replaced are on neither side.
    """
    keys = [getattr(run, "pk", run) for run in runs]
    rows = Notice.objects.filter(run__in=keys)
    rows = rows.exclude(withdrawal__cause__in=OF_ITSELF)
    counts = (
        rows.order_by()
        .values_list("run_id")
        .annotate(withdrawn=Count("withdrawal"), letters=Count("pk"))
    )
    found = {run: (withdrawn, letters) for run, withdrawn, letters in counts}
    return {key: found.get(key, (0, 0)) for key in keys}


def _open(charges: QuerySet[Charge]) -> list[Money]:
    sums = charges.filter(open__gt=0).order_by().values_list("currency")
    return [
        from_units(units, code)
        for code, units in sums.annotate(units=exact_sum("open")).order_by("currency")
    ]
