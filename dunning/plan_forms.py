"""What people fill in about a payment plan: invoices, instalments, the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.entry_forms import AmountField, read_amount
from billing.rules.money import plain, total
from clients.templatetags.format import day
from clients.templatetags.format import money as written
from dunning.forms import KEY, LARGEST_KEY, YEARS, ReasonField, day_field, new_key
from dunning.rules.instalments import MOST, Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from moneyed import Money

    from billing.models import Invoice


class PlanTarget(forms.Form):
    """Whose invoices a plan is about, as the address names it."""

    client = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    currency = forms.CharField(required=False, max_length=3)


class PlanForm(forms.Form):
    """Which late invoices, in how many instalments from which day, and why."""

    invoice = forms.TypedMultipleChoiceField(
        label=_("Invoices"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one invoice."),
            "invalid_choice": _("One of the invoices can no longer be chosen."),
        },
    )
    count = forms.IntegerField(
        label=_("Instalments"), min_value=1, max_value=MOST, initial=3
    )
    first_on = day_field(_("First one on"))
    reason = ReasonField(help_text=_("Everybody sees it beside the exclusion."))
    request_key = forms.CharField(
        widget=forms.HiddenInput, initial=new_key, validators=[KEY]
    )

    def __init__(
        self,
        *args: Any,
        invoices: Sequence[Invoice],
        currency: str,
        today: date,
        **options: Any,
    ) -> None:
        """`invoices` are those that may be chosen."""
        super().__init__(*args, **options)
        self.rows = {row.pk: row for row in invoices}
        self.currency, self.today = currency, today
        self.fields["invoice"].choices = [(row.pk, _line(row)) for row in invoices]  # type: ignore[attr-defined]

    def clean_first_on(self) -> date:
        """Today or later."""
        return not_past(self.cleaned_data["first_on"], self.today)

    @property
    def open(self) -> Money:
        """What is open of the invoices that were ticked."""
        chosen = self.cleaned_data.get("invoice", [])
        return total((self.rows[pk].open for pk in chosen), self.currency)


class PartForm(forms.Form):
    """One instalment: its day and its amount."""

    due_on = day_field(_("Due"))
    amount = AmountField(label=_("Amount"))

    def __init__(self, *args: Any, currency: str, today: date, **options: Any) -> None:
        """In the currency of the plan; nothing by which it may be left empty."""
        super().__init__(*args, **options)
        self.currency, self.today = currency, today

    def clean_due_on(self) -> date:
        """Today or later."""
        return not_past(self.cleaned_data["due_on"], self.today)

    def clean_amount(self) -> Money:
        """More than nothing."""
        amount = read_amount(self.cleaned_data["amount"], self.currency)
        if amount.amount <= 0:
            raise ValidationError(gettext("An amount must be more than zero."))
        return amount


class Parts(forms.BaseFormSet):  # type: ignore[type-arg]
    """The instalments; lines that are left empty are none."""

    def initial_form_count(self) -> int:
        """Every line may be left empty, also one that was proposed."""
        return 0

    def clean(self) -> None:
        """Each on a day of its own."""
        days = [part.due_on for part in self.parts]
        if len(set(days)) != len(days):
            raise ValidationError(gettext("Two instalments are due on the same day."))

    @property
    def parts(self) -> list[Part]:
        """What was filled in, oldest first."""
        given = [form.cleaned_data for form in self.forms if form.is_valid()]
        found = [Part(row["due_on"], row["amount"]) for row in given if row]
        return sorted(found, key=lambda part: part.due_on)


PartFormSet = forms.formset_factory(
    PartForm, formset=Parts, extra=0, max_num=MOST, absolute_max=MOST, validate_max=True
)


def proposed(parts: Sequence[Part], *, currency: str, today: date) -> Parts:
    """The lines with a proposal, and two more."""
    found: Parts = PartFormSet(  # type: ignore[assignment]
        initial=[{"due_on": p.due_on, "amount": plain(p.amount)} for p in parts],
        form_kwargs={"currency": currency, "today": today},
        prefix="part",
    )
    found.extra = min(len(parts) + 2, MOST)
    return found


def not_past(day: date, today: date) -> date:
    """The day itself; ValidationError for one that passed, or is years ahead."""
    if not today <= day <= today + YEARS:
        raise ValidationError(
            gettext("Choose a day from today up to five years ahead."), code="far"
        )
    return day


def _line(row: Invoice) -> str:
    return gettext("%(number)s, due %(day)s: %(open)s") % {
        "number": row.number,
        "day": day(row.due_on),
        "open": written(row.open),
    }
