"""Forms of clients, their contacts and the company."""

from __future__ import annotations

import re
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from moneyed import CURRENCIES
from stdnum import get_cc_module, iban
from stdnum.exceptions import ValidationError as WrongNumber

from clients.models import LANGUAGE_CHOICES, Client, Company, Contact
from clients.rules.text import lines, one_line

ADDRESS = ["street", "extra", "postcode", "city"]


class LineField(forms.CharField):
    """One clean line: trimmed, without control or invisible characters."""

    def to_python(self, value: Any) -> str:
        """Clean before lengths and emptiness are checked."""
        return str(super().to_python(one_line(str(value or ""))))


class TextField(forms.CharField):
    """Several clean lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Clean before lengths and emptiness are checked."""
        return str(super().to_python(lines(str(value or ""))))


class MailField(forms.EmailField):
    """One e-mail address with a domain name."""

    def to_python(self, value: Any) -> str:
        """Clean before the address is checked."""
        return str(super().to_python(one_line(str(value or ""))))

    def validate(self, value: str) -> None:
        """Refuse `a@[127.0.0.1]`, which no client has."""
        super().validate(value)
        if value.endswith("]"):
            raise ValidationError(gettext("An e-mail address with a domain name."))


class CodeField(LineField):
    """A country or currency code, in capital letters whatever was typed."""

    def to_python(self, value: Any) -> str:
        """Take `chf` for CHF."""
        return super().to_python(value).upper()


class PartyForm(forms.ModelForm[Any]):
    """What a client and the company have in common: codes that must exist."""

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


class ClientForm(PartyForm):
    """Who the client is, where and in which language it is written to."""

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
            "notes",
        ]
        field_classes = {
            **dict.fromkeys(["name", "number", *ADDRESS], LineField),
            "country": CodeField,
            "currency": CodeField,
            "email": MailField,
            "notes": TextField,
        }
        help_texts = {
            "email": _("Used where no contact below is for the purpose."),
            "country": _("Two letters, such as CH."),
            "currency": _("Proposed for new invoices, such as CHF."),
            "language": _("Every letter to this client is written in it."),
        }
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}


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
                ["name", *ADDRESS, "phone", "website", "vat_number", "iban"], LineField
            ),
            "bank_name": LineField,
            "country": CodeField,
            "currency": CodeField,
            "email": MailField,
        }

    def clean_iban(self) -> str:
        """A right IBAN, in groups of four."""
        text = str(self.cleaned_data["iban"])
        if not text:
            return ""
        try:
            return str(iban.format(iban.validate(text)))
        except WrongNumber as wrong:
            raise ValidationError(
                gettext("This is no IBAN: a digit is wrong or missing.")
            ) from wrong

    def clean(self) -> dict[str, Any]:
        """The VAT number against the rules of the company's country."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        number, country = values.get("vat_number"), values.get("country")
        if number and country and not is_vat_number(number, country):
            self.add_error(
                "vat_number", gettext("This is no VAT number of the company's country.")
            )
        return values


def is_vat_number(number: str, country: str) -> bool:
    """Whether the check digits hold; a country without known rules takes any."""
    rules = get_cc_module(country.lower(), "vat")
    if rules is None:
        return bool(re.search(r"\d", number))
    # Swiss numbers are printed without the suffix as well (CHE-123.456.788).
    candidates = [number, f"{number} MWST"] if country == "CH" else [number]
    return any(rules.is_valid(candidate) for candidate in candidates)
