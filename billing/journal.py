"""The journal of a period: every movement with its entries, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.billing_settings import billing_settings
from billing.bookings import bookings
from billing.models import VatRate
from billing.rules.journal import Ledger, entries
from billing.rules.money import plain, zero

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from moneyed import Money

    from billing.bookings import Period
    from billing.rules.journal import Entry
    from clients.sheets import Cell

# The head of the journal for other programs; `account` is debited.
HEAD = (
    "date",
    "document",
    "account",
    "counter_account",
    "amount",
    "currency",
    "vat_code",
    "vat_amount",
    "text",
    "client",
    "booked_at",
)


@dataclass(slots=True)
class AccountSums:
    """What an account was debited and credited in one currency."""

    account: str
    currency: str
    debit: Money
    credit: Money

    @property
    def balance(self) -> Money:
        """More debited than credited: above zero."""
        return self.debit - self.credit


def journal(period: Period) -> Iterator[Entry]:
    """Every entry of the period, by day and document; read part by part.

    What was booked later with a date in the period is there too: `booked_at`
    tells it from what an earlier export had.
    """
    ledger = ledger_accounts()
    for booking in bookings(period):
        yield from entries(booking, ledger)


def journal_row(entry: Entry) -> list[Cell]:
    """An entry as the row of a file."""
    return [
        entry.on,
        entry.document,
        entry.account,
        entry.counter_account,
        entry.amount,
        entry.amount.currency.code,
        entry.vat_code,
        entry.vat_amount,
        entry.text,
        entry.client,
        entry.booked_at,
    ]


def journal_figures(entry: Entry) -> dict[str, object]:
    """An entry as plain words and figures, for JSON."""
    return {
        **dict(zip(HEAD, journal_row(entry), strict=True)),
        "date": entry.on.isoformat(),
        "amount": plain(entry.amount),
        "vat_amount": None if entry.vat_amount is None else plain(entry.vat_amount),
        "booked_at": entry.booked_at and entry.booked_at.isoformat(timespec="seconds"),
    }


def sums_by_account(found: Iterable[Entry]) -> list[AccountSums]:
    """What each account was debited and credited, by currency."""
    sums: dict[tuple[str, str], AccountSums] = {}
    for entry in found:
        code = entry.amount.currency.code
        for account in (entry.account, entry.counter_account):
            if (code, account) not in sums:
                sums[code, account] = AccountSums(account, code, zero(code), zero(code))
        sums[code, entry.account].debit += entry.amount
        sums[code, entry.counter_account].credit += entry.amount
    return [sums[key] for key in sorted(sums)]


def ledger_accounts() -> Ledger:
    """The accounts of the settings, and the sales accounts of VAT rates."""
    given = billing_settings()
    rates = VatRate.objects.exclude(sales_ledger="")
    return Ledger(
        receivables=given.receivables_ledger,
        bank=given.bank_ledger,
        sales=given.sales_ledger,
        vat=given.vat_ledger,
        discount=given.discount_ledger,
        loss=given.loss_ledger,
        difference=given.difference_ledger,
        charges=given.charges_ledger,
        rounding=given.rounding_ledger,
        dunning=given.dunning_ledger,
        online=given.online_ledger,
        sales_of=dict(rates.values_list("code", "sales_ledger")),
    )
