"""Forms of a draft: its head, a line, an instalment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from moneyed import CURRENCIES

from billing.entry_forms import DayField
from billing.figure_fields import DaysField, FigureField, QuickSelect
from billing.models import BillKind, Draft
from billing.rules.drafts import instalments_problem
from billing.rules.figures import PLACES
from billing.rules.money import decimals
from clients.fields import CodeField, LineField, TextField
from clients.rules.text import one_line

if TYPE_CHECKING:
    from decimal import Decimal

MOST_LINES, MOST_PARTS = 300, 36
LONGEST = 5 * 365
INSTALMENTS = {
    "one": _("One instalment is none: leave them empty, or add another."),
    "order": _("Each instalment is due later than the one before."),
    "sum": _("The shares do not come to 100 %."),
}
NET_OR_GROSS = [(False, _("net: VAT is added")), (True, _("gross: VAT is contained"))]


class DraftForm(forms.ModelForm[Draft]):
    """The head of a draft; what only invoices have is left out of credit notes."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1
    )
    issued_on = DayField(
        label=_("Date"), required=False, help_text=_("Empty: the day of issue.")
    )
    terms_days = DaysField(label=_("Days to pay"))
    discount_percent = FigureField(
        label=_("Discount for early payment, %"),
        places=2,
        least=0,
        most=100,
        required=False,
    )
    discount_days = DaysField(label=_("if paid within days"), required=False)
    prices_include_vat = forms.TypedChoiceField(
        label=_("Prices"),
        choices=NET_OR_GROSS,
        coerce=lambda value: value == "True",
        widget=forms.Select,
    )

    class Meta:
        model = Draft
        fields = [
            "language",
            "currency",
            "issued_on",
            "terms_days",
            "discount_percent",
            "discount_days",
            "title",
            "opening",
            "closing",
            "order_reference",
            "prices_include_vat",
            "round_to_five",
        ]
        field_classes = {
            "currency": CodeField,
            "title": LineField,
            "order_reference": LineField,
            "opening": TextField,
            "closing": TextField,
        }
        widgets = {
            "opening": forms.Textarea(attrs={"rows": 2}),
            "closing": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"round_to_five": _("Round the total to 0.05 (CHF only)")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        draft = self.instance
        self.initial["key"], self.initial["version"] = draft.key, draft.version
        if draft.kind == BillKind.CREDIT_NOTE:
            for name in ("terms_days", "discount_percent", "discount_days"):
                del self.fields[name]

    def clean_currency(self) -> str:
        """A currency whose amounts can be stored."""
        code = str(self.cleaned_data["currency"])
        if code not in CURRENCIES or decimals(code) > 3:
            raise ValidationError(gettext("There is no currency with this code."))
        return code

    def clean_discount_percent(self) -> Decimal | int:
        """No discount where none is given."""
        return self.cleaned_data["discount_percent"] or 0

    def clean_discount_days(self) -> int:
        """No discount where none is given."""
        return self.cleaned_data["discount_days"] or 0

    def clean(self) -> dict[str, Any]:
        """A discount has a time, within the days to pay; only CHF lacks small coins."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("currency") != "CHF":
            values["round_to_five"] = False
        percent, days = values.get("discount_percent"), values.get("discount_days")
        terms = values.get("terms_days")
        if percent and days == 0:
            self.add_error("discount_days", gettext("Within how many days?"))
        elif percent and days and terms is not None and days > terms:
            self.add_error("discount_days", gettext("Not longer than the days to pay."))
        if days and percent == 0:
            self.add_error("discount_percent", gettext("How much?"))
        return values


class RowForm(forms.Form):
    """A row of a list that is left out while nothing is written in it."""

    written: tuple[str, ...] = ()
    use_required_attribute = False

    def has_changed(self) -> bool:
        """Whether anything stands in the fields that make a row one."""
        return any(one_line(str(self[name].value() or "")) for name in self.written)


class LineForm(RowForm):
    """One line: what, how many, at what price, with which VAT."""

    written = ("description", "price", "unit", "discount_percent")

    description = TextField(
        label=_("Description"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    quantity = FigureField(
        label=_("Quantity"),
        places=PLACES,
        least=-99_999_999,
        most=99_999_999,
        initial="1",
    )
    unit = LineField(label=_("Unit"), max_length=20, required=False)
    price = FigureField(
        label=_("Price"), places=PLACES, least=-99_999_999_999, most=99_999_999_999
    )
    discount_percent = FigureField(
        label=_("Discount, %"), places=2, least=0, most=100, required=False
    )
    vat_code = forms.ChoiceField(label=_("VAT"), widget=QuickSelect)

    def __init__(
        self,
        *args: Any,
        currency: str,
        rates: list[tuple[str, str]],
        rate: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        price, vat_code = self.fields["price"], self.fields["vat_code"]
        price.shown = decimals(currency) if currency in CURRENCIES else 2  # type: ignore[attr-defined]
        vat_code.choices = rates  # type: ignore[attr-defined]
        vat_code.initial = rate

    def clean_discount_percent(self) -> Decimal | int:
        """No discount where none is given."""
        return self.cleaned_data["discount_percent"] or 0


class PartForm(RowForm):
    """One instalment: when, and which share."""

    written = ("days", "percent")

    days = DaysField(label=_("Days after the date"), most=LONGEST)
    percent = FigureField(label=_("Share, %"), places=2, least=0, most=100)

    def clean_percent(self) -> Decimal:
        """A part of the total, not nothing."""
        percent: Decimal = self.cleaned_data["percent"]
        if not percent:
            raise ValidationError(gettext("A share is more than zero."))
        return percent


class PartSet(forms.BaseFormSet[PartForm]):
    """The instalments; together they are the whole."""

    def clean(self) -> None:
        """In order of their days, and a hundred percent."""
        if any(self.errors):
            return
        given = [form.cleaned_data for form in self.forms if form.has_changed()]
        parts = [(row["days"], row["percent"]) for row in given]
        if problem := instalments_problem(parts):
            raise ValidationError(str(INSTALMENTS[problem]))


LineFormSet = forms.formset_factory(
    LineForm,
    extra=0,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES + 1,
    validate_max=True,
)
PartFormSet = forms.formset_factory(
    PartForm,
    formset=PartSet,
    extra=0,
    max_num=MOST_PARTS,
    absolute_max=MOST_PARTS + 1,
    validate_max=True,
)
