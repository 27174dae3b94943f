"""Forms of the bank's pages: the file, and what its columns hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.actions.bank import Source
from billing.forms import DATE_FORMATS
from billing.models import BankAccount
from billing.rules.bank.mapping import FIELDS, Mapping
from billing.rules.refusals import shown
from clients.rules.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing.models import BankMapping

NAMES = {
    "booked_on": _("Booking date"),
    "value_on": _("Value date"),
    "amount": _("Amount, with its sign"),
    "credit": _("Money in"),
    "debit": _("Money out"),
    "currency": _("Currency"),
    "balance": _("Balance"),
    "name": _("Payer"),
    "iban": _("Payer's account"),
    "reference": _("Payment reference"),
    "end_to_end": _("End-to-end id"),
    "bank_reference": _("The bank's own reference"),
    "text": _("Text"),
}


class AccountChoice(forms.ModelChoiceField[BankAccount]):
    """One of the company's bank accounts, with its IBAN."""

    def label_from_instance(self, obj: BankAccount) -> str:
        """The name alone does not tell two accounts of a bank apart."""
        return f"{obj} · {obj.iban}"


class BankFileForm(forms.Form):
    """A file of a bank."""

    file = forms.FileField(
        label=_("Bank file"),
        widget=forms.FileInput(
            attrs={"accept": ".xml,.sta,.mt940,.940,.csv,.txt,.tsv", "class": "drop"}
        ),
        error_messages={"empty": _("The file is empty.")},
    )
    account = AccountChoice(
        BankAccount.objects.all(),
        label=_("Account, where the file does not say it"),
        required=False,
        empty_label=_("as the file says"),
    )
    source: Source

    def clean_file(self) -> Any:
        """Not larger than what is read in one go."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            raise ValidationError(
                gettext("The file is larger than %(size)s MB: split it.")
                % {"size": settings.UPLOAD_LIMIT // 1024**2}
            )
        name = shown(one_line(file.name), 200)
        self.source = Source(name, file.read())
        return file


class MappingForm(forms.Form):
    """Which column of a bank's CSV file holds what."""

    account = AccountChoice(
        BankAccount.objects.all(), label=_("Account"), empty_label=None
    )
    date_format = forms.ChoiceField(
        label=_("Dates"), choices=DATE_FORMATS, required=False
    )

    def __init__(self, head: Iterable[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        columns = [(name, name) for name in dict.fromkeys(head) if name]
        for name in FIELDS:
            self.fields[f"column_{name}"] = (
                forms.MultipleChoiceField(
                    label=NAMES[name],
                    choices=columns,
                    required=False,
                    widget=forms.SelectMultiple(attrs={"size": 4}),
                )
                if name == "text"
                else forms.ChoiceField(
                    label=NAMES[name],
                    choices=[("", "—"), *columns],
                    required=name == "booked_on",
                )
            )

    def clean(self) -> dict[str, Any]:
        """One column with signs, or one for money in."""
        values = super().clean() or self.cleaned_data
        if not values.get("column_amount") and not values.get("column_credit"):
            text = gettext("Choose the column of the amount, or that of money in.")
            self.add_error("column_amount", text)
        return values

    def column_fields(self) -> list[forms.BoundField]:
        """The fields of the columns."""
        return [self[f"column_{name}"] for name in FIELDS]

    def mapping(self) -> Mapping:
        """What was chosen, as the rules take it."""
        given = self.cleaned_data
        columns = {name: given[f"column_{name}"] for name in FIELDS}
        account: BankAccount = given["account"]
        return Mapping(
            {name: chosen for name, chosen in columns.items() if chosen},
            given["date_format"],
            account.iban,
            account.currency,
        )


def first_columns(columns: dict[str, Any], head: Sequence[str]) -> dict[str, Any]:
    """What the form of the columns starts with; names that are not there are left."""
    first: dict[str, Any] = {}
    for name, column in columns.items():
        several = column if isinstance(column, list) else [column]
        known = [one for one in several if one in head]
        if known:
            first[f"column_{name}"] = known if name == "text" else known[0]
    return first


def mapping_of(row: BankMapping) -> Mapping:
    """A mapping that was saved, as the rules take it."""
    return Mapping(row.columns, row.date_format, row.account.iban, row.account.currency)
