"""Forms of the admin for policies: every error next to its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext as _

from billing.rules.money import decimals
from clients.facts import company
from clients.rules.languages import LANGUAGES
from dunning.actions.policies import add_missing_texts
from dunning.models import Level, LevelAmount, LevelText, Policy
from dunning.rules.texts import PLACEHOLDERS, unknown_placeholders

if TYPE_CHECKING:
    from decimal import Decimal

    FormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    FormSet = forms.BaseInlineFormSet

# Above every level while their order is changed: two may swap their places.
ASIDE = 10_000
FIGURES = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?", re.ASCII)


class PolicyForm(forms.ModelForm[Policy]):
    """A policy; making it the default one takes that from the other."""

    class Meta:
        model = Policy
        fields = ["name", "is_default", "min_interval_days"]

    def _get_validation_exclusions(self) -> set[str]:
        # The admin takes the mark from the other policy before it saves this one.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {"is_default"}


class LevelForm(forms.ModelForm[Level]):
    """One level; whether its place is free is seen with all of them together."""

    class Meta:
        model = Level
        fields = ["position", "name", "grace_days", "term_days", "interest_rate"]

    def validate_unique(self) -> None:
        """Nothing: levels may swap places."""


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


class FigureField(forms.DecimalField):
    """An amount in plain figures: no `1e5`, no digits of other scripts."""

    def to_python(self, value: Any) -> Any:
        """The amount, or the usual error."""
        if value and not FIGURES.fullmatch(str(value).strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


def figure_field() -> FigureField:
    """An amount that is not negative, zero unless it is filled in."""
    return FigureField(min_value=0, max_digits=12, decimal_places=3, initial=0)


class AmountForm(forms.ModelForm[LevelAmount]):
    """Fee and least amount in a currency, with that currency's decimals."""

    currency = forms.ChoiceField()
    fee = figure_field()
    minimum = figure_field()

    class Meta:
        model = LevelAmount
        fields = ["currency", "fee", "minimum"]

    def __init__(self, *args: Any, **options: Any) -> None:
        """Show bare figures: the currency stands beside them."""
        super().__init__(*args, **options)
        codes = dict.fromkeys([*settings.CURRENCIES, self.instance.currency])
        self.fields["currency"].choices = [(c, c) for c in codes if c]  # type: ignore[attr-defined]
        for name in ("fee", "minimum"):
            field = LevelAmount._meta.get_field(name)  # noqa: SLF001
            self.fields[name].label = field.verbose_name  # type: ignore[union-attr]
            if self.instance.pk:
                shown = getattr(self.instance, name)
                self.initial[name] = f"{shown.amount:.{decimals(shown.currency)}f}"

    def clean_fee(self) -> Decimal:
        """With the decimals of its currency."""
        return self._in_currency("fee")

    def clean_minimum(self) -> Decimal:
        """With the decimals of its currency."""
        return self._in_currency("minimum")

    def _in_currency(self, name: str) -> Decimal:
        amount: Decimal = self.cleaned_data[name]
        code = self.cleaned_data.get("currency")
        if code and amount != round(amount, decimals(code)):
            raise ValidationError(
                _("%(currency)s has only %(places)s decimals.")
                % {"currency": code, "places": decimals(code)}
            )
        return amount


class TextForm(forms.ModelForm[LevelText]):
    """Words of a level; placeholders come from a closed list."""

    class Meta:
        model = LevelText
        fields = ["language", "title", "opening", "closing", "subject", "body"]

    def clean(self) -> dict[str, Any]:
        """Tell each part with a placeholder that does not exist."""
        found = super().clean() or self.cleaned_data
        known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        for part in ("title", "opening", "closing", "subject", "body"):
            if unknown := unknown_placeholders(found.get(part) or ""):
                self.add_error(
                    part,
                    _("%(unknown)s is no placeholder. There are: %(known)s.")
                    % {"unknown": unknown[0], "known": known},
                )
        return found


class TextFormSet(FormSet):
    """The words of a level, at least in the language of the company."""

    def clean(self) -> None:
        """The company's language is what others fall back to."""
        super().clean()
        given = {
            form.cleaned_data.get("language") for form in self.forms if stays(form)
        }
        needed = company().language
        if needed not in given:
            raise ValidationError(
                _("The words in %(language)s are needed: others fall back to them.")
                % {"language": _(LANGUAGES[needed])}
            )


def stays(form: Any) -> bool:
    """Whether a row of a form set is filled in, and not to be deleted."""
    given = form.has_changed() or form.instance.pk
    return bool(given) and not form.cleaned_data.get(DELETION_FIELD_NAME)
