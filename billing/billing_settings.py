"""Reads how the company bills: numbers, terms, VAT rates, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from billing.models import BankAccount, BillingSettings, NumberSeries, VatRate
from billing.rules.accounts import is_qr_iban
from billing.rules.bill import Rate
from billing.rules.vat import DEFAULT, usual_rates
from clients.facts import company

if TYPE_CHECKING:
    from clients.models import Client

RATE_NAMES = {
    "standard": _("Standard rate"),
    "intermediate": _("Intermediate rate"),
    "reduced": _("Reduced rate"),
    "super_reduced": _("Super-reduced rate"),
    "lodging": _("Special rate for lodging"),
    "zero": _("Zero rate"),
    "exempt": _("Exempt"),
    "small": _("Exempt as a small business"),
    "reverse": _("Reverse charge"),
    "eu": _("Delivery within the EU"),
    "export": _("Export"),
    "outside": _("Outside the scope of VAT"),
}


def billing_settings() -> BillingSettings:
    """How the company bills; the defaults, not stored, before anybody said how."""
    return BillingSettings.objects.filter(pk=1).first() or BillingSettings(pk=1)


def vat_rates() -> list[VatRate]:
    """The rates that lines are offered; the usual ones of the country before set-up."""
    return [rate for rate in all_vat_rates() if rate.active]


def all_vat_rates() -> list[VatRate]:
    """Every rate, also those no longer offered: old drafts may bear them."""
    return list(VatRate.objects.all()) or usual_vat_rates(company().country)


def usual_vat_rates(country: str) -> list[VatRate]:
    """The usual rates of a country as rows that are not stored."""
    return [
        VatRate(
            code=usual.code,
            name=str(RATE_NAMES[usual.kind]),
            percent=usual.percent,
            category=usual.category,
            reason=usual.reason,
            is_default=usual.kind == DEFAULT,
        )
        for usual in usual_rates(country)
    ]


def default_code(rates: list[VatRate]) -> str:
    """The code proposed on new lines: the default, or else the first."""
    chosen = [rate for rate in rates if rate.is_default] or rates
    return chosen[0].code if chosen else ""


def untaxed_code(rates: list[VatRate]) -> str:
    """The code for an amount whose VAT is not known: outside the scope, or at zero."""
    free = [rate for rate in rates if rate.category == VatRate.Category.OUTSIDE]
    free += [rate for rate in rates if not rate.percent]
    return free[0].code if free else default_code(rates)


def rate_of(code: str) -> Rate:
    """The rate with this code; KeyError when there is none."""
    return rates_by_code()[code]


def rates_by_code() -> dict[str, Rate]:
    """Every rate by its code, as the arithmetic wants it."""
    return {row.code: as_rate(row) for row in all_vat_rates()}


def as_rate(row: VatRate) -> Rate:
    """The rate of a row."""
    return Rate(row.code, row.percent, row.category, row.reason)


def account_for(currency: str) -> BankAccount | None:
    """Where invoices in a currency are paid: the account shown on them.

    Before accounts were set up, the one account of the company takes every currency.
    """
    found = BankAccount.objects.filter(currency=currency, on_invoices=True).first()
    if found or BankAccount.objects.exists():
        return found
    home = company()
    if not home.iban:
        return None
    iban = home.iban.replace(" ", "")
    return BankAccount(
        name=home.bank_name or home.name,
        iban=iban,
        qr_iban=iban if is_qr_iban(iban) else "",
        bank=home.bank_name,
        currency=currency,
    )


def terms_days_of(client: Client) -> int:
    """In how many days the client pays: its own terms, or those for everybody."""
    if client.terms_days is not None:
        return client.terms_days
    return billing_settings().terms_days


def last_numbers(prefix: str) -> list[str]:
    """The last number given with a prefix in each year, the newest first."""
    rows = NumberSeries.objects.filter(name=prefix, last__gt=0).order_by("-year")
    return [f"{row.name}-{row.year}-{row.last:04d}" for row in rows]
