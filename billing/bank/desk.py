"""Reads what the bank's pages show: accounts, files, entries, how fresh they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from billing.models import (
    BankAccount,
    BankEntry,
    BankFile,
    CounterEntry,
    Credit,
    exact_sum,
)
from billing.rules.checkouts import ONLINE
from billing.rules.money import from_units, money, zero

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

State = BankEntry.State
STALE = timedelta(days=3)
# An account without files for so long is taken as given up, while others have some.
GIVEN_UP = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the books know what the bank knows; without bank files, of payments.

    `on` is the newest day of the account that lags behind most.
    """

    on: date | None
    days: int
    of_bank: bool
    waiting: int
    unallocated: int

    @property
    def stale(self) -> bool:
        """Whether clients who have paid may look as if they had not."""
        return self.on is not None and self.days > STALE.days


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account with the newest day it is known of, and what waits in it."""

    account: BankAccount
    on: date | None
    days: int
    waiting: int

    @property
    def stale(self) -> bool:
        """Whether it lags behind."""
        return self.on is not None and self.days > STALE.days


@dataclass(frozen=True, slots=True)
class Balance:
    """How a file comes from its opening to its closing balance.

    `known` is what entries come to that another file had brought before.
    """

    opening: Money
    money_in: Money
    money_out: Money
    known: Money
    closing: Money


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A payment that keeps a file from being undone, and why."""

    number: str
    why: str

    def __str__(self) -> str:
        return f"{self.number} ({self.why})"


def freshness(today: date) -> Freshness:
    """The newest bank data, what waits in it, and credits that wait for an invoice."""
    newest = sorted(filter(None, newest_days(today).values()), reverse=True)
    kept = [day for day in newest if today - day <= GIVEN_UP] or newest[:1]
    on = min(kept, default=None)
    of_bank = on is not None
    if on is None:
        # What is paid online says nothing of what has come to the bank.
        payments = Credit.objects.filter(kind=Credit.Kind.PAYMENT).exclude(
            import_key__startswith=ONLINE
        )
        days = payments.order_by("-dated_on").values_list("dated_on", flat=True)
        on = days.first()
    return Freshness(
        on,
        max((today - on).days, 0) if on else 0,
        of_bank,
        BankEntry.objects.filter(state=State.WAITING).count(),
        Credit.objects.filter(unallocated__gt=0).count(),
    )


def newest_days(today: date) -> dict[int, date | None]:
    """The last day that the files of each account know of."""
    rows = BankFile.objects.filter(undone_at=None).order_by().values_list("account")
    return {
        account: min(day, today) if day else None
        for account, day in rows.annotate(day=Max("last_on"))
    }


def account_states(today: date) -> list[AccountState]:
    """Every account of the company."""
    newest = newest_days(today)
    waiting = waiting_by("account")
    return [
        AccountState(
            account,
            on := newest.get(account.pk),
            max((today - on).days, 0) if on else 0,
            waiting.get(account.pk, 0),
        )
        for account in BankAccount.objects.all()
    ]


def waiting_by(field: str, among: Collection[int] | None = None) -> dict[int, int]:
    """How many entries wait, by account or by file."""
    rows = BankEntry.objects.filter(state=State.WAITING).order_by()
    if among is not None:
        rows = rows.filter(**{f"{field}__in": among})
    return dict(rows.values_list(field).annotate(count=Count("pk")))


def state_counts(file: BankFile) -> dict[str, int]:
    """How many entries of a file are in which state; those without are missing."""
    rows = file.entries.order_by().values_list("state")
    counts = Counter(dict(rows.annotate(count=Count("pk"))))
    return {state: counts[state] for state in State.values if counts[state]}


def balance_of(file: BankFile) -> Balance | None:
    """The proof of a file that has balances."""
    if file.opening is None or file.closing is None:
        return None
    code = file.currency
    opening, closing = money(file.opening, code), money(file.closing, code)
    came = _sum(file.entries.filter(amount__gt=0), code)
    went = _sum(file.entries.filter(amount__lt=0), code)
    return Balance(opening, came, -went, closing - opening - came - went, closing)


def obstacles(file: BankFile) -> list[Obstacle]:
    """Why a file cannot be undone: what happened to its payments since."""
    taken_back = Credit.objects.filter(
        bank_entry__file=file, counter_entries__kind__in=CounterEntry.TAKING_BACK
    ).distinct()
    by_file = Credit.objects.filter(returned_by__file=file).distinct()
    returned = by_file.values_list("number", flat=True)
    found = [
        Obstacle(number, _("refunded or taken back since"))
        for number in taken_back.order_by("number").values_list("number", flat=True)
    ]
    known = {obstacle.number for obstacle in found}
    found += [
        Obstacle(number, _("taken back by an entry of this file"))
        for number in returned.order_by("number")
        if number not in known
    ]
    return found


def payments_of(file: BankFile) -> list[tuple[int, Money]]:
    """How many payments undoing the file takes back, and their sum."""
    booked = Credit.objects.filter(bank_entry__file=file)
    rows = (
        booked.order_by()
        .values_list("currency")
        .annotate(count=Count("pk"), units=exact_sum("amount"))
    )
    return [(count, from_units(units, code)) for code, count, units in rows]


def work(show: str, text: str = "", file: int | None = None) -> QuerySet[BankEntry]:
    """The entries of a list: waiting, outgoing (set aside by itself), or ignored."""
    rows = BankEntry.objects.select_related("account", "client", "decided_by")
    if show == "outgoing":
        rows = rows.filter(state=State.IGNORED, amount__lt=0)
    elif show == "ignored":
        rows = rows.filter(state=State.IGNORED, amount__gt=0)
    else:
        rows = rows.filter(state=State.WAITING)
    if file is not None:
        rows = rows.filter(file=file)
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(text__icontains=text) | Q(reference=text)
        )
    return rows.order_by("value_on", "pk")


def neighbours(entry: BankEntry) -> tuple[int | None, int | None]:
    """The waiting entries before and after this one."""
    rows = BankEntry.objects.filter(state=State.WAITING).order_by("value_on", "pk")
    here = Q(value_on=entry.value_on)
    before = rows.filter(Q(value_on__lt=entry.value_on) | here & Q(pk__lt=entry.pk))
    after = rows.filter(Q(value_on__gt=entry.value_on) | here & Q(pk__gt=entry.pk))
    return (
        before.reverse().values_list("pk", flat=True).first(),
        after.values_list("pk", flat=True).first(),
    )


def _sum(rows: QuerySet[BankEntry], code: str) -> Money:
    units = rows.aggregate(units=exact_sum("amount"))["units"]
    return from_units(units, code) if units else zero(code)
