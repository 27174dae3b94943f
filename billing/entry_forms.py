"""Amounts and days as people type them, and the form of an invoice from elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from moneyed import CURRENCIES

from billing.models import Invoice
from billing.rules.money import money
from clients.fields import amount_of
from clients.rules.text import one_line

if TYPE_CHECKING:
    from moneyed import Money

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
LONGEST_DISPUTE = timedelta(days=2 * 365)


class LineField(forms.CharField):
    """One clean line of text."""

    def to_python(self, value: Any) -> str:
        """Clean before lengths and emptiness are checked."""
        return str(super().to_python(one_line(str(value or ""))))


class DayField(forms.DateField):
    """A day between 1990 and 2100, written the European way or as ISO."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **options,
        )

    def validate(self, value: Any) -> None:
        """Refuse years that can only be a slip of the finger."""
        super().validate(value)
        if value and not FIRST_DAY <= value <= LAST_DAY:
            raise ValidationError(gettext("A day between 1990 and 2100."))


class AmountField(LineField):
    """An amount as people write it; its form reads it together with its currency."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=30, **options)


class MoneyForm(forms.Form):
    """A form with an amount and its currency."""

    def take_amount(self, name: str, currency: str) -> Money | None:
        """The amount with its currency; an error at its field where it cannot be."""
        text = self.cleaned_data.get(name)
        if not text or not currency:
            return None
        try:
            return read_amount(text, currency)
        except ValidationError as error:
            self.add_error(name, error)
            return None


class CurrencyForm(MoneyForm):
    """A form whose amount comes with a currency of its own."""

    amount = AmountField(label=_("Amount"))
    currency = LineField(label=_("Currency"), max_length=3)

    def clean_currency(self) -> str:
        """A currency that money is counted in."""
        code = str(self.cleaned_data["currency"]).upper()
        if code not in CURRENCIES:
            raise ValidationError(gettext("There is no currency with this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """The amount as money, in `money`."""
        values = super().clean() or self.cleaned_data
        amount = self.take_amount("amount", values.get("currency", ""))
        if amount is not None and amount.amount <= 0:
            self.add_error("amount", gettext("An amount must be more than zero."))
        values["money"] = amount
        return values


class InvoiceForm(CurrencyForm):
    """An invoice that was issued elsewhere."""

    number = LineField(label=_("Number"), max_length=40)
    issued_on = DayField(label=_("Date"))
    due_on = DayField(label=_("Due date"))

    field_order = ["number", "issued_on", "due_on", "amount", "currency"]

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(*args, **options)

    def clean_number(self) -> str:
        """A number that no other invoice bears."""
        number = str(self.cleaned_data["number"])
        if Invoice.objects.filter(number=number).exists():
            raise ValidationError(
                gettext("There is an invoice with this number already.")
            )
        return number

    def clean_issued_on(self) -> date:
        """A day that has come."""
        return not_later(self.cleaned_data["issued_on"], self.today)

    def clean(self) -> dict[str, Any]:
        """Due on or after its date."""
        values = super().clean()
        issued, due = values.get("issued_on"), values.get("due_on")
        if issued and due and due < issued:
            self.add_error("due_on", gettext("The due date lies before the date."))
        return values


class ReasonForm(forms.Form):
    """Why something is marked, ended or taken back."""

    reason = LineField(label=_("Reason"), max_length=300)


class DisputeForm(MoneyForm):
    """What a client disputes of an invoice, why, and for how long that stands."""

    amount = AmountField(
        label=_("Disputed part"),
        required=False,
        help_text=_(
            "Left empty, the whole invoice is disputed. Of a part, the rest is"
            " reminded, and the letter names what is disputed."
        ),
    )
    until = DayField(
        label=_("Until and including"),
        required=False,
        help_text=_("Left empty, it stands until somebody ends it."),
    )
    reason = LineField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, open_: Money, today: date, **options: Any) -> None:
        self.open, self.today = open_, today
        super().__init__(*args, **options)

    def clean_until(self) -> date | None:
        """A day to come, two years ahead at most."""
        until: date | None = self.cleaned_data["until"]
        last = self.today + LONGEST_DISPUTE
        if until and not self.today <= until <= last:
            raise ValidationError(
                gettext("Choose a day from today up to two years ahead.")
            )
        return until

    def clean(self) -> dict[str, Any]:
        """The part as money, more than nothing and no more than is open."""
        values = super().clean() or self.cleaned_data
        part = self.take_amount("amount", self.open.currency.code)
        if part is not None and part.amount <= 0:
            self.add_error("amount", gettext("An amount must be more than zero."))
        elif part is not None and part > self.open:
            self.add_error("amount", gettext("That is more than is open."))
        values["part"] = part
        return values


def key_of(data: Any) -> str:
    """The key that a form was sent with; nothing where it cannot be one."""
    try:
        return str(UUID(data.get("key", "")))
    except ValueError:
        return ""


def read_amount(text: str, currency: str) -> Money:
    """The amount that was meant; ValidationError for 1e5, １２, 1.005 and the like."""
    return money(amount_of(text, currency), currency)


def not_later(day: date, today: date) -> date:
    """The day itself; ValidationError when it has not come yet."""
    if day > today:
        raise ValidationError(gettext("This day has not come yet."))
    return day
