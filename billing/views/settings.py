"""Pages of how the company bills: numbers, terms, VAT rates, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from billing.actions.settings import (
    SettingsRefusal,
    add_usual_rates,
    save_bank_account,
    save_billing_settings,
    save_vat_rate,
)
from billing.billing_settings import all_vat_rates, billing_settings, last_numbers
from billing.models import BankAccount, VatRate
from billing.settings_forms import (
    BankAccountForm,
    BillingSettingsForm,
    CountryForm,
    VatRateForm,
)
from clients.facts import company

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@permission_required("billing.change_billing", raise_exception=True)
def settings(request: HttpRequest) -> HttpResponse:
    """Prefixes of numbers, terms of payment, ledger accounts."""
    row = billing_settings()
    given = {
        "invoices": last_numbers(row.invoice_prefix),
        "credits": last_numbers(row.credit_prefix),
    }
    form = BillingSettingsForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        save_billing_settings(form.instance)
        messages.success(request, _("The settings are saved."))
        return redirect("billing_settings")
    return render(request, "billing/settings.html", {"form": form, "given": given})


@require_safe
@permission_required("billing.change_billing", raise_exception=True)
def vat_rates(request: HttpRequest) -> HttpResponse:
    """Every VAT rate; before any is stored, the usual ones of the country."""
    form = CountryForm(initial={"country": company().country})
    return render(
        request,
        "billing/vat_rates.html",
        {"rates": all_vat_rates(), "form": form, "home": company()},
    )


@require_POST
@permission_required("billing.change_billing", raise_exception=True)
def vat_usual(request: HttpRequest) -> HttpResponse:
    """Add the usual rates of a country."""
    form = CountryForm(request.POST)
    if form.is_valid():
        made = len(add_usual_rates(form.cleaned_data["country"]))
        text = ngettext(
            "%(number)s rate is added.", "%(number)s rates are added.", made
        )
        messages.success(request, text % {"number": made})
    else:
        messages.error(request, _("No usual rates are known for this country."))
    return redirect("vat_rates")


@permission_required("billing.change_billing", raise_exception=True)
def vat_rate_new(request: HttpRequest) -> HttpResponse:
    """A new VAT rate."""
    return edit_rate(request, VatRate())


@permission_required("billing.change_billing", raise_exception=True)
def vat_rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a VAT rate, or offer it no longer."""
    return edit_rate(request, get_object_or_404(VatRate, pk=pk))


@require_safe
@permission_required("billing.change_billing", raise_exception=True)
def bank_accounts(request: HttpRequest) -> HttpResponse:
    """The company's accounts."""
    accounts = list(BankAccount.objects.all())
    context = {"accounts": accounts, "home": company()}
    return render(request, "billing/accounts.html", context)


@permission_required("billing.change_billing", raise_exception=True)
def bank_account_new(request: HttpRequest) -> HttpResponse:
    """A new account; the first one starts with the company's own."""
    home = company()
    row = BankAccount(currency=home.currency)
    if not BankAccount.objects.exists():
        row.iban, row.bank = home.iban.replace(" ", ""), home.bank_name
    return edit_account(request, row)


@permission_required("billing.change_billing", raise_exception=True)
def bank_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account; issued invoices keep the one they were issued with."""
    return edit_account(request, get_object_or_404(BankAccount, pk=pk))


def edit_rate(request: HttpRequest, row: VatRate) -> HttpResponse:
    """The form of a VAT rate."""
    name = row.name
    form = VatRateForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_vat_rate(form.instance)
        except SettingsRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rate is saved."))
            return redirect("vat_rates")
    return render(request, "billing/vat_rate.html", {"form": form, "name": name})


def edit_account(request: HttpRequest, row: BankAccount) -> HttpResponse:
    """The form of an account."""
    name = row.name
    form = BankAccountForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_bank_account(form.instance)
        except SettingsRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The account is saved."))
            return redirect("bank_accounts")
    return render(request, "billing/account.html", {"form": form, "name": name})
