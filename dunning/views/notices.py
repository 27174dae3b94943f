"""One letter, as it was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render

from delivery.models import Document, Message
from delivery.pdf import RenderFailure
from dunning.actions.letters import letter
from dunning.facts.editing import why_not_edit
from dunning.facts.letters import courses
from dunning.facts.open_charges import shown
from dunning.models import Notice
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@permission_required("dunning.view_run", raise_exception=True)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What the letter claims, its invoices, its e-mails and its PDF."""
    found: Notice = get_object_or_404(
        Notice.objects.select_related(
            "client", "run", "document", "replaces", "replaced_by"
        ).defer("document__content"),
        pk=pk,
    )
    lines = found.lines.select_related("invoice", "withdrawal__person").order_by("pk")
    mails = Message.objects.filter(kind=Document.Kind.NOTICE, number=found.number)
    context = {
        "notice": found,
        "lines": lines,
        "mails": mails.order_by("pk"),
        "course": courses([found])[found.pk],
        "editable": not why_not_edit(found),
        "charges": shown(found.charges.all()),
    }
    return render(request, "dunning/notice.html", context)


@permission_required("dunning.view_run", raise_exception=True)
def notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The archived bytes; a letter not yet rendered is rendered and kept now (B10)."""
    found: Notice = get_object_or_404(
        Notice.objects.select_related("client", "run"), pk=pk
    )
    try:
        document = letter(found)
    except RenderFailure as failure:
        messages.error(request, str(failure))
        return redirect("notice", pk)
    return pdf_page(bytes(document.content), document.file_name)
