"""How one client is reminded: its terms, and a block of all its reminders."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunning.forms import HoldForm
from dunning.level_forms import FigureField
from dunning.models import ClientTerms, Policy
from dunning.models.policy import CHANNELS
from dunning.rules.dossier import Terms

if TYPE_CHECKING:
    from django.http import QueryDict

# The words of the three answers, as the form sends them.
AGREED = {"": None, "yes": True, "no": False}
ANSWERS = {answer: word for word, answer in AGREED.items()}
HIGHEST_RATE = 30


class TermsForm(forms.Form):
    """What was agreed with a client, where it is not as for everybody."""

    policy = forms.ModelChoiceField(
        Policy.objects.all(),
        label=_("Dunning policy"),
        required=False,
        empty_label=_("The default one"),
        help_text=_("From the next run on; a run that is a draft keeps its levels."),
    )
    channel = forms.ChoiceField(
        choices=[("", _("As the policy says")), *CHANNELS],
        label=_("Reminders go by"),
        required=False,
        help_text=_("Without an e-mail address they are printed in any case."),
    )
    fees_agreed = forms.ChoiceField(
        choices=[
            ("", _("As the policy says")),
            ("yes", _("Yes, with their amounts")),
            ("no", _("No: none is charged")),
        ],
        label=_("Reminder fees are agreed"),
        required=False,
        help_text=_("In Switzerland a fee is owed only where it was agreed."),
    )
    agreed_rate = FigureField(
        label=_("Agreed late interest, % a year"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(HIGHEST_RATE),
        max_digits=5,
        decimal_places=2,
        help_text=_(
            "In place of the law's and the policy's, at the levels that charge "
            "interest. 0: none is charged."
        ),
    )

    def terms(self) -> Terms:
        """What was filled in."""
        given = self.cleaned_data
        return Terms(
            given["channel"], AGREED[given["fees_agreed"]], given["agreed_rate"]
        )


def terms_form(data: QueryDict | None, own: ClientTerms | None) -> TermsForm:
    """The form, filled in with what was agreed before."""
    if own is None:
        return TermsForm(data)
    initial = {
        "policy": own.policy_id,
        "channel": own.channel,
        "fees_agreed": ANSWERS[own.fees_agreed],
        "agreed_rate": own.agreed_rate,
    }
    return TermsForm(data, initial=initial)


class BlockForm(HoldForm):
    """A reason and an end, for all invoices of a client."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """A block is no promise: nobody chooses a kind."""
        super().__init__(*args, **options)
        del self.fields["kind"]
        self.fields["until"].label = _("Blocked until and including")
        self.fields["until"].help_text = _(
            "Left empty, the client is blocked until somebody releases it."
        )
