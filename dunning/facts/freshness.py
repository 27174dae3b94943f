"""Reads how the ledger stands now for letters that are about to leave.

With a constant number of queries, however many letters there are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from billing.models import Allocation, Credit, Invoice
from billing.rules.money import money, total, zero
from dunning.facts.blocks import blocks_of, disputed_parts
from dunning.facts.charges_since import given_up_since
from dunning.facts.levels import current_cycles
from dunning.models import Notice, NoticeLine
from dunning.rules.freshness import Change, Claim, LastPart, Letter, changes

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from moneyed import Money

    from dunning.facts.levels import Cycle
    from dunning.rules.dossier import Block


def changes_of(notices: Collection[Notice], today: date) -> dict[int, list[Change]]:
    """What speaks against sending each of the letters today, by its key.

    The runs of the letters must be read with them.
    """
    letters = letters_now(notices, today)
    return {notice.pk: changes(letters[notice.pk]) for notice in notices}


def letters_now(notices: Collection[Notice], today: date) -> dict[int, Letter]:
    """Every letter with its invoices, charges and credits as they stand now."""
    rows = _lines(notices)
    ids = {row.invoice for row in rows}
    now = Now(
        _later(ids),
        _blocks(ids, today),
        _settled({row.invoice for row in rows if row.open_now < row.claimed}),
        disputed_parts(ids, today),
        current_cycles(ids),
    )
    claims: dict[int, tuple[Claim, ...]] = defaultdict(tuple)
    for row in rows:
        claims[row.notice] += (_claim(row, now),)
    left = _credits({notice.client_id for notice in notices}, today)
    taken, given_up = _credits_on_others(notices), given_up_since(notices)
    return {
        notice.pk: _letter(
            notice,
            claims[notice.pk],
            left[notice.client_id],
            taken[notice.pk],
            given_up[notice.pk],
        )
        for notice in notices
    }


class Line(NamedTuple):
    """One invoice on a letter, as it was claimed and as it is."""

    line: int
    notice: int
    invoice: int
    number: str
    currency: str
    claimed: Any
    open_now: Any
    disputed: Any
    cycle: int


class Now(NamedTuple):
    """What is read of many invoices at once, by their keys."""

    later: dict[int, list[tuple[int, str]]]
    blocks: dict[int, tuple[Block, ...]]
    settled: dict[int, LastPart]
    disputed: dict[int, Money]
    begun: dict[int, Cycle]


class Left(NamedTuple):
    """What is left of a credit, and when it was booked."""

    amount: Money
    booked_at: datetime


def _lines(notices: Collection[Notice]) -> list[Line]:
    rows = NoticeLine.objects.filter(
        notice__in=[notice.pk for notice in notices], withdrawn_at=None
    ).order_by("pk")
    return [
        Line(*row)
        for row in rows.values_list(
            "pk",
            "notice_id",
            "invoice_id",
            "invoice__number",
            "currency",
            "open",
            "invoice__open",
            "disputed",
            "cycle",
        )
    ]


def _claim(row: Line, now: Now) -> Claim:
    others = [name for pk, name in now.later[row.invoice] if pk > row.line]
    begun = now.begun.get(row.invoice)
    return Claim(
        row.number,
        money(row.claimed, row.currency),
        money(row.open_now, row.currency),
        now.settled.get(row.invoice),
        now.blocks.get(row.invoice, ()),
        others[-1] if others else "",
        money(row.disputed, row.currency),
        now.disputed.get(row.invoice),
        begun.level if begun and begun.cycle > row.cycle else None,
    )


def _later(ids: set[int]) -> dict[int, list[tuple[int, str]]]:
    """The reminders of invoices that count, oldest first, with their lines' keys."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = NoticeLine.objects.filter(invoice__in=ids, withdrawn_at=None)
    for invoice, pk, number in rows.order_by("pk").values_list(
        "invoice_id", "pk", "notice__number"
    ):
        found[invoice].append((pk, number))
    return found


def _blocks(ids: set[int], today: date) -> dict[int, tuple[Block, ...]]:
    invoices = Invoice.objects.filter(pk__in=ids)
    of_invoice, of_client = blocks_of(invoices, today)
    found: dict[int, tuple[Block, ...]] = defaultdict(tuple)
    for invoice, block in of_invoice:
        found[invoice] += (block,)
    if of_client:
        for invoice, client in invoices.order_by().values_list("pk", "client_id"):
            found[invoice] += of_client.get(client, ())
    return found


def _settled(ids: set[int]) -> dict[int, LastPart]:
    """By what a part of each invoice was settled last, and on which day."""
    if not ids:
        return {}
    parts = Allocation.objects.filter(
        invoice__in=ids, releases=None, released_by=None
    ).order_by("pk")
    return {
        invoice: LastPart(kind, on)
        for invoice, kind, on in parts.values_list(
            "invoice_id", "credit__kind", "credit__dated_on"
        )
    }


def _credits(clients: set[int], today: date) -> dict[int, list[Left]]:
    found: dict[int, list[Left]] = defaultdict(list)
    rows = Credit.objects.filter(
        client__in=clients, unallocated__above_zero=True, dated_on__lte=today
    ).order_by()
    for client, currency, left, booked_at in rows.values_list(
        "client_id", "currency", "unallocated", "created_at"
    ):
        found[client].append(Left(money(left, currency), booked_at))
    return found


def _credits_on_others(notices: Collection[Notice]) -> dict[int, Money]:
    """Credits that the other letters of a run take off for the same client."""
    found = {notice.pk: zero(notice.currency) for notice in notices}
    rows = Notice.objects.filter(
        run__in={notice.run_id for notice in notices},
        client__in={notice.client_id for notice in notices},
        withdrawal=None,
        credit__gt=0,
    ).order_by()
    taken: dict[tuple[int, int, str], dict[int, Money]] = defaultdict(dict)
    for pk, run, client, code, credit in rows.values_list(
        "pk", "run_id", "client_id", "currency", "credit"
    ):
        taken[run, client, code][pk] = money(credit, code)
    for notice in notices:
        account = (notice.run_id, notice.client_id, notice.currency)
        for pk, credit in taken[account].items():
            if pk != notice.pk:
                found[notice.pk] += credit
    return found


def _letter(
    notice: Notice,
    claims: tuple[Claim, ...],
    left: list[Left],
    taken: Money,
    given_up: Money,
) -> Letter:
    code = notice.currency
    mine = [part for part in left if part.amount.currency.code == code]
    issued_at = notice.run.issued_at
    since = [part for part in mine if issued_at and part.booked_at > issued_at]
    charged = money(notice.total, code) - money(notice.open, code)
    return Letter(
        claims,
        total((part.amount for part in since), code),
        max(total((part.amount for part in mine), code) - taken, zero(code)),
        charged + money(notice.credit, code),
        given_up,
    )
