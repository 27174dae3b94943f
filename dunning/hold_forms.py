"""What people fill in about promises, levels and what follows the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.entry_forms import AmountField, read_amount
from dunning.forms import LONGEST_HOLD, HoldForm, ReasonField, day_field
from dunning.models import Decision, Hold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from moneyed import Money

    from billing.models import Invoice


class InvoiceHoldForm(HoldForm):
    """A pause of one invoice, or a promise to pay it or a part of it."""

    amount = AmountField(
        label=_("Promised amount"),
        required=False,
        help_text=_("Of a promise; left empty, all that is open was promised."),
    )
    field_order = ["kind", "until", "amount", "reason"]

    def __init__(self, *args: Any, open_: Money, **options: Any) -> None:
        """`open_` is the most that can be promised."""
        super().__init__(*args, **options)
        self.open = open_

    def clean(self) -> dict[str, Any]:
        """The amount as money, of a promise only."""
        given = super().clean()
        text = given.get("amount")
        given["money"] = None
        if text and given.get("kind") == Hold.Kind.PROMISE:
            given["money"] = self._read(text)
        return given

    def _read(self, text: str) -> Money | None:
        try:
            amount = read_amount(text, self.open.currency.code)
        except ValidationError as error:
            self.add_error("amount", error)
            return None
        if amount.amount <= 0:
            self.add_error("amount", gettext("An amount must be more than zero."))
        elif amount > self.open:
            self.add_error("amount", gettext("That is more than is open."))
        return amount


class LevelForm(forms.Form):
    """A level set by hand, with its reason."""

    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        help_text=_("Level 0 starts over: the next reminder is the first one again."),
    )
    deadline_on = day_field(
        _("Deadline"),
        required=False,
        help_text=_("Left empty, it stays. The next reminder follows after it."),
    )
    reason = ReasonField(help_text=_("It stays in the history of the invoice."))
    # The level that stood on the page.
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=99)

    def __init__(
        self,
        *args: Any,
        levels: Sequence[tuple[int, str]],
        invoice: Invoice,
        today: date,
        **options: Any,
    ) -> None:
        """`levels` are those of the policy, with 0."""
        super().__init__(*args, **options)
        choices = [(level, name) for level, name in levels if level != invoice.level]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
        self.first, self.last = invoice.due_on, today + LONGEST_HOLD

    def clean_deadline_on(self) -> date | None:
        """Not before the due date, and not one nobody will live to see."""
        day: date | None = self.cleaned_data["deadline_on"]
        if day and not self.first <= day <= self.last:
            raise ValidationError(
                gettext("Not before the due date, and at most two years ahead."),
                code="far",
            )
        return day


class DecisionForm(forms.Form):
    """What follows the last level, for the invoices that were ticked."""

    KINDS = [
        (kind, Decision.Kind(kind).label)
        for kind in (Decision.Kind.CALL, Decision.Kind.COLLECTION, Decision.Kind.WAIT)
    ]
    kind = forms.ChoiceField(
        label=_("What follows?"), choices=KINDS, widget=forms.RadioSelect
    )
    again_on = day_field(
        _("Look at it again on"),
        required=False,
        help_text=_("Needed to wait and to call; left empty, it is decided for good."),
    )
    reason = ReasonField(help_text=_("A note: it stays in the history of the invoice."))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """A day to come."""
        super().__init__(*args, **options)
        self.today = today

    def clean_again_on(self) -> date | None:
        """After today, two years ahead at most."""
        day: date | None = self.cleaned_data["again_on"]
        if day and not self.today < day <= self.today + LONGEST_HOLD:
            raise ValidationError(
                gettext("Choose a day after today, up to two years ahead."), code="far"
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Who waits or calls looks at it again."""
        given = super().clean() or {}
        again = {Decision.Kind.CALL, Decision.Kind.WAIT}
        if given.get("kind") in again and given.get("again_on", 0) is None:
            self.add_error("again_on", gettext("When do you look at it again?"))
        return given
