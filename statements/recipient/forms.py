"""What a recipient ticks and answers. Only what the link may see can be chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.templatetags.format import day, money
from statements.actions.answering import Said
from statements.forms import ONE_LINE, DayField
from statements.models import Answer
from statements.rules.periods import EARLIEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from statements.recipient.facts import Owed

KEY = RegexValidator(
    r"^[0-9a-f]{32}$", gettext_lazy("This page is out of date. Please open it again.")
)
# So many invoices are offered at once: nobody reads more on a phone.
MOST = 100
# Nobody promises for longer than this.
LONGEST = timedelta(days=366)


class TickForm(forms.Form):
    """The invoices that were ticked, of one currency; those paid meanwhile fall out.

    `all` names a currency in which everything that is asked for is ticked.
    """

    invoice = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Tick at least one invoice."),
            "invalid_choice": gettext_lazy("Choose invoices of this list."),
        }
    )

    def __init__(self, data: QueryDict, found: Sequence[Owed]) -> None:
        code = data.get("all", "")
        super().__init__(_all_asked(found, code) if code else data)
        self.found = {str(one.pk): one for one in found}
        if code:
            self.fields["invoice"].error_messages["required"] = _(
                "There is nothing to pay in this currency for now."
            )
        self.fields["invoice"].choices = [(key, key) for key in self.found]  # type: ignore[attr-defined]

    def clean_invoice(self) -> list[Owed]:
        """What of it is still open, oldest due first."""
        ticked = set(self.cleaned_data["invoice"])
        chosen = [one for key, one in self.found.items() if key in ticked]
        left = [one for one in chosen if one.open]
        if not left:
            raise ValidationError(_("These invoices are paid already. Thank you."))
        if len({one.open.currency.code for one in left}) > 1:
            raise ValidationError(
                _("Tick invoices of one currency: one payment cannot be of two.")
            )
        return left

    @property
    def problem(self) -> str:
        """The first thing that is wrong, as a sentence."""
        return str(self.errors["invoice"][0]) if self.errors else ""


class AnswerForm(forms.Form):
    """What all answers ask: about which invoices, and who says so."""

    kind: Answer.Kind

    invoice = forms.MultipleChoiceField(
        label=gettext_lazy("Invoices"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one invoice."),
            "invalid_choice": gettext_lazy("Choose invoices of this list."),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        required=False,
        validators=[ONE_LINE],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    key = forms.CharField(
        max_length=32, widget=forms.HiddenInput, validators=[KEY], initial=""
    )

    def __init__(
        self, data: QueryDict | None, ticked: Sequence[str], open_ones: Sequence[Owed]
    ) -> None:
        """Offers what was ticked; where nothing was, what is due first."""
        wanted = set(ticked)
        offered = [one for one in open_ones if str(one.pk) in wanted] or open_ones
        choices = [(str(one.pk), _label(one)) for one in offered[:MOST]]
        chosen = [key for key, _label in choices if key in wanted]
        super().__init__(data, initial={"invoice": chosen, "key": uuid4().hex})
        self.fields["invoice"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> Said:
        """What is kept of it."""
        given = self.cleaned_data
        return Said(
            kind=self.kind,
            day=given.get("day"),
            reference=given.get("reference", ""),
            text=given.get("text", ""),
            name=given["name"],
        )

    def chosen(self) -> list[int]:
        """The keys of the invoices it is about."""
        return [int(key) for key in self.cleaned_data["invoice"]]


class PaidForm(AnswerForm):
    """It was paid on a day, with a reference by which it can be found."""

    kind = Answer.Kind.PAID

    day = DayField(label=gettext_lazy("Paid on"))
    reference = forms.CharField(
        label=gettext_lazy("Reference or account it was paid from"),
        max_length=140,
        required=False,
        validators=[ONE_LINE],
        help_text=gettext_lazy("As your bank names it: so we find it sooner."),
    )
    field_order = ("invoice", "day", "reference", "name")

    def clean_day(self) -> date:
        """A day that has been."""
        paid_on: date = self.cleaned_data["day"]
        if not EARLIEST <= paid_on <= localdate():
            raise ValidationError(_("This day lies in the future or too far back."))
        return paid_on


class DisputeForm(AnswerForm):
    """Something is wrong with it, in the recipient's own words."""

    kind = Answer.Kind.DISPUTE

    text = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    field_order = ("invoice", "text", "name")


class PromiseForm(AnswerForm):
    """It will be paid on a day."""

    kind = Answer.Kind.PROMISE

    day = DayField(label=gettext_lazy("I will pay on"))
    field_order = ("invoice", "day", "name")

    def clean_day(self) -> date:
        """A day that comes, within a year."""
        until: date = self.cleaned_data["day"]
        if not localdate() <= until <= localdate() + LONGEST:
            raise ValidationError(_("Choose a day from today, within a year."))
        return until


def _all_asked(found: Sequence[Owed], code: str) -> QueryDict:
    given = QueryDict(mutable=True)
    asked = [one for one in found if one.is_asked and one.open.currency.code == code]
    given.setlist("invoice", [str(one.pk) for one in asked])
    return given


def _label(one: Owed) -> str:
    return f"{one.number} · {day(one.due_on)} · {money(one.open)}"


FORMS: dict[str, type[AnswerForm]] = {
    form.kind.value: form for form in (PaidForm, DisputeForm, PromiseForm)
}


def asked_kind(given: dict[str, Any] | QueryDict) -> str:
    """Which of the three answers is given; empty for none of them."""
    kind = str(given.get("kind", ""))
    return kind if kind in FORMS else ""
