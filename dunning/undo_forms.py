"""What people fill in to take reminders back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.rules.text import one_line
from clients.templatetags.format import day
from dunning.correcting import PLACEHOLDERS, Edit, texts_of
from dunning.forms import YEARS, ReasonField, ReasonForm, day_field
from dunning.rules.texts import fill

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dunning.models import Notice, NoticeLine


class UndoForm(ReasonForm):
    """Why a run is undone; how many letters that cannot be called back are named.

    `tell` has a short letter written to the clients that had theirs.
    """

    tell = forms.BooleanField(
        label=_(
            "Tell these clients by a short letter that the reminder does not count"
        ),
        required=False,
    )
    typed = forms.IntegerField(
        label=_("Number of letters that have left"),
        min_value=1,
        help_text=_("Type the number: what clients have read cannot be taken back."),
    )

    def __init__(self, *args: Any, left: int, **options: Any) -> None:
        """`left` letters have left by now; where none has, nothing is asked of them."""
        super().__init__(*args, **options)
        self.left = left
        if not left:
            del self.fields["typed"], self.fields["tell"]

    def clean_typed(self) -> int:
        """The number that holds now, also where one more has left meanwhile."""
        typed: int = self.cleaned_data["typed"]
        if typed != self.left:
            raise forms.ValidationError(
                ngettext(
                    "By now %(n)s letter has left.",
                    "By now %(n)s letters have left.",
                    self.left,
                ),
                code="other",
                params={"n": self.left},
            )
        return typed


class WithdrawForm(ReasonForm):
    """Why a letter, or one invoice of it, is taken back."""

    tell = forms.BooleanField(
        label=_("Tell the client by a short letter that the reminder does not count"),
        required=False,
    )

    def __init__(self, *args: Any, left: bool, **options: Any) -> None:
        """Who has not had the letter needs not be told."""
        super().__init__(*args, **options)
        if not left:
            del self.fields["tell"]


def text_field(label: Any, length: int) -> forms.CharField:
    """A text of several lines."""
    area = forms.Textarea(attrs={"rows": 6})
    return forms.CharField(label=label, max_length=length, widget=area)


class EditForm(forms.Form):
    """What is to be different on a letter that has not left (B18)."""

    opening = text_field(_("Text before the table"), 4000)
    closing = text_field(_("Text after the table"), 4000)
    subject = forms.CharField(label=_("Subject of the e-mail"), max_length=200)
    body = text_field(_("Text of the e-mail"), 4000)
    deadline_on = day_field(_("Payable until"))
    no_fee = forms.CharField(
        label=_("Why without the fee"),
        required=False,
        max_length=300,
        help_text=_("Left empty, the fee stays."),
    )
    without = forms.TypedMultipleChoiceField(
        label=_("Invoices to take off"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = ReasonField(help_text=_("Why the letter is corrected."))

    def __init__(
        self,
        *args: Any,
        notice: Notice,
        lines: Sequence[NoticeLine],
        preview: bool = False,
        **options: Any,
    ) -> None:
        """Begin with the letter as it is; a preview needs no reason yet."""
        super().__init__(*args, **options)
        self.notice = notice
        first = {**texts_of(notice), "deadline_on": notice.deadline_on}
        for name, value in first.items():
            self.fields[name].initial = value
        choices = [(line.pk, line.invoice.number) for line in lines]
        self.fields["without"].choices = choices  # type: ignore[attr-defined]
        if len(choices) < 2:
            del self.fields["without"]
        if not notice.fee:
            del self.fields["no_fee"]
        self.fields["reason"].required = not preview

    def clean_deadline_on(self) -> date:
        """Not before the letter, and not years away by a slip of the hand."""
        until: date = self.cleaned_data["deadline_on"]
        if not self.notice.run_on <= until <= self.notice.run_on + YEARS:
            raise forms.ValidationError(
                _("Choose a day from %(first)s, the date of the letter, on."),
                code="far",
                params={"first": day(self.notice.run_on)},
            )
        return until

    def clean_no_fee(self) -> str:
        """One line."""
        return one_line(self.cleaned_data["no_fee"])

    def clean_subject(self) -> str:
        """One line, with known placeholders."""
        return self._known(one_line(self.cleaned_data["subject"]))

    def clean_opening(self) -> str:
        """Known placeholders only."""
        return self._known(self.cleaned_data["opening"])

    def clean_closing(self) -> str:
        """Known placeholders only."""
        return self._known(self.cleaned_data["closing"])

    def clean_body(self) -> str:
        """Known placeholders only."""
        return self._known(self.cleaned_data["body"])

    def _known(self, text: str) -> str:
        rest = fill(text, dict.fromkeys(PLACEHOLDERS, ""))
        if "{" in rest or "}" in rest:
            known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise forms.ValidationError(
                _("Unknown words in braces; known are %(known)s."),
                code="placeholder",
                params={"known": known},
            )
        return text.replace("\r\n", "\n")

    @property
    def edit(self) -> Edit:
        """What was filled in."""
        given = self.cleaned_data
        return Edit(
            given["opening"],
            given["closing"],
            given["subject"],
            given["body"],
            given["deadline_on"],
            given["reason"],
            given.get("no_fee", ""),
            frozenset(given.get("without", ())),
        )
