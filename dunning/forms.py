"""What people fill in: a run, a reason, a pause, one reminder."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clients.rules.text import one_line
from clients.templatetags.format import day
from dunning.models import Hold, Policy
from dunning.rules.dossier import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

YEARS = timedelta(days=5 * 365 + 1)
LONGEST_HOLD = timedelta(days=2 * 365)
# What a key column holds; larger ones cannot be looked for.
LARGEST_KEY = 2**63 - 1
KEY = RegexValidator(r"^[A-Za-z0-9_-]{8,40}$")


def new_key() -> str:
    """A key for one request, unlike any other."""
    return secrets.token_urlsafe(24)


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, picked with the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


class ReasonField(forms.CharField):
    """Why somebody decided so: one line, kept with the decision."""

    def __init__(self, help_text: Any = "") -> None:
        """Every reason is needed, and has the same length."""
        super().__init__(
            label=_("Reason"), min_length=3, max_length=300, help_text=help_text
        )

    def to_python(self, value: Any) -> str:
        """Without control characters and direction marks."""
        return one_line(super().to_python(value) or "")


class DateForm(forms.Form):
    """The day of reminders."""

    run_on = day_field(_("Date on the letter"))

    def __init__(self, *args: Any, today: date, first: date, **options: Any) -> None:
        """`first` is the day the ledger begins: before it there is nothing late."""
        super().__init__(*args, **options)
        self.first, self.last = min(first, today - YEARS), today + YEARS
        self.fields["run_on"].initial = today

    def clean_run_on(self) -> date:
        """Not centuries away by a slip of the hand."""
        run_on: date = self.cleaned_data["run_on"]
        if not self.first <= run_on <= self.last:
            raise forms.ValidationError(
                _("This day is too far away. Check the year."), code="far"
            )
        return run_on


class RequestForm(DateForm):
    """A day and a key: the same form sent twice counts once."""

    request_key = forms.CharField(
        widget=forms.HiddenInput, initial=new_key, validators=[KEY]
    )


class RunForm(RequestForm):
    """The day a run is dated, and by which policy."""

    run_on = day_field(
        _("Date of the run"),
        help_text=_(
            "Invoices past their last deadline on this day are proposed. The letters"
            " bear this date."
        ),
    )
    policy = forms.ModelChoiceField(
        Policy.objects.all(),
        label=_("Dunning policy"),
        required=False,
        empty_label=_("Each client's own"),
    )


class LineFilter(forms.Form):
    """Which lines of a run are shown; what is not understood is left aside."""

    q = forms.CharField(required=False, max_length=80)
    client = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    currency = forms.CharField(required=False, max_length=3)
    level = forms.IntegerField(required=False, min_value=1, max_value=99)
    reason = forms.ChoiceField(
        required=False, choices=[(reason, reason) for reason in Reason]
    )


class ReasonForm(forms.Form):
    """A decision that needs nothing but its reason."""

    reason = ReasonField()


class HoldForm(forms.Form):
    """A pause of reminders, or a promise to pay."""

    kind = forms.ChoiceField(
        label=_("Why are reminders to stop?"),
        choices=Hold.Kind.choices,
        widget=forms.RadioSelect,
        initial=Hold.Kind.HOLD,
    )
    until = day_field(
        _("Until and including"),
        required=False,
        help_text=_("Left empty, reminders stop until somebody releases the hold."),
    )
    reason = ReasonField(help_text=_("Everybody sees it beside the exclusion."))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """A hold begins today."""
        super().__init__(*args, **options)
        self.today = today

    def clean_until(self) -> date | None:
        """A day to come, and not one that nobody will live to see."""
        until: date | None = self.cleaned_data["until"]
        if until and not self.today <= until <= self.today + LONGEST_HOLD:
            raise forms.ValidationError(
                _("Choose a day from today up to two years ahead."), code="far"
            )
        return until

    def clean(self) -> dict[str, Any]:
        """A promise without its day is none."""
        given = super().clean() or {}
        promise = given.get("kind") == Hold.Kind.PROMISE
        if promise and "until" in given and not given["until"]:
            self.add_error("until", _("By which day was it promised?"))
        return given


class HoldTarget(forms.Form):
    """Whom a hold is for, as the address names it."""

    client = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    invoice = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)


class PostingForm(forms.Form):
    """Which letters were posted, and on which day."""

    on = day_field(_("Posted on"))
    letter = forms.TypedMultipleChoiceField(
        label=_("Letters"),
        coerce=int,
        error_messages={
            "required": _("Tick at least one letter."),
            "invalid_choice": _("One of the letters is no longer on this list."),
        },
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        first: date,
        letters: Sequence[int] = (),
        **options: Any,
    ) -> None:
        """`first` is the day on which the letters were issued."""
        super().__init__(*args, **options)
        self.first, self.last = min(first, today), today
        self.fields["on"].initial = today
        self.fields["letter"].choices = [(pk, pk) for pk in letters]  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        """Not before they were issued, and not a day to come."""
        on: date = self.cleaned_data["on"]
        if not self.first <= on <= self.last:
            raise forms.ValidationError(
                _("Choose a day from %(first)s to today."),
                code="far",
                params={"first": day(self.first)},
            )
        return on
