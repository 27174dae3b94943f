"""Reads what the ledger says about one client, and what it was told before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from billing import details
from billing import facts as ledger
from billing.models import Allocation, Invoice
from billing.rules.money import money
from clients.models import Client
from statements.models import Statement
from statements.rules.building import CREDITS
from statements.rules.continuity import corrections
from statements.rules.statement import Allotment, Extract, Previous

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from moneyed import Money

    from billing.rules.items import Movement, OpenItem

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What a client was told last: the statement, its balances, and what it knew."""

    statement: Previous
    closing: Mapping[str, Money]
    known: Mapping[str, int]
    issued_at: datetime


def previous_told(client: Client, start: date) -> Told | None:
    """The statement that one from `start` goes on from: it ends the day before.

    The latest, if several do; not those of clients that were merged into this one,
    whose balances it was never told. Nothing where it does not say how far the ledger
    was known: it was issued before that was kept.
    """
    row = (
        Statement.objects.filter(
            client=client, end=start - DAY, figures__client=client.number
        )
        .order_by("-pk")
        .values_list("pk", "number", "end", "issued_at", "figures", "known")
        .first()
    )
    if row is None:
        return None
    pk, number, end, issued_at, figures, known = row
    if not known:
        return None
    closing = {
        section["currency"]: money(section["closing"], section["currency"])
        for section in figures["sections"]
    }
    return Told(Previous(pk, number, end), closing, known, issued_at)


def account_extract(
    client: Client, start: date, end: date, told: Told | None
) -> Extract:
    """What a statement of the period is made of; raises StatementImbalance."""
    one = [client.pk]
    opening = _by_currency(ledger.balances(start - DAY, one))
    found = ledger.movements(client.pk, start, end, told.known if told else None)
    late = [movement for movement in found if movement.date < start]
    named = _named(client, start, end, told)
    has_credits = any(movement.kind in CREDITS for movement in found)
    return Extract(
        opening=told.closing if told else opening,
        closing=_by_currency(ledger.balances(end, one)),
        movements=[movement for movement in found if movement.date >= start],
        items=_items(client, start, end),
        unallocated=_by_currency(ledger.unallocated(end, one)),
        corrections=_corrections(client, told, opening, late) if told else (),
        allotments=_allotments(named, end) if has_credits else {},
        taken=details.taken_back(named, end) if has_credits else {},
        disputed=details.disputed(client.pk, end),
    )


def _allotments(named: Q, end: date) -> dict[str, list[Allotment]]:
    return {
        credit: [Allotment(invoice, amount) for invoice, amount in parts]
        for credit, parts in details.allotted(named, end).items()
    }


def _corrections(
    client: Client, told: Told, now: Mapping[str, Money], late: Sequence[Movement]
) -> Sequence[Movement]:
    if not late and _not_zero(now) == _not_zero(told.closing):
        return ()
    # A statement is issued some time after its figures were read.
    merged = Client.objects.filter(
        merged_into=client, archived_at__gte=told.issued_at - DAY
    )
    return corrections(
        told.closing, now, late, told.statement.end, merged=merged.exists()
    )


def _named(client: Client, start: date, end: date, told: Told | None) -> Q:
    """The credits that the statement names, as a condition on what belongs to them."""
    wanted = Q(credit__dated_on__range=(start, end))
    if told:
        wanted |= Q(credit__dated_on__lt=start, credit__gt=told.known["credit"])
    return Q(wanted, credit__client=client)


def _items(client: Client, start: date, end: date) -> list[OpenItem]:
    """Invoices of the period, and every one with something open at its end."""
    later = Allocation.objects.filter(invoice=OuterRef("pk"), effective_on__gt=end)
    invoices = Invoice.objects.filter(client=client, issued_on__lte=end).filter(
        Q(issued_on__gte=start) | Q(open__gt=0) | Exists(later)
    )
    return [
        item
        for item in ledger.listed_items(invoices, end)
        if item.open or item.issued_on >= start
    ]


def _not_zero(amounts: Mapping[str, Money]) -> dict[str, Money]:
    return {code: amount for code, amount in amounts.items() if amount}


def _by_currency(amounts: Mapping[ledger.Account, Money]) -> dict[str, Money]:
    return {currency: amount for (_client, currency), amount in amounts.items()}
