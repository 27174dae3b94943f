"""Form fields that clean what people type before it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from moneyed import get_currency
from stdnum import iban
from stdnum.exceptions import ValidationError as WrongNumber

from clients.rules.amounts import NoAmount, read_amount
from clients.rules.text import lines, one_line

if TYPE_CHECKING:
    from decimal import Decimal

NO_AMOUNT = {
    "form": _("An amount such as 1234.50."),
    "ambiguous": _("This can be read in two ways: write it without thousands marks."),
    "decimals": _("That is more decimals than the currency has."),
    "large": _("That is more than an amount can be."),
}


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
        """Refuse `a@[127.0.0.1]`, several addresses, and what no server takes."""
        super().validate(value)
        local = value.partition("@")[0]
        if value.endswith("]"):
            raise ValidationError(gettext("An e-mail address with a domain name."))
        if value.count("@") > 1 or set(value) & set(",;"):
            raise ValidationError(gettext("One e-mail address only."))
        # RFC 5321, 4.5.3.1.1.
        if len(local) > 64:
            raise ValidationError(
                gettext("Before the @ an address has 64 characters at most.")
            )


class CodeField(LineField):
    """A country or currency code, in capital letters whatever was typed."""

    def to_python(self, value: Any) -> str:
        """Take `chf` for CHF."""
        return super().to_python(value).upper()


class IbanField(LineField):
    """An IBAN: shown in groups of four, given on without blanks."""

    def __init__(self, **options: Any) -> None:
        """Room for the blanks that people type."""
        super().__init__(**options | {"max_length": 50})

    def prepare_value(self, value: Any) -> str:
        """In groups of four; what is none is shown as it was typed."""
        text = str(value or "")
        return str(iban.format(text)) if iban.is_valid(text) else text

    def clean(self, value: Any) -> str:
        """Right by its digits and by the rules of its country."""
        text = super().clean(value)
        try:
            return str(iban.validate(text)) if text else ""
        except WrongNumber as wrong:
            raise ValidationError(
                gettext("This is no IBAN: a digit is wrong or missing.")
            ) from wrong


class LimitField(LineField):
    """An amount; its form reads it in the currency that stands beside it."""

    def __init__(self, **options: Any) -> None:
        """As people write amounts, with marks."""
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num"}
        options |= {"widget": forms.TextInput(attrs=attrs), "max_length": 30}
        super().__init__(**options)


def decimals(currency: str) -> int:
    """How many decimals amounts in a currency have."""
    return len(str(get_currency(currency).sub_unit)) - 1


def amount_of(text: str, currency: str) -> Decimal:
    """The amount that was typed; ValidationError says what is wrong with it."""
    try:
        return read_amount(text, decimals(currency))
    except NoAmount as wrong:
        raise ValidationError(NO_AMOUNT[str(wrong)]) from wrong
