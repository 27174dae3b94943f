"""Reads what became of letters: withdrawn, late, crossed with a payment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Min
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from billing.models import Allocation, Credit
from billing.rules.money import money
from dunning.facts.undelivered import arrived_all, undelivered
from dunning.models import Arrival, Notice, NoticeLine, Withdrawal
from dunning.rules.arrival import is_crossed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from moneyed import Money


@dataclass(frozen=True, slots=True)
class Crossing:
    """A payment that was booked when a letter had left, made before it was read."""

    invoice: int
    number: str
    paid_on: date
    amount: Money


@dataclass(slots=True)
class Course:
    """What became of one letter after it was issued.

    `left_at` is when it was taken up to be sent: what was booked before that was
    looked at before it left.
    """

    left_at: datetime | None
    undelivered: bool
    withdrawal: Withdrawal | None
    arrivals: list[Arrival]
    crossings: list[Crossing]

    @property
    def deadline_on(self) -> date | None:
        """The deadline that counts, where it is not the printed one."""
        return max((row.deadline_on for row in self.arrivals), default=None)


def courses(notices: Collection[Notice]) -> dict[int, Course]:
    """What became of each letter; seven queries at most, however many there are.

    Their runs must be read with them.
    """
    numbers = {notice.pk: notice.number for notice in notices}
    left = dict(
        arrived_all(numbers.values())
        .order_by()
        .values_list("number")
        .annotate(first=Min(Coalesce("claimed_at", "sent_at")))
    )
    lost = undelivered(list(numbers.values()))
    withdrawals = {
        row.notice_id: row
        for row in Withdrawal.objects.filter(notice__in=numbers).select_related(
            "person"
        )
    }
    arrivals: dict[int, list[Arrival]] = defaultdict(list)
    for row in Arrival.objects.filter(notice__in=numbers).select_related("person"):
        arrivals[row.notice_id].append(row)
    handed = {
        pk: at
        for pk, number in numbers.items()
        if (at := left.get(number) or _posted_at(arrivals[pk])) is not None
    }
    # What was booked before it was issued stands on it, whatever its dates say.
    since = {
        notice.pk: max(handed[notice.pk], notice.run.issued_at or handed[notice.pk])
        for notice in notices
        if notice.pk in handed
    }
    crossings = _crossings(handed, since)
    return {
        pk: Course(
            handed.get(pk),
            number in lost,
            withdrawals.get(pk),
            arrivals[pk],
            crossings[pk],
        )
        for pk, number in numbers.items()
    }


def _posted_at(arrivals: list[Arrival]) -> datetime | None:
    return next((row.at for row in arrivals if row.how == Arrival.How.POST), None)


def _crossings(
    handed: dict[int, datetime], since: dict[int, datetime]
) -> dict[int, list[Crossing]]:
    """Payments of the invoices of letters that were booked after they had left."""
    found: dict[int, list[Crossing]] = defaultdict(list)
    if not handed:
        return found
    of_invoice: dict[int, list[int]] = defaultdict(list)
    lines = NoticeLine.objects.filter(notice__in=handed).order_by("pk")
    for invoice, notice in lines.values_list("invoice_id", "notice_id"):
        of_invoice[invoice].append(notice)
    parts = Allocation.objects.filter(
        invoice__in=of_invoice,
        credit__kind=Credit.Kind.PAYMENT,
        credit__created_at__gte=min(since.values()),
        releases=None,
        released_by=None,
    ).order_by("pk")
    for invoice, number, paid_on, amount, code, at in parts.values_list(
        "invoice_id",
        "invoice__number",
        "credit__dated_on",
        "amount",
        "currency",
        "credit__created_at",
    ):
        for notice in of_invoice[invoice]:
            left_on = localdate(handed[notice])
            if at >= since[notice] and is_crossed(left_on, paid_on):
                found[notice].append(
                    Crossing(invoice, number, paid_on, money(amount, code))
                )
    return found
