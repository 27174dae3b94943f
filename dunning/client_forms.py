"""How one client is reminded: its policy, and a block of all its reminders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunning.forms import HoldForm
from dunning.models import Policy


class PolicyForm(forms.Form):
    """The policy of a client, where it is not the default one."""

    policy = forms.ModelChoiceField(
        Policy.objects.all(),
        label=_("Dunning policy"),
        required=False,
        empty_label=_("The default one"),
        help_text=_("From the next run on; a run that is a draft keeps its levels."),
    )


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
