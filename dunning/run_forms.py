"""What people fill in on the way through a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.rules.text import one_line
from dunning.forms import ReasonField, RunForm
from dunning.rules.caution import Confirmation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunning.rules.caution import Cautions


class StaleField(ReasonField):
    """Why reminders go out although the bank's data is old."""

    def __init__(self) -> None:
        """Kept with the run."""
        super().__init__(help_text=_("Kept with the run, with your name."))
        self.label = _("Why do you go on although the bank data is old?")


class StartForm(RunForm):
    """The first step: the day, the policy, and why if the bank's data is old."""

    def __init__(self, *args: Any, is_stale: bool, **options: Any) -> None:
        """The reason is asked for only where there is something to explain."""
        super().__init__(*args, **options)
        if is_stale:
            self.fields["stale_reason"] = StaleField()


class IssueForm(forms.Form):
    """The last look: a reason and a number, each only where it is asked for."""

    def __init__(
        self, *args: Any, asked: Cautions, letters: int, **options: Any
    ) -> None:
        """`letters` would be issued now."""
        super().__init__(*args, **options)
        self.letters = letters
        if asked.needs_reason:
            self.fields["stale_reason"] = StaleField()
        if asked.needs_count:
            self.fields["typed_letters"] = forms.IntegerField(
                label=_("Number of letters"),
                help_text=_("Type how many letters are issued."),
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "autocomplete": "off"}
                ),
            )

    def clean_typed_letters(self) -> int:
        """Exactly the number that the button names."""
        typed: int = self.cleaned_data["typed_letters"]
        if typed != self.letters:
            raise forms.ValidationError(
                _("That is not the number of letters of this run: %(n)s."),
                code="other",
                params={"n": self.letters},
            )
        return typed


class SaidForm(forms.Form):
    """What was said before issuing; whether it is enough the action decides."""

    stale_reason = forms.CharField(required=False, max_length=300)
    typed_letters = forms.IntegerField(required=False)


def said(given: Mapping[str, Any]) -> Confirmation:
    """The confirmation that was sent; what is not understood was not said."""
    form = SaidForm(given)
    form.is_valid()
    return Confirmation(
        one_line(form.cleaned_data.get("stale_reason") or ""),
        form.cleaned_data.get("typed_letters"),
    )


class NoFeeForm(forms.Form):
    """Why a letter bears no fee; empty: it bears the policy's again."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_("Left empty, the letter bears the fee of its level again."),
    )

    def clean_reason(self) -> str:
        """One line, or nothing."""
        return one_line(self.cleaned_data["reason"] or "")
