"""Checks levels, deadlines and letters against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from billing.audit import numbers_without_gap
from billing.models import Invoice, exact_sum
from billing.rules.money import from_units, money, plain, total
from clients.rules.findings import Finding
from dunning.audit_charges import audit_charges
from dunning.models import (
    Arrival,
    LevelChange,
    LineWithdrawal,
    Notice,
    NoticeLine,
    Run,
    RunLine,
    Withdrawal,
)
from dunning.rules.arrival import deadline_after

if TYPE_CHECKING:
    from collections.abc import Iterator


def audit() -> Iterator[Finding]:
    """Rows of dunning that contradict the letters that were issued."""
    yield from levels_and_deadlines()
    yield from letters_add_up()
    yield from letters_belong_to_issued_runs()
    yield from lines_were_proposed()
    yield from withdrawals_are_whole()
    yield from late_letters_give_their_days()
    yield from audit_charges()
    numbers = Notice.objects.values_list("number", flat=True)
    yield from numbers_without_gap("R", numbers)


def levels_and_deadlines() -> Iterator[Finding]:
    """`Invoice.level` and `deadline_on` against the lines not withdrawn.

    In the cycle that the last level set by a person began, if any. Of a letter that
    arrived late the deadline counts from its arrival.
    """
    begun = {
        invoice: (cycle, level, deadline)
        for invoice, cycle, level, deadline in LevelChange.objects.order_by(
            "cycle"
        ).values_list("invoice_id", "cycle", "level", "deadline_on")
    }
    reached = {pk: (level, deadline) for pk, (_, level, deadline) in begun.items()}
    late = dict(
        Arrival.objects.order_by("deadline_on").values_list("notice_id", "deadline_on")
    )
    lines = NoticeLine.objects.filter(withdrawn_at=None).order_by("cycle", "level")
    for invoice, notice, cycle, level, deadline in lines.values_list(
        "invoice_id", "notice_id", "cycle", "level", "deadline_on"
    ):
        if invoice not in begun or cycle >= begun[invoice][0]:
            reached[invoice] = (level, late.get(notice, deadline))
    rows = Invoice.objects.values_list("id", "number", "level", "deadline_on", "due_on")
    for pk, number, level, deadline, due in rows.iterator():
        must_level, must_deadline = reached.get(pk, (0, due))
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
        notice: parts
        for notice, *parts in NoticeLine.objects.order_by()
        .values_list("notice_id")
        .annotate(
            a=exact_sum("open"),
            b=exact_sum("fee"),
            c=exact_sum("interest"),
            d=exact_sum("lump_sum"),
        )
    }
    for notice in Notice.objects.defer("opening", "closing", "body").iterator():
        code = notice.currency
        must = [from_units(units, code) for units in sums.get(notice.pk, (0,) * 4)]
        kept = [
            money(part, code)
            for part in (notice.open, notice.fee, notice.interest, notice.lump_sum)
        ]
        asked = money(notice.earlier, code) - money(notice.credit, code)
        asked = total(must, code) + asked
        if must != kept or asked != money(notice.total, code):
            yield Finding(
                "notice",
                notice.number,
                f"asks for {plain(money(notice.total, code))}, its lines say"
                f" {plain(asked)}",
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


def withdrawals_are_whole() -> Iterator[Finding]:
    """Withdrawn letters against their lines: all of them, and no others."""
    counted = Notice.objects.filter(lines__withdrawn_at=None, withdrawal__isnull=False)
    for number in counted.distinct().values_list("number", flat=True):
        yield Finding("notice", number, "is withdrawn, but not all of its lines")
    lines = NoticeLine.objects.exclude(withdrawn_at=None).exclude(
        notice__in=Withdrawal.objects.values("notice")
    )
    alone = lines.exclude(pk__in=LineWithdrawal.objects.values("line"))
    for number in sorted(set(alone.values_list("notice__number", flat=True))):
        yield Finding("notice", number, "is not withdrawn, but one of its lines is")
    taken_off = LineWithdrawal.objects.filter(line__withdrawn_at=None)
    for number in sorted(set(taken_off.values_list("line__notice__number", flat=True))):
        yield Finding("notice", number, "a line was taken off and counts all the same")
    replaced = Notice.objects.filter(replaced_by__isnull=False)
    for number in replaced.exclude(
        withdrawal__cause=Withdrawal.Cause.REPLACED
    ).values_list("number", flat=True):
        yield Finding("notice", number, "is replaced, but not withdrawn for that")


def late_letters_give_their_days() -> Iterator[Finding]:
    """Deadlines of letters that arrived late against what the letters gave."""
    rows = Arrival.objects.select_related("notice__run").order_by("pk")
    for row in rows.defer("notice__opening", "notice__closing", "notice__body"):
        letter = row.notice
        must = deadline_after(
            letter.run_on, letter.run.issued_on, letter.deadline_on, row.on
        )
        if row.deadline_on != must:
            yield Finding(
                "notice",
                row.notice.number,
                f"arrived on {row.on}: its deadline is {must}, not {row.deadline_on}",
            )
