"""Writes how the company bills: numbers, terms, VAT rates, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.billing_settings import usual_vat_rates
from billing.models import BankAccount, VatRate
from clients.facts import company

if TYPE_CHECKING:
    from billing.models import BillingSettings


class SettingsRefusal(Exception):
    """A setting that cannot be stored; its text says why."""


@transaction.atomic
def save_billing_settings(settings: BillingSettings) -> BillingSettings:
    """Store how the company bills from now on; what was issued stays as it is."""
    settings.pk = 1
    settings.save()
    return settings


def save_vat_rate(rate: VatRate) -> VatRate:
    """Store a new or changed rate; the default takes that mark from the one before.

    Drafts follow, issued bills keep what they were issued with. With the first rate
    the usual ones of the country are stored too, as drafts may bear them.
    """
    try:
        with transaction.atomic():
            if not VatRate.objects.exists():
                _store_usual(company().country, but=rate.code)
            if rate.is_default:
                VatRate.objects.exclude(pk=rate.pk).update(is_default=False)
            rate.save()
    except IntegrityError as error:
        raise SettingsRefusal(
            _("Somebody else has just changed the rates; try again.")
        ) from error
    return rate


@transaction.atomic
def add_usual_rates(country: str) -> list[VatRate]:
    """Store the usual rates of a country that are not there yet."""
    if not VatRate.objects.exists() and country != company().country:
        _store_usual(company().country)
    return _store_usual(country)


def save_bank_account(account: BankAccount) -> BankAccount:
    """Store a new or changed account; only one of a currency stands on invoices.

    The one before stays an account whose files are read.
    """
    try:
        with transaction.atomic():
            if account.on_invoices:
                others = BankAccount.objects.exclude(pk=account.pk)
                others.filter(currency=account.currency).update(on_invoices=False)
            account.save()
    except IntegrityError as error:
        raise SettingsRefusal(
            _("There is an account with this IBAN already.")
        ) from error
    return account


def _store_usual(country: str, but: str = "") -> list[VatRate]:
    known = {but, *VatRate.objects.values_list("code", flat=True)}
    has_default = VatRate.objects.filter(is_default=True).exists()
    new = [rate for rate in usual_vat_rates(country) if rate.code not in known]
    for rate in new:
        rate.is_default = rate.is_default and not has_default
    return VatRate.objects.bulk_create(new)
