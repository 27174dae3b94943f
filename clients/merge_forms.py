"""Which client is merged into which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.fields import LineField
from clients.models import Client


class OtherForm(forms.Form):
    """The other client, by its number."""

    other = LineField(
        label=_("Number of the other client"),
        max_length=40,
        help_text=_(
            "The list of clients finds it by name, e-mail, IBAN or VAT number."
        ),
    )

    def __init__(self, *args: Any, client: Client, **options: Any) -> None:
        self.client = client
        super().__init__(*args, **options)

    def clean_other(self) -> Client:
        """A client that is there, and another one."""
        number = self.cleaned_data["other"]
        found = Client.objects.filter(number__iexact=number)
        other = found.filter(number=number).first() or found.first()
        if other is None:
            raise ValidationError(gettext("There is no client with this number."))
        if other.pk == self.client.pk:
            raise ValidationError(gettext("This is the client itself."))
        if other.merged_into_id:
            raise ValidationError(
                gettext("%(client)s has been merged already.") % {"client": other}
            )
        return other
