"""Correcting a letter that has not left (B18), with a preview of its PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from delivery.pdf import RenderFailure, render_pdf
from dunning.actions.letters import letter
from dunning.actions.replacing import replace_notice
from dunning.correcting import EditRefusal, corrected
from dunning.facts.editing import fee_for_letter, why_not_edit
from dunning.models import Notice
from dunning.paper import corrected_sheet
from dunning.undo_forms import EditForm
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dunning.models import NoticeLine


@permission_required("dunning.issue_run", raise_exception=True)
def notice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter's words, deadline, fee and invoices; saved as a corrected letter.

    One that has left is not edited: the page says why, and offers to withdraw it.
    """
    found = the_letter(pk)
    if reason := why_not_edit(found):
        messages.error(request, reason)
        return redirect("notice", pk)
    form = EditForm(request.POST or None, notice=found, lines=lines_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            made = replace_notice(found, form.edit, request.user)
        except EditRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            draw(request, made)
            messages.success(
                request,
                _("Reminder %(number)s takes its place.") % {"number": made.number},
            )
            return redirect("notice", made.pk)
    return render(request, "dunning/notice_edit.html", {"notice": found, "form": form})


@require_POST
@permission_required("dunning.issue_run", raise_exception=True)
@xframe_options_sameorigin
def notice_edit_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The corrected letter as a draft, as the form stands; nothing is kept."""
    found = the_letter(pk)
    lines = lines_of(found)
    form = EditForm(request.POST, notice=found, lines=lines, preview=True)
    problems = []
    if form.is_valid():
        try:
            made, rows = corrected(
                found, lines, form.edit, one_fee=fee_for_letter(found)
            )
            sheet = corrected_sheet(made, rows)
            return pdf_page(render_pdf(sheet.html, sheet.extras), "draft.pdf")
        except (EditRefusal, RenderFailure) as refusal:
            problems = [str(refusal)]
    context = {"form": form, "problems": problems}
    return render(request, "dunning/notice_edit_problems.html", context, status=422)


def the_letter(pk: int) -> Notice:
    """The letter with all that is shown of it."""
    rows = Notice.objects.select_related("client", "run")
    found: Notice = get_object_or_404(rows, pk=pk)
    return found


def lines_of(notice: Notice) -> list[NoticeLine]:
    """Its invoices that count."""
    rows = notice.lines.filter(withdrawn_at=None).select_related("invoice")
    return list(rows.order_by("pk"))


def draw(request: HttpRequest, made: Notice) -> None:
    """Draw and archive it at once; what fails is drawn when somebody asks again."""
    try:
        letter(made)
    except RenderFailure as failure:
        messages.error(request, str(failure))
