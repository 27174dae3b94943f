"""The words of a level beside the letters and e-mails they make, on a real client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from clients.facts import company
from clients.models import Client
from delivery.pdf import render_pdf
from dunning.documents import Wording
from dunning.facts.samples import sample_clients, sample_letters
from dunning.models import Level, LevelText
from dunning.paper import draft_sheets
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

MAY_LOOK = "dunning.view_policy"
# So many clients stand in the list to choose from.
OFFERED = 200
NO_NUMBER = "R-…"


class SampleForm(forms.Form):
    """On which client the words are tried."""

    client = forms.ModelChoiceField(
        Client.objects.none(), label=_("Client"), required=False, empty_label=None
    )

    def __init__(self, data: Any, clients: QuerySet[Client]) -> None:
        """Any client who is late; the first ones are in the list."""
        super().__init__(data)
        field = self.fields["client"]
        field.queryset = clients  # type: ignore[attr-defined]
        field.widget.choices = [
            (client.pk, f"{client.number} {client.name}")
            for client in clients[:OFFERED]
        ]


@permission_required(MAY_LOOK, raise_exception=True)
def level_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Each language's words, and beside them the letter and the e-mail."""
    level = get_object_or_404(Level.objects.select_related("policy"), pk=pk)
    clients = sample_clients(level.policy, localdate())
    form = SampleForm(request.GET or None, clients)
    chosen = form.cleaned_data["client"] if form.is_valid() else None
    client = chosen or clients.first()
    context = {
        "level": level,
        "form": form,
        "client": client,
        "samples": samples(level, client) if client else [],
    }
    return render(request, "dunning/level_preview.html", context)


def samples(level: Level, client: Client) -> list[dict[str, Any]]:
    """For each language the words as they are stored, and those of the e-mail."""
    texts, today = list(level.texts.order_by("language")), localdate()
    letters = sample_letters(level, client, [text.language for text in texts], today)
    wording = Wording(company(), today)
    return [
        {
            "text": text,
            "mail": wording.of(letters[text.language], NO_NUMBER)
            if text.language in letters
            else None,
        }
        for text in texts
    ]


@permission_required(MAY_LOOK, raise_exception=True)
def level_preview_pdf(
    request: HttpRequest, pk: int, client: int, language: str
) -> HttpResponse:
    """The letter to the client in one language, marked as a draft."""
    level = get_object_or_404(Level.objects.select_related("policy"), pk=pk)
    get_object_or_404(LevelText, level=level, language=language)
    owner = get_object_or_404(Client, pk=client)
    today = localdate()
    planned = sample_letters(level, owner, [language], today).get(language)
    if planned is None:
        raise Http404
    [sheet] = draft_sheets([planned], today)
    return pdf_page(render_pdf(sheet.html, sheet.extras), f"{level.name}.pdf")
