"""The third step of a run: its letters, read one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clients.models import Client
from delivery.pdf import RenderFailure
from dunning.actions.letters import LetterRefusal, draft_letter
from dunning.flipping import flip
from dunning.listing import proposed
from dunning.models import Run
from dunning.steps import steps
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# What an address says for a letter that is no part of several.
WHOLE = "-"


@permission_required("dunning.view_run", raise_exception=True)
def run_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter as it will look, with the one before and the one after (B10)."""
    run = get_object_or_404(
        Run.objects.select_related("policy", "created_by", "issued_by"), pk=pk
    )
    if run.state == Run.State.DISCARDED:
        return redirect("run", pk)
    shown = flip(run, request.GET.get("letter", ""))
    if shown is None:
        messages.error(request, _("Tick at least one invoice to see its letter."))
        return redirect("run_selection", pk)
    context = {
        "run": run,
        "flip": shown,
        "steps": steps("letters", run),
        "days_off": (run.run_on - localdate()).days,
    }
    return render(request, "dunning/run_letters.html", context)


@permission_required("dunning.view_run", raise_exception=True)
def run_draft_pdf(
    request: HttpRequest, pk: int, client: int, currency: str, part: str = WHOLE
) -> HttpResponse:
    """How a letter would look now; marked as a draft, kept nowhere."""
    run = get_object_or_404(Run, pk=pk, state=Run.State.DRAFT)
    debtor = get_object_or_404(Client, pk=client)
    if not proposed(run).filter(client=debtor, currency=currency).exists():
        raise Http404
    parts = [] if part == WHOLE else [part]
    try:
        content = draft_letter(run, debtor.pk, currency, *parts)
    except (LetterRefusal, RenderFailure) as refusal:
        messages.error(request, str(refusal))
        return redirect("run", pk)
    word = _("draft")
    return pdf_page(content, f"{word}-{debtor.number}.pdf")
