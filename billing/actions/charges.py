"""Uses credits up for reminder fees and interest, and gives them back.

Those are claims outside the invoices. Whoever keeps them (`settings.CHARGE_OWNER`
names its module) is told in the same transaction what is released:

- `released(days, person)`: the entries (by key) do not pay any more, each from its day
  on. Their clients are held.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.actions.allocating import WITHOUT_MONEY, check_day
from billing.actions.holding import hold_client_of
from billing.actions.moving import LedgerRefusal, check_amount, check_left, keep
from billing.actions.numbering import take_numbers
from billing.actions.recording import SERIES
from billing.models import CounterEntry, Credit
from billing.rules.money import money
from clients.bulk import batches, insert_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

CHARGE = CounterEntry.Kind.CHARGE
FIELDS = (
    *("credit_id", "kind", "number", "dated_on", "currency", "amount"),
    *("reason", "releases_id", "created_at", "created_by_id"),
)


def use_for_charges(
    credit: Credit, amount: Money, on: date, reason: str, person: Any, key: str | None
) -> CounterEntry:
    """Use an unallocated part of a payment or credit note up; its client is held.

    In the transaction of the claims that it pays. Raises LedgerRefusal where less is
    left of it, or where it was not there on the day.
    """
    check_amount(amount)
    credit = Credit.objects.select_for_update().get(pk=credit.pk)
    if credit.kind in WITHOUT_MONEY:
        raise LedgerRefusal(_("Nothing was received that could pay fees."))
    check_day(credit, on)
    left = money(credit.unallocated, credit.currency)
    check_left(credit.number, left, amount)
    keep(Credit, credit.pk, unallocated=(left, left - amount))
    return CounterEntry.objects.create(
        credit=credit,
        kind=CHARGE,
        number=take_numbers(SERIES[CHARGE], on.year)[0],
        dated_on=on,
        currency=credit.currency,
        amount=amount,
        reason=reason[:300],
        key=key,
        created_by=person,
    )


@transaction.atomic
def release_charge(entry: CounterEntry, on: date, person: Any = None) -> CounterEntry:
    """Give a credit back what fees and interest took of it; they are owed again.

    Gives the entry that releases it. Raises LedgerRefusal when that was done before,
    or lies before the entry.
    """
    hold_client_of(entry.credit)
    credit = Credit.objects.select_for_update().get(pk=entry.credit_id)
    standing = _standing([credit.pk]).get(credit.pk, [])
    mine = [paid for paid in standing if paid.entry == entry.pk]
    if not mine:
        raise LedgerRefusal(_("This has been released already."))
    if on < entry.dated_on:
        raise LedgerRefusal(_("A release cannot lie before the payment itself."))
    _release(mine, {credit.pk: on}, person)
    left = money(credit.unallocated, credit.currency)
    keep(Credit, credit.pk, unallocated=(left, left + mine[0].amount))
    return CounterEntry.objects.get(releases=entry)


def release_all_charges(days: Mapping[int, date], person: Any) -> dict[int, Money]:
    """Release what some credits (by key, with the day) paid of fees and interest.

    Gives what each gets back; what is left of it is written by whoever calls, who
    holds its client and takes it back. The same number of statements however many.
    """
    found = [
        paid
        for some in batches(days)
        for row in _standing(some).values()
        for paid in row
    ]
    _release(found, days, person)
    back: dict[int, Money] = {}
    for paid in found:
        before = back.get(paid.credit)
        back[paid.credit] = before + paid.amount if before else paid.amount
    return back


@dataclass(frozen=True, slots=True)
class _Paid:
    """What a credit paid of fees and interest, not released."""

    entry: int
    credit: int
    on: date
    amount: Money
    reason: str


def _standing(credits_: list[int]) -> dict[int, list[_Paid]]:
    found: dict[int, list[_Paid]] = defaultdict(list)
    rows = CounterEntry.objects.filter(
        credit__in=credits_, kind=CHARGE, releases=None, released_by=None
    )
    for pk, credit, on, code, amount, reason in rows.order_by("pk").values_list(
        "pk", "credit_id", "dated_on", "currency", "amount", "reason"
    ):
        found[credit].append(_Paid(pk, credit, on, money(amount, code), reason))
    return found


def _release(found: list[_Paid], days: Mapping[int, date], person: Any) -> None:
    """Write the releases, none before what it releases, and tell the owner."""
    if not found:
        return
    numbers = _numbers([max(days[paid.credit], paid.on) for paid in found])
    now, who = timezone.now(), person and person.pk
    insert_rows(
        CounterEntry,
        FIELDS,
        [
            [
                paid.credit,
                CHARGE,
                number,
                max(days[paid.credit], paid.on),
                paid.amount.currency.code,
                -paid.amount.amount,
                paid.reason,
                paid.entry,
                now,
                who,
            ]
            for paid, number in zip(found, numbers, strict=True)
        ],
    )
    if path := settings.CHARGE_OWNER:
        ons = {paid.entry: max(days[paid.credit], paid.on) for paid in found}
        import_module(path).released(ons, person)


def _numbers(days: list[date]) -> list[str]:
    """A number for each, of the series of its year."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, day in enumerate(days):
        places[day.year].append(place)
    found = [""] * len(days)
    for year, mine in sorted(places.items()):
        for place, number in zip(
            mine, take_numbers(SERIES[CHARGE], year, len(mine)), strict=True
        ):
            found[place] = number
    return found
