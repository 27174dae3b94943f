"""Reads whose turn it is to get a statement, and why the others get none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from billing import facts as ledger
from billing.models import CounterEntry, Credit, Invoice
from clients.facts import matching
from clients.models import Client
from statements.facts import too_few
from statements.models import Statement
from statements.rules.periods import next_period

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from moneyed import Money

    from statements.rules.orders import Order

NOTHING = Decimal(0)


class Turn(NamedTuple):
    """A client whose turn it is, with the period; or the reason why it is not."""

    client: Client
    start: date | None
    reason: str
    closing: tuple[Money, ...] = ()
    # Left out by a person and by nothing else: ticked again, it would get one.
    by_hand: bool = False


def turns(order: Order, only: Collection[int] | None = None) -> list[Turn]:
    """Every client that is ordered for, with a statement to get or the reason why not.

    Each period begins the day after the client's last statement, or on 1 January.
    `only` are the clients that are looked at. The number of queries does not grow
    with clients or invoices.
    """
    left = set(order.without)
    found = []
    for client, state in _states(order, only):
        period = state.period
        reason = _no_turn(order, state)
        by_hand = not reason and client.pk in left
        found.append(
            Turn(
                client,
                period[0] if period else None,
                _("Left out by hand.") if by_hand else reason,
                state.closing,
                by_hand,
            )
        )
    return found


def not_asked_for(order: Order, found: Collection[Turn]) -> int:
    """How many clients an order does not look at."""
    if not order.is_narrowed:
        return 0
    return Client.objects.filter(merged_into=None).count() - len(found)


def seen(found: Iterable[Turn]) -> str:
    """What somebody has seen of whose turn it is, to be told whether it changed since.

    What is left out by hand counts as well: that is no news to whoever does it.
    """
    shown = [
        f"{turn.client.pk}:{turn.start}:{','.join(map(repr, turn.closing))}"
        for turn in found
        if turn.by_hand or not turn.reason
    ]
    return sha256("\n".join(shown).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _State:
    """What an order asks of a client, up to its end."""

    invoices: int
    period: tuple[date, date] | None
    closing: tuple[Money, ...]
    moved_on: date | None
    overdue: bool

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened in the period."""
        if self.period is None:
            return True
        return self.moved_on is None or self.moved_on < self.period[0]

    def reaches(self, least: Decimal, currency: str) -> bool:
        """Whether a balance is as much, in this currency or in any."""
        wanted = [
            sum_.amount for sum_ in self.closing if currency in {"", sum_.currency.code}
        ]
        return max(wanted, default=NOTHING) >= least


def _no_turn(order: Order, state: _State) -> str:
    """Why a client gets none; empty when it gets one."""
    if reason := too_few(state.invoices):
        return reason
    if state.period is None:
        return _("A statement up to this day has been issued already.")
    if state.is_quiet and not state.closing:
        return _("Nothing happened in the period, and nothing is open.")
    return _not_wanted(order, state)


def _not_wanted(order: Order, state: _State) -> str:
    """Why a client that could get one is not to."""
    if order.skip_zero and not state.closing:
        return _("The balance is zero.")
    if order.skip_quiet and state.is_quiet:
        return _("Nothing happened in the period.")
    if order.least and not state.reaches(order.least, order.currency):
        return _("The balance is below %(least)s.") % {"least": f"{order.least:f}"}
    if order.only_overdue and not state.overdue:
        return _("Nothing is overdue.")
    return ""


def _states(
    order: Order, only: Collection[int] | None
) -> Iterator[tuple[Client, _State]]:
    """The clients an order is about, by their numbers."""
    end = order.end
    closing: dict[int, list[Money]] = defaultdict(list)
    for (client_id, _code), sum_ in sorted(ledger.balances(end, only).items()):
        if sum_:
            closing[client_id].append(sum_)
    moved = _last_moved(end, only)
    invoices = dict(_of(Invoice, only).annotate(count=Count("pk")))
    reached = dict(_of(Statement, only).annotate(last=Max("end")))
    overdue = _overdue(end, only) if order.only_overdue else set()
    for client in _clients(order, only):
        own = tuple(closing[client.pk])
        if not _has_currency(client, own, order.currency):
            continue
        yield (
            client,
            _State(
                invoices=invoices.get(client.pk, 0),
                period=next_period(end, reached.get(client.pk)),
                closing=own,
                moved_on=moved.get(client.pk),
                overdue=client.pk in overdue,
            ),
        )


def _clients(order: Order, only: Collection[int] | None) -> QuerySet[Client]:
    found = Client.objects.filter(matching(order.words), merged_into=None)
    if only is not None:
        found = found.filter(pk__in=only)
    if order.language:
        found = found.filter(language=order.language)
    if order.country:
        found = found.filter(country=order.country)
    return found.order_by("number")


def _has_currency(client: Client, own: Iterable[Money], code: str) -> bool:
    """Whether a client has its account, or owes something, in a currency."""
    if not code or client.currency == code:
        return True
    return any(sum_.currency.code == code for sum_ in own)


def _of(model: type[Any], only: Collection[int] | None) -> QuerySet[Any, Any]:
    """The rows of a table by client, to be counted."""
    rows = model.objects.order_by()
    wanted = rows if only is None else rows.filter(client__in=only)
    return wanted.values_list("client_id")  # type: ignore[no-any-return]


def _overdue(end: date, only: Collection[int] | None) -> set[int]:
    """Clients with something open at the end of the day that was due before it."""
    items = ledger.open_items(end, only)
    return {item.client_id for item in items if item.due_on < end}


def _last_moved(end: date, only: Collection[int] | None) -> dict[int, date]:
    """The day of each client's last movement up to the end."""
    rows: list[tuple[QuerySet[Any], str, str]] = [
        (Invoice.objects.filter(issued_on__lte=end), "client_id", "issued_on"),
        (Credit.objects.filter(dated_on__lte=end), "client_id", "dated_on"),
        (
            CounterEntry.objects.filter(dated_on__lte=end),
            "credit__client_id",
            "dated_on",
        ),
    ]
    found: dict[int, date] = {}
    for movements, client, day in rows:
        wanted = (
            movements if only is None else movements.filter(**{f"{client}__in": only})
        )
        for pk, last in wanted.order_by().values_list(client).annotate(last=Max(day)):
            found[pk] = max(last, found.get(pk, last))
    return found
