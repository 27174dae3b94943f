"""Forms of the admin for a policy and its levels: every error next to its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.facts import company
from dunning.actions.policies import add_missing_texts
from dunning.models import Level, LevelAmount, Policy

if TYPE_CHECKING:
    FormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    FormSet = forms.BaseInlineFormSet

# What a form is sent with to see what it would do.
LOOK = "_look"
# Above every level while their order is changed: two may swap their places.
ASIDE = 10_000


class Looked(forms.ModelForm[Any]):
    """A form that may be sent only to see what its values would do: never saved."""

    def is_valid(self) -> bool:
        """Whether it may be saved; looked at, it has its errors, or none."""
        return super().is_valid() and LOOK not in self.data


class PolicyForm(Looked):
    """A policy; making it the default one takes that from the other."""

    weekdays = forms.MultipleChoiceField(
        choices=[(str(day + 1), name) for day, name in WEEKDAYS.items()],
        label=gettext_lazy("On these weekdays"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "From the day on which this is saved. A day that was missed is caught up "
            "with one run."
        ),
    )

    class Meta:
        model = Policy
        fields = [
            "name",
            "is_default",
            "min_interval_days",
            "grouping",
            "working_days",
            "regime",
            "fees_agreed",
            "day_count",
            "automation",
            "weekdays",
            "skip_holidays",
        ]
        help_texts = {
            "grouping": gettext_lazy("Two clients or currencies never share a letter."),
            "working_days": gettext_lazy(
                "It is moved to the next working day, by the public holidays of the "
                "company's country."
            ),
            "regime": gettext_lazy(
                "It decides on fees, on interest by law, and on the lump sum."
            ),
            "fees_agreed": gettext_lazy(
                "In Switzerland a fee is owed only where it was agreed, as by "
                "the terms of an order. It can be said otherwise for a client."
            ),
            "automation": gettext_lazy(
                "A run that is issued by itself stays a proposal when the bank data is "
                "old or when it is far larger than usual."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        """Each weekday has a box of its own."""
        super().__init__(*args, **options)
        self.initial["weekdays"] = list(self.instance.weekdays)

    def clean_fees_agreed(self) -> bool:
        """Fees that are charged in Switzerland need it."""
        agreed: bool = self.cleaned_data["fees_agreed"]
        fees = LevelAmount.objects.filter(level__policy=self.instance.pk, fee__gt=0)
        law = self.cleaned_data.get("regime", Policy.Regime.AUTO)
        if not agreed and needs_agreement(law) and fees.exists():
            raise ValidationError(
                _(
                    "Its levels charge fees. In Switzerland they are owed only where "
                    "they were agreed: tick this, or take the fees away first."
                )
            )
        return agreed

    def clean_weekdays(self) -> str:
        """The days as digits; at least one where something happens by itself."""
        days = "".join(sorted(self.cleaned_data["weekdays"]))
        if not days and self.cleaned_data.get("automation") != Policy.Automation.OFF:
            raise ValidationError(_("Choose at least one day."))
        return days or self.instance.weekdays

    def _get_validation_exclusions(self) -> set[str]:
        # The admin takes the mark from the other policy before it saves this one.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {"is_default"}


def needs_agreement(regime: str) -> bool:
    """Whether fees are charged under Swiss law (CO 104: only what was agreed)."""
    swiss = regime == Policy.Regime.AUTO and company().country == "CH"
    return swiss or regime == Policy.Regime.CH


class LevelForm(Looked):
    """One level; whether its place is free is seen with all of them together."""

    class Meta:
        model = Level
        fields = ["position", "name", "grace_days", "term_days", "interest_rate"]

    def clean(self) -> dict[str, Any]:
        """One kind of interest, and a lump sum only where there is one."""
        found = super().clean() or self.cleaned_data
        check_interest(self, found)
        return found

    def validate_unique(self) -> None:
        """Nothing: levels may swap places."""


def check_interest(form: forms.ModelForm[Any], found: dict[str, Any]) -> None:
    """Interest is by law or by a rate of its own, not both."""
    legal = found.get("legal_interest", form.instance.legal_interest)
    if legal and found.get("interest_rate"):
        form.add_error(
            "interest_rate",
            _("This level charges interest by law: leave the rate at 0."),
        )


class LevelFormSet(FormSet):
    """The levels of a policy: 1, 2, 3 and so on, none twice, none missing."""

    def clean(self) -> None:
        """Tell each level that is out of order."""
        kept = [form for form in self.forms if stays(form)]
        if not kept:
            raise ValidationError(_("A policy needs at least one level."))
        places = [form.cleaned_data.get("position") for form in kept]
        for form, place in zip(kept, places, strict=True):
            if place is not None and (places.count(place) > 1 or place > len(kept)):
                form.add_error("position", _("Number the levels 1, 2, 3 …, each once."))

    def validate_unique(self) -> None:
        """Nothing more: `clean` has compared the places."""

    def save(self, commit: bool = True) -> Any:
        """Save, levels that change places included; new ones get the usual words."""
        levels = Level.objects.filter(policy=self.instance)
        if commit:
            levels.update(position=F("position") + ASIDE)
        saved = super().save(commit=commit)
        if commit:
            levels.filter(position__gte=ASIDE).update(position=F("position") - ASIDE)
            for level in levels:
                add_missing_texts(level)
        return saved


def stays(form: Any) -> bool:
    """Whether a row of a form set is filled in, and not to be deleted."""
    given = form.has_changed() or form.instance.pk
    return bool(given) and not form.cleaned_data.get(DELETION_FIELD_NAME)
