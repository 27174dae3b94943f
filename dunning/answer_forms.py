"""What people fill in when they decide on an answer, and the filters of the list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.tables import ListFilter
from clients.models import search_key
from clients.rules.text import one_line
from dunning.forms import LONGEST_HOLD, day_field
from statements.models import Answer, AnswerPart

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

# So long money is on its way at most, once it has left.
UNDER_WAY = timedelta(days=10)


class NoteField(forms.CharField):
    """A line that is kept with the decision."""

    def __init__(self, label: Any, **options: Any) -> None:
        """The same length for every note."""
        super().__init__(label=label, max_length=300, **options)

    def to_python(self, value: Any) -> str:
        """Without control characters and direction marks."""
        return one_line(super().to_python(value) or "")


class ConfirmForm(forms.Form):
    """Until when what the client says holds; a promise says so itself."""

    until = day_field(_("Until and including"), required=False)
    note = NoteField(
        _("Note"), required=False, help_text=_("The client does not see it.")
    )

    def __init__(self, *args: Any, answer: Answer, today: date, **options: Any) -> None:
        """A payment is waited for some days; a dispute may last."""
        super().__init__(*args, **options)
        self.today = today
        until = self.fields["until"]
        if answer.kind == Answer.Kind.PROMISE:
            del self.fields["until"]
        elif answer.kind == Answer.Kind.PAID:
            until.required = True
            until.initial = today + UNDER_WAY
            until.label = _("Wait for the payment until")
            until.help_text = _("If it has not come by then, reminders go on.")
        else:
            until.label = _("Disputed until and including")
            until.help_text = _("Left empty, until somebody ends the dispute.")

    def clean_until(self) -> date | None:
        """A day to come, and not one that nobody will live to see."""
        until: date | None = self.cleaned_data["until"]
        if until and not self.today <= until <= self.today + LONGEST_HOLD:
            raise ValidationError(
                gettext("Choose a day from today up to two years ahead."), code="far"
            )
        return until


class DeclineForm(forms.Form):
    """Why it is not accepted."""

    why = NoteField(
        _("Reason"), min_length=3, help_text=_("The client does not see it.")
    )


class AnswerFilter(ListFilter):
    """The filters of the list, all in the address; first those that wait."""

    state = filters.ChoiceFilter(
        label=_("State"),
        method="narrow",
        choices=[*Answer.State.choices, ("all", _("All"))],
        empty_label=None,
    )
    kind = filters.ChoiceFilter(
        label=_("Answer"), choices=Answer.Kind.choices, empty_label=_("All")
    )

    def __init__(self, data: Any, rows: Any) -> None:
        """Without a state, or with one that is none, those that wait are shown."""
        data = data.copy()
        if data.get("state") not in {*Answer.State.values, "all"}:
            data["state"] = Answer.State.PENDING
        super().__init__(data, rows, [])
        self.form.fields["state"].initial = Answer.State.PENDING

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of an invoice's number, or of the client's name or number."""
        named = AnswerPart.objects.filter(invoice__number__icontains=text)
        return rows.filter(
            Q(client__search__contains=search_key(text))
            | Q(pk__in=named.values("answer"))
        )

    def narrow(
        self, rows: QuerySet[Answer], _name: str, state: str
    ) -> QuerySet[Answer]:
        """Those in a state, or all of them."""
        return rows if state == "all" else rows.filter(state=state)
