"""What is asked before a bill is sent."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

ONE_LINE = RegexValidator(r"[\r\n]", _("One line only."), inverse_match=True)
NO_BARE_ADDRESS = RegexValidator(
    r"@\[", _("Enter a valid email address."), inverse_match=True
)


class SendBillForm(forms.Form):
    """The e-mail as it will leave; `occasion` counts how often the bill was sent."""

    recipient = forms.EmailField(
        label=_("Recipient"), max_length=254, validators=[NO_BARE_ADDRESS]
    )
    subject = forms.CharField(label=_("Subject"), max_length=200, validators=[ONE_LINE])
    body = forms.CharField(
        label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12})
    )
    occasion = forms.IntegerField(min_value=1, max_value=999, widget=forms.HiddenInput)
