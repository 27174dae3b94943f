"""Letters of a run that go by post: print them, then say that they are posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from delivery.pdf import RenderFailure
from dunning.actions.posting import confirm_posted, paper_pdf
from dunning.facts.posting import letters_to_post, posted_letters
from dunning.forms import PostingForm
from dunning.models import Run
from dunning.postroom import in_order
from dunning.printing_forms import printing_form, printing_of
from dunning.turns import sentences
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dunning.facts.posting import ToPost


@permission_required("dunning.view_run", raise_exception=True)
def run_post(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be printed, and what was posted; a form says what is posted now."""
    run = get_object_or_404(Run, pk=pk, state=Run.State.ISSUED)
    rows = letters_to_post(run, localdate())
    form = form_of(request, run, rows)
    if request.method == "POST":
        if not request.user.has_perm("dunning.issue_run"):
            raise PermissionDenied
        if form.is_valid():
            return confirm(request, run, form)
    ticked = set(request.POST.getlist("letter"))
    wanted = printing_form(request.GET)
    letters = {row.notice.pk: row for row in rows}
    listed = in_order([row.notice for row in rows], printing_of(wanted).order)
    rows = [letters[notice.pk] for notice in listed]
    context = {
        "run": run,
        "form": form,
        "wanted": wanted,
        "fresh": [row.notice for row in rows if not row.changes],
        "changed": [
            (row.notice, sentences(row.changes)) for row in rows if row.changes
        ],
        "undelivered": {row.notice.pk for row in rows if row.undelivered},
        "ticked": {int(text) for text in ticked if text.isdecimal()}
        if form.is_bound
        else {row.notice.pk for row in rows if not row.changes},
        "posted": posted_letters(run),
    }
    return render(request, "dunning/post.html", context)


def form_of(request: HttpRequest, run: Run, rows: list[ToPost]) -> PostingForm:
    """The form of the list as it is now."""
    return PostingForm(
        request.POST if request.method == "POST" else None,
        today=localdate(),
        first=localtime(run.issued_at).date(),
        letters=[row.notice.pk for row in rows],
    )


def confirm(request: HttpRequest, run: Run, form: PostingForm) -> HttpResponse:
    """Write down what was posted, once, and say how many letters that were."""
    given = form.cleaned_data
    posted = confirm_posted(run, given["letter"], given["on"], request.user)
    done = ngettext(
        "%(n)s letter is marked as posted.",
        "%(n)s letters are marked as posted.",
        posted,
    )
    messages.success(request, done % {"n": posted})
    return redirect("run_post", run.pk)


@permission_required("dunning.view_run", raise_exception=True)
def run_post_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters to print in one PDF, as the address says."""
    run = get_object_or_404(Run, pk=pk, state=Run.State.ISSUED)
    try:
        printing = printing_of(printing_form(request.GET))
        content = paper_pdf(run, localdate(), printing)
    except RenderFailure as failure:
        messages.error(request, str(failure))
        return redirect("run_post", pk)
    if not content:
        messages.info(request, _("There is nothing to print."))
        return redirect("run_post", pk)
    return pdf_page(content, f"{run.run_on:%Y-%m-%d}-{run.pk}-post.pdf")
