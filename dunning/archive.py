"""The list of all runs: narrowed to a client, each with what became of its letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, search_key
from dunning.forms import LARGEST_KEY
from dunning.models import Notice, Run

if TYPE_CHECKING:
    from django.db.models import QuerySet


class RunFilter(forms.Form):
    """Which runs are listed; what is not understood is left aside."""

    q = forms.CharField(
        label=_("Client or letter"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    client = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )

    def chosen(self) -> Client | None:
        """The client whose runs are listed."""
        self.is_valid()
        key = self.cleaned_data.get("client")
        return Client.objects.filter(pk=key).first() if key else None


def chosen_runs(form: RunFilter) -> QuerySet[Run]:
    """The runs, the newest first, with a letter to whom the filter names."""
    rows = Run.objects.select_related("created_by", "issued_by", "policy")
    form.is_valid()
    words = form.cleaned_data.get("q") or ""
    letters = Notice.objects.filter(run=OuterRef("pk"))
    if key := form.cleaned_data.get("client"):
        rows = rows.filter(Exists(letters.filter(client=key)))
    if search_key(words):
        named = Q(client__search__contains=search_key(words))
        rows = rows.filter(
            Exists(letters.filter(named | Q(number__icontains=words.strip())))
        )
    return rows
