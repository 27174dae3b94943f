"""Forms of how the company bills: numbers, terms, VAT rates, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from moneyed import CURRENCIES
from stdnum import bic
from stdnum.exceptions import ValidationError as WrongNumber

from billing.actions.ledger import SERIES
from billing.figure_fields import DaysField, FigureField
from billing.models import BankAccount, BillingSettings, VatRate
from billing.rules.accounts import QR_CURRENCIES, is_qr_iban
from billing.rules.money import decimals
from billing.rules.vat import COUNTRIES
from clients.fields import CodeField, IbanField, LineField, TextField

if TYPE_CHECKING:
    from decimal import Decimal

# Letters (R) and statements (S) count with these, in apps that stand above.
RESERVED = {"R", "S", "ACCT", *SERIES.values()}
LEDGERS = [
    "receivables_ledger",
    "bank_ledger",
    "sales_ledger",
    "vat_ledger",
    "discount_ledger",
    "loss_ledger",
    "difference_ledger",
    "online_ledger",
    "charges_ledger",
    "rounding_ledger",
    "dunning_ledger",
]
TERMS = ["terms_fr", "terms_de", "terms_en", "terms_it"]


class BillingSettingsForm(forms.ModelForm[BillingSettings]):
    """How numbers begin, when invoices are due, where movements are booked."""

    terms_days = DaysField(
        label=_("Days to pay"),
        help_text=_("For clients that have no terms of their own."),
    )

    class Meta:
        model = BillingSettings
        fields = [
            "invoice_prefix",
            "credit_prefix",
            "terms_days",
            *TERMS,
            *LEDGERS,
        ]
        field_classes = {
            "invoice_prefix": CodeField,
            "credit_prefix": CodeField,
            **dict.fromkeys(TERMS, TextField),
            **dict.fromkeys(LEDGERS, LineField),
        }
        widgets = dict.fromkeys(TERMS, forms.Textarea(attrs={"rows": 2}))

    def ledgers(self) -> list[forms.BoundField]:
        """The fields of the ledger accounts."""
        return [self[name] for name in LEDGERS]

    def terms(self) -> list[forms.BoundField]:
        """The fields of the terms, by language."""
        return [self[name] for name in TERMS]

    def clean_invoice_prefix(self) -> str:
        """A prefix that nothing else counts with."""
        return free_prefix(str(self.cleaned_data["invoice_prefix"]), RESERVED)

    def clean_credit_prefix(self) -> str:
        """A prefix that nothing else counts with; credit notes have theirs already."""
        reserved = RESERVED - {BillingSettings().credit_prefix}
        return free_prefix(str(self.cleaned_data["credit_prefix"]), reserved)

    def clean(self) -> dict[str, Any]:
        """Invoices and credit notes are two series."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        prefix = values.get("credit_prefix")
        if prefix and prefix == values.get("invoice_prefix"):
            text = gettext("Invoices and credit notes need prefixes of their own.")
            self.add_error("credit_prefix", text)
        return values


class MarkForm(forms.ModelForm[Any]):
    """A row of which one bears a mark; storing it takes the mark from the other."""

    mark = ""

    def _get_validation_exclusions(self) -> set[str]:
        # Two may bear it for a moment: the action leaves it to this one.
        excluded = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*excluded, self.mark}


class VatRateForm(MarkForm):
    """A VAT rate; its code stays, because drafts and journals name it."""

    mark = "is_default"

    percent = FigureField(label=_("VAT, %"), places=2, least=0, most=50)

    class Meta:
        model = VatRate
        fields = [
            "code",
            "name",
            "percent",
            "category",
            "reason",
            "sales_ledger",
            "active",
            "is_default",
        ]
        field_classes = {
            "code": CodeField,
            "name": LineField,
            "reason": LineField,
            "sales_ledger": LineField,
        }
        help_texts = {
            "code": _("Short, such as CH8.1; it cannot be changed later."),
            "reason": _(
                "Printed on the invoice where no VAT is charged: the article of the "
                "law, or “Reverse charge”."
            ),
            "sales_ledger": _("Empty: the account for all sales."),
            "active": _("Without it new lines cannot bear it; old drafts still do."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].disabled = self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        """Taxed at more than zero, or at zero with the reason (EN 16931)."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        percent: Decimal | None = values.get("percent")
        category, reason = values.get("category"), values.get("reason")
        taxed = category == VatRate.Category.STANDARD
        if percent is not None and category and taxed != bool(percent):
            text = gettext("Only what is taxed bears more than 0 %, and it does.")
            self.add_error("percent", text)
        if taxed and reason:
            self.add_error("reason", gettext("What is taxed needs no reason."))
        if category and not (taxed or category == VatRate.Category.ZERO or reason):
            self.add_error("reason", gettext("Why is no VAT charged?"))
        if values.get("is_default") and not values.get("active"):
            text = gettext("What is proposed on new lines must be offered.")
            self.add_error("active", text)
        return values


class BankAccountForm(MarkForm):
    """An account of the company, as its bank names it."""

    mark = "on_invoices"

    class Meta:
        model = BankAccount
        fields = [
            "name",
            "currency",
            "iban",
            "qr_iban",
            "bic",
            "bank",
            "on_invoices",
            "ledger",
        ]
        field_classes = {
            "name": LineField,
            "bank": LineField,
            "ledger": LineField,
            "bic": CodeField,
            "currency": CodeField,
            "iban": IbanField,
            "qr_iban": IbanField,
        }
        help_texts = {
            "qr_iban": _(
                "From a Swiss bank, for QR-bills with a QR reference. Without it "
                "they bear a creditor reference (RF…)."
            ),
            "on_invoices": _("It takes the place of the account shown before."),
        }

    def clean_currency(self) -> str:
        """A currency whose amounts can be stored."""
        code = str(self.cleaned_data["currency"])
        if code not in CURRENCIES or decimals(code) > 3:
            raise ValidationError(gettext("There is no currency with this code."))
        return code

    def clean_iban(self) -> str:
        """An ordinary IBAN: a QR-IBAN only takes payments with a QR reference."""
        number = str(self.cleaned_data["iban"])
        if is_qr_iban(number):
            raise ValidationError(
                gettext("This is a QR-IBAN: it belongs into the next field.")
            )
        return number

    def clean_qr_iban(self) -> str:
        """A Swiss or Liechtenstein IBAN with a bank number of 30000 to 31999."""
        number = str(self.cleaned_data["qr_iban"])
        if number and not is_qr_iban(number):
            raise ValidationError(
                gettext("A QR-IBAN is Swiss, with 30000 to 31999 at the fifth place.")
            )
        return number

    def clean_bic(self) -> str:
        """Eight or eleven letters and digits, as banks have them."""
        code = str(self.cleaned_data["bic"])
        try:
            return str(bic.validate(code)) if code else ""
        except WrongNumber as wrong:
            raise ValidationError(gettext("This is no BIC.")) from wrong

    def clean(self) -> dict[str, Any]:
        """QR-bills are in francs or euros."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("qr_iban") and values.get("currency") not in QR_CURRENCIES:
            text = gettext("QR-bills are in CHF or EUR only.")
            self.add_error("qr_iban", text)
        return values


class CountryForm(forms.Form):
    """Whose usual rates are added."""

    country = forms.ChoiceField(label=_("Country"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = Locale.parse(get_language() or "en").territories
        choices = [(code, names[code]) for code in COUNTRIES]
        self.fields["country"].choices = choices  # type: ignore[attr-defined]


def free_prefix(prefix: str, reserved: set[str]) -> str:
    """The prefix itself; ValidationError where other documents count with it."""
    if prefix in reserved:
        raise ValidationError(
            gettext("Payments, letters or other documents have this prefix.")
        )
    return prefix
