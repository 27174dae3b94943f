"""Forms of clients, their contacts and the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from moneyed import CURRENCIES
from stdnum import iban

from clients import addresses
from clients.fields import (
    CodeField,
    IbanField,
    LimitField,
    LineField,
    MailField,
    TextField,
    amount_of,
    decimals,
)
from clients.models import LANGUAGE_CHOICES, Client, Company, Contact
from clients.numbers import vat_number

if TYPE_CHECKING:
    from decimal import Decimal

ADDRESS = ["street", "extra", "postcode", "city"]


class PartyForm(forms.ModelForm[Any]):
    """What a client and the company have in common: codes, address, VAT number."""

    def clean_country(self) -> str:
        """A country that is on the map."""
        code = str(self.cleaned_data["country"])
        if code not in Locale.parse(get_language() or "en").territories:
            raise ValidationError(gettext("There is no country with this code."))
        return code

    def clean_currency(self) -> str:
        """A currency that money is counted in."""
        code = str(self.cleaned_data["currency"])
        if code not in CURRENCIES:
            raise ValidationError(gettext("There is no currency with this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """The address and the VAT number as the country writes them."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if country := values.get("country"):
            self.check_address(values, country)
            self.check_vat_number(values, country)
        return values

    def check_address(self, values: dict[str, Any], country: str) -> None:
        """An address that can be posted, or none at all (imports bring none)."""
        for name in addresses.missing(values, country):
            if name not in self.errors:
                text = gettext("The address needs this in the country %(code)s.")
                self.add_error(name, text % {"code": country})
        postcode = values.get("postcode")
        if not postcode:
            return
        values["postcode"] = addresses.tidy_postcode(postcode, country)
        if not addresses.fits(values["postcode"], country):
            example = addresses.format_of(country).example
            text = gettext("A postcode of %(code)s looks like %(example)s.")
            self.add_error("postcode", text % {"code": country, "example": example})

    def check_vat_number(self, values: dict[str, Any], country: str) -> None:
        """A number whose check digits hold, written as invoices need it."""
        if number := values.get("vat_number"):
            values["vat_number"] = vat_number(number, country)
            if values["vat_number"] is None:
                text = gettext("This is no VAT number of the country %(code)s.")
                self.add_error("vat_number", text % {"code": country})


class ClientForm(PartyForm):
    """Who the client is, where and in which language it is written to."""

    credit_limit = LimitField(
        label=_("Credit limit"),
        required=False,
        help_text=_("In the client's currency; its page warns when it is exceeded."),
    )

    class Meta:
        model = Client
        fields = [
            "name",
            "number",
            "kind",
            "language",
            *ADDRESS,
            "country",
            "currency",
            "email",
            "phone",
            "vat_number",
            "iban",
            "terms_days",
            "credit_limit",
            "notes",
        ]
        field_classes = {
            **dict.fromkeys(
                ["name", "number", "phone", "vat_number", *ADDRESS], LineField
            ),
            "country": CodeField,
            "currency": CodeField,
            "email": MailField,
            "iban": IbanField,
            "notes": TextField,
        }
        help_texts = {
            "email": _("Used where no contact below is for the purpose."),
            "country": _("Two letters, such as CH."),
            "currency": _("Proposed for new invoices, such as CHF."),
            "language": _("Every letter to this client is written in it."),
            "kind": _("Fees and interest differ for consumers."),
            "iban": _("Where refunds go, and how a payer is recognised."),
            "terms_days": _("Empty: the company's own."),
        }
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        limit = self.instance.credit_limit
        if limit is not None:
            digits = decimals(self.instance.currency)
            self.initial["credit_limit"] = f"{limit:.{digits}f}"

    def clean(self) -> dict[str, Any]:
        """The credit limit in the client's currency."""
        values = super().clean()
        if "credit_limit" in values and "currency" in values:
            values["credit_limit"] = self.limit_in(values["currency"])
        return values

    def limit_in(self, currency: str) -> Decimal | None:
        """What was typed as an amount; nothing where no limit is set."""
        text = str(self.cleaned_data["credit_limit"])
        try:
            return amount_of(text, currency) if text else None
        except ValidationError as error:
            self.add_error("credit_limit", error)
            return None


class ContactForm(forms.ModelForm[Contact]):
    """A mailbox at the client, for one purpose."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("as the client")), *LANGUAGE_CHOICES],
    )

    class Meta:
        model = Contact
        fields = ["purpose", "name", "email", "language"]
        field_classes = {"name": LineField, "email": MailField}


ContactFormSet = forms.inlineformset_factory(
    Client, Contact, form=ContactForm, extra=2, max_num=20, validate_max=True
)


class CompanyForm(PartyForm):
    """Who invoices: what every letter shows at its head and foot."""

    class Meta:
        model = Company
        fields = [
            "name",
            *ADDRESS,
            "country",
            "language",
            "currency",
            "email",
            "phone",
            "website",
            "vat_number",
            "iban",
            "bank_name",
        ]
        field_classes = {
            **dict.fromkeys(
                ["name", *ADDRESS, "phone", "website", "vat_number"], LineField
            ),
            "bank_name": LineField,
            "country": CodeField,
            "currency": CodeField,
            "email": MailField,
            "iban": IbanField,
        }

    def clean_iban(self) -> str:
        """In groups of four, as letters show it."""
        return str(iban.format(self.cleaned_data["iban"]))
