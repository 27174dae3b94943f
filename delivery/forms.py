"""Forms of the outbox."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.fields import LineField, MailField
from delivery.models import MailService


class AddressForm(forms.Form):
    """The address that a message should have gone to."""

    email = MailField(label=_("Right address"), max_length=254)


class SenderForm(forms.ModelForm[MailService]):
    """Who writes e-mails, and where replies go."""

    class Meta:
        model = MailService
        fields = ["sender_name", "reply_to"]
        field_classes = {"sender_name": LineField, "reply_to": MailField}
        help_texts = {
            "sender_name": _("Stands before the company's address. Empty: its name."),
            "reply_to": _("Empty: the company's e-mail address."),
        }


class HoldForm(forms.Form):
    """Why no mail may leave for now."""

    why = LineField(label=_("Reason"), max_length=200)


class CheckForm(forms.Form):
    """Where a test mail goes."""

    recipient = MailField(label=_("To"), max_length=254)
