"""Forms of the admin for one level, its fees and its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.rules.money import decimals
from clients.facts import company
from clients.rules.languages import LANGUAGES
from dunning.models import Level, LevelAmount, LevelText, Policy
from dunning.policy_forms import (
    FormSet,
    Looked,
    check_interest,
    needs_agreement,
    stays,
)
from dunning.rules.texts import PLACEHOLDERS, unknown_placeholders

if TYPE_CHECKING:
    from decimal import Decimal

FIGURES = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?", re.ASCII)


class LevelPageForm(Looked):
    """All of a level but its place, which is seen in its policy."""

    class Meta:
        model = Level
        fields = [
            "name",
            "grace_days",
            "term_days",
            "channel",
            "attach_invoices",
            "fee_per",
            "interest_rate",
            "legal_interest",
            "lump_sum",
        ]
        help_texts = {
            "channel": gettext_lazy(
                "Without an e-mail address a letter is printed in any case. It can be "
                "said otherwise for a client."
            ),
            "attach_invoices": gettext_lazy("With the letter, by e-mail and by post."),
            "fee_per": gettext_lazy(
                "In France no reminder fee is charged (CPCE art. L111-8)."
            ),
            "interest_rate": gettext_lazy(
                "Leave it at 0 where interest by law is charged."
            ),
            "legal_interest": gettext_lazy(
                "By the table of reference rates and the law of the client's country."
            ),
            "lump_sum": gettext_lazy(
                "40 EUR for each late invoice, once: on letters in euros to businesses "
                "in the European Union, never to consumers."
            ),
        }

    def clean(self) -> dict[str, Any]:
        """One kind of interest, and a lump sum only where there is one."""
        found = super().clean() or self.cleaned_data
        check_interest(self, found)
        swiss = self.instance.policy.regime == Policy.Regime.CH
        if found.get("lump_sum") and swiss:
            self.add_error("lump_sum", _("Swiss law knows no lump sum."))
        return found


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
        """With the decimals of its currency; in Switzerland only where agreed."""
        fee = self._in_currency("fee")
        policy = self.instance.level.policy
        if fee and not policy.fees_agreed and needs_agreement(policy.regime):
            raise ValidationError(
                _(
                    "In Switzerland a fee is owed only where it was agreed: tick that "
                    "in the policy first."
                )
            )
        return fee

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


class WordsField(forms.CharField):
    """Words with line ends as they are stored: browsers send others."""

    def to_python(self, value: Any) -> Any:
        """The same words, whatever ends their lines."""
        words = super().to_python(value) or ""
        return words.replace("\r\n", "\n").replace("\r", "\n")


class TextForm(forms.ModelForm[LevelText]):
    """Words of a level; placeholders come from a closed list."""

    class Meta:
        model = LevelText
        fields = ["language", "title", "opening", "closing", "subject", "body"]
        field_classes = dict.fromkeys(["opening", "closing", "body"], WordsField)

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
