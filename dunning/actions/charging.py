"""Writes the charges of letters, and withdraws them with their letters.

Always in the transaction of the letters, with their clients held, and with the same
number of statements however many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef

from billing.rules.money import money, total
from clients.bulk import batches, insert_rows
from dunning.actions.charge_events import Change, record
from dunning.facts.charges import paid_parts
from dunning.models import Charge, ChargeEvent, Notice, NoticeLine
from dunning.rules.charges import segment_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet
    from moneyed import Money

    from dunning.facts.charges import PaidPart
    from dunning.models import Run
    from dunning.rules.planned import PlannedLine, PlannedNotice, RunPlan

What = ChargeEvent.Kind


class Row(NamedTuple):
    """A charge as it is stored."""

    notice_id: int
    client_id: int
    invoice_id: int | None
    cycle: int
    kind: str
    dated_on: date
    currency: str
    amount: Decimal
    open: Decimal
    detail: list[dict[str, Any]]


def write_charges(run: Run, plan: RunPlan) -> None:
    """Insert what the letters of a plan charge; they are written already.

    Interest that an earlier letter charged for the same invoice is contained in the
    new one: what is open of it is replaced.
    """
    if not any(_charged(notice).amount for notice in plan.notices):
        return
    letters = {
        (client, currency, part): pk
        for pk, client, currency, part in Notice.objects.filter(run=run)
        .order_by("pk")
        .values_list("pk", "client_id", "currency", "part")
    }
    rows = [
        row
        for notice in plan.notices
        for row in _of_letter(
            notice,
            letters[notice.dossier.client_id, notice.dossier.currency, notice.part],
            plan.run_on,
        )
    ]
    insert_charges(run, rows, plan.run_on)


def insert_charges(run: Run, rows: list[Row], on: date) -> None:
    """Insert what letters of a run charge; it replaces what they contain."""
    insert_rows(Charge, Row._fields, rows)
    _replace_interest(run, rows, on)


def withdraw_charges(
    notices: Collection[int],
    lines: Collection[int] | None,
    on: date,
    reason: str,
    person: Any,
) -> list[PaidPart]:
    """Withdraw what is open of the charges of letters, or of some of their lines.

    A fee for the letter goes only with the whole letter (`lines` is None). Interest
    that the letters contained is owed again to the letter that charged it first. What
    was paid stays paid: it is given back as data, to be released by a person.
    """
    kept: list[PaidPart] = []
    for some in batches(sorted(notices)):
        _restore_replaced(some, lines, on, person)
        mine = _charges_of(some, lines)
        opened = mine.filter(open__gt=0).values_list("pk", "currency", "open")
        withdrawn = [(pk, money(left, code)) for pk, code, left in opened]
        record(
            [Change(pk, What.WITHDRAWN, left, left, reason) for pk, left in withdrawn],
            on,
            person,
        )
        kept += paid_parts(mine)
    return kept


def _charged(notice: PlannedNotice) -> Money:
    return notice.fee + notice.interest + notice.lump_sum


def _of_letter(notice: PlannedNotice, letter: int, on: date) -> Iterator[Row]:
    code = notice.dossier.currency
    of_letter = total(
        (line.fee for line in notice.lines if line.level.fee_per == "letter"), code
    )
    yield from _row(notice, letter, on, Charge.Kind.FEE, of_letter)
    for line in notice.lines:
        if line.level.fee_per == "invoice":
            yield from _row(notice, letter, on, Charge.Kind.FEE, line.fee, line)
        yield from _row(notice, letter, on, Charge.Kind.INTEREST, line.interest, line)
        yield from _row(notice, letter, on, Charge.Kind.LUMP_SUM, line.lump_sum, line)


def _row(
    notice: PlannedNotice,
    letter: int,
    on: date,
    kind: str,
    amount: Money,
    line: PlannedLine | None = None,
) -> Iterator[Row]:
    """A charge, if it is more than nothing."""
    if amount.amount > 0:
        interest = line is not None and kind == Charge.Kind.INTEREST
        yield Row(
            letter,
            notice.dossier.client_id,
            line.item.invoice_id if line else None,
            line.item.cycle if line else 1,
            kind,
            on,
            notice.dossier.currency,
            amount.amount,
            amount.amount,
            [segment_json(part) for part in line.segments] if line and interest else [],
        )


def _replace_interest(run: Run, rows: list[Row], on: date) -> None:
    """What is open of earlier interest stands in the new letters."""
    interest = Charge.Kind.INTEREST
    letters = {row.invoice_id: row.notice_id for row in rows if row.kind == interest}
    if not letters:
        return
    charged_now = Charge.objects.filter(notice__run=run, kind=interest)
    earlier = (
        Charge.objects.filter(
            kind=interest, open__gt=0, invoice__in=charged_now.values("invoice")
        )
        .exclude(notice__run=run)
        .order_by("pk")
        .values_list("pk", "invoice_id", "currency", "open")
    )
    found = [
        (pk, letters[invoice], money(left, code))
        for pk, invoice, code, left in earlier
        if invoice in letters
    ]
    record(
        [
            Change(pk, What.REPLACED, left, left, notice=letter)
            for pk, letter, left in found
        ],
        on,
        None,
    )


def _restore_replaced(
    notices: Collection[int], lines: Collection[int] | None, on: date, person: Any
) -> None:
    """What was contained in these letters is owed again, once."""
    replaced = ChargeEvent.objects.filter(
        kind=What.REPLACED, notice__in=notices, taken_back_by=None
    )
    if lines is not None:
        invoice = OuterRef("charge__invoice")
        replaced = replaced.filter(Exists(_taken_off(lines, invoice)))
    rows = replaced.order_by("pk").values_list(
        "pk", "charge_id", "currency", "amount", "notice_id", "charge__open"
    )
    record(
        [
            Change(
                charge,
                What.RESTORED,
                money(left, code),
                -money(amount, code),
                notice=letter,
                takes_back=pk,
            )
            for pk, charge, code, amount, letter, left in rows
        ],
        on,
        person,
    )


def _charges_of(
    notices: Collection[int], lines: Collection[int] | None
) -> QuerySet[Charge]:
    mine = Charge.objects.filter(notice__in=notices).order_by("pk")
    if lines is None:
        return mine
    return mine.filter(Exists(_taken_off(lines, OuterRef("invoice"))))


def _taken_off(lines: Collection[int], invoice: OuterRef) -> QuerySet[NoticeLine]:
    """Those of the lines that are about the invoice, on the letter of the outer row."""
    return NoticeLine.objects.filter(
        pk__in=lines, notice=OuterRef("notice"), invoice=invoice
    )
