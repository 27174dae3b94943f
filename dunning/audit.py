"""Checks levels, deadlines and letters against each other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import F

from billing.audit import numbers_without_gap
from billing.models import Invoice, exact_sum
from billing.rules.money import from_units, money, plain
from clients.rules.findings import Finding
from dunning.models import Notice, NoticeLine, Run, RunLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


def audit() -> Iterator[Finding]:
    """Rows of dunning that contradict the letters that were issued."""
    yield from levels_and_deadlines()
    yield from letters_add_up()
    yield from letters_belong_to_issued_runs()
    yield from lines_were_proposed()
    numbers = Notice.objects.values_list("number", flat=True)
    yield from numbers_without_gap("R", numbers)


def levels_and_deadlines() -> Iterator[Finding]:
    """`Invoice.level` and `deadline_on` against the lines not withdrawn."""
    reached: dict[int, list[tuple[int, date]]] = defaultdict(list)
    lines = NoticeLine.objects.filter(withdrawn_at=None).order_by("level")
    for invoice, level, deadline in lines.values_list(
        "invoice_id", "level", "deadline_on"
    ):
        reached[invoice].append((level, deadline))
    rows = Invoice.objects.values_list("id", "number", "level", "deadline_on", "due_on")
    for pk, number, level, deadline, due in rows.iterator():
        must_level, must_deadline = reached[pk][-1] if pk in reached else (0, due)
        if (level, deadline) != (must_level, must_deadline):
            yield Finding(
                "invoice",
                number,
                f"level {level} until {deadline}, its letters say"
                f" {must_level} until {must_deadline}",
            )


def letters_add_up() -> Iterator[Finding]:
    """Total of a letter against its own rows and its lines."""
    sums = {
        notice: (opened, fee, interest)
        for notice, opened, fee, interest in NoticeLine.objects.order_by()
        .values_list("notice_id")
        .annotate(a=exact_sum("open"), b=exact_sum("fee"), c=exact_sum("interest"))
    }
    for notice in Notice.objects.defer("opening", "closing", "body").iterator():
        code = notice.currency
        must = [from_units(units, code) for units in sums.get(notice.pk, (0, 0, 0))]
        kept = [money(notice.open, code), notice.fee, notice.interest]
        total = must[0] + must[1] + must[2] - money(notice.credit, code)
        if must != kept or total != notice.total:
            yield Finding(
                "notice",
                notice.number,
                f"asks for {plain(notice.total)}, its lines say {plain(total)}",
            )


def letters_belong_to_issued_runs() -> Iterator[Finding]:
    """Letters of a run that was not issued, or with a date of their own."""
    unissued = Notice.objects.exclude(run__state=Run.State.ISSUED)
    for number in unissued.values_list("number", flat=True):
        yield Finding("notice", number, "its run was not issued")
    other_day = Notice.objects.exclude(run_on=F("run__run_on"))
    for number in other_day.values_list("number", flat=True):
        yield Finding("notice", number, "is not of the day of its run")
    other_line = NoticeLine.objects.exclude(run_on=F("notice__run_on"))
    for pk in other_line.values_list("pk", flat=True):
        yield Finding("notice line", str(pk), "is not of the day of its letter")


def lines_were_proposed() -> Iterator[Finding]:
    """Lines of letters against the lines their run issued: neither more nor fewer."""
    issued = RunLine.objects.filter(
        run__state=Run.State.ISSUED, selected=True, reason=""
    ).values_list("run_id", "invoice__number", "level")
    printed = NoticeLine.objects.values_list(
        "notice__run_id", "invoice__number", "level"
    )
    for run, invoice, level in sorted(set(issued) ^ set(printed)):
        yield Finding(
            "run", str(run), f"{invoice} at level {level} is not on both sides"
        )
