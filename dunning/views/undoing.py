"""Undoing a whole run: first what it would do, then the reason, then all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dunning.actions.telling import tell_clients
from dunning.actions.undoing import undo_run
from dunning.actions.withdrawing import WithdrawRefusal
from dunning.facts.undoing import undoing
from dunning.models import Run
from dunning.undo_forms import UndoForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dunning.actions.undoing import Undone

ROWS_A_PAGE = 100
# So many letters that have left, and obstacles, are named; the others are counted.
NAMED = 50


@permission_required("dunning.issue_run", raise_exception=True)
def run_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Levels, deadlines, mail and fees before and after; nothing happens by looking."""
    run: Run = get_object_or_404(Run, pk=pk, state=Run.State.ISSUED)
    found = undoing(run)
    if not found.letters:
        messages.info(request, _("None of the letters of this run counts any more."))
        return redirect("run", pk)
    form = UndoForm(request.POST or None, left=len(found.left))
    if request.method == "POST" and not found.obstacles and form.is_valid():
        return undo(request, run, form)
    rows = Paginator(found.returns, ROWS_A_PAGE)
    context = {
        "run": run,
        "found": found,
        "form": form,
        "left": found.left[:NAMED],
        "more_left": max(len(found.left) - NAMED, 0),
        "obstacles": found.obstacles[:NAMED],
        "more_obstacles": max(len(found.obstacles) - NAMED, 0),
        "page": rows.get_page(request.GET.get("page")),
    }
    return render(request, "dunning/run_undo.html", context)


def undo(request: HttpRequest, run: Run, form: UndoForm) -> HttpResponse:
    """Undo it, or name what came in the way in this very moment."""
    try:
        done = undo_run(run, form.cleaned_data["reason"], request.user)
    except WithdrawRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("run_undo", run.pk)
    if form.cleaned_data.get("tell") and done.withdrawn:
        tell_clients(run, done.withdrawn, request.user)
    messages.success(request, in_words(done))
    if done.paid:
        words = ngettext(
            "%(n)s charge of these letters was paid already; it stays paid until"
            " somebody releases it.",
            "%(n)s charges of these letters were paid already; they stay paid until"
            " somebody releases them.",
            len(done.paid),
        )
        messages.warning(request, words % {"n": len(done.paid)})
    return redirect("run", run.pk)


def in_words(done: Undone) -> str:
    """What was undone, counted."""
    kept = ngettext(
        "%(n)s letter never leaves", "%(n)s letters never leave", done.cancelled
    )
    gone = ngettext(
        "%(n)s that had left is withdrawn",
        "%(n)s that had left are withdrawn",
        len(done.withdrawn),
    )
    back = ngettext(
        "%(n)s invoice is back at its level before",
        "%(n)s invoices are back at their level before",
        len(done.returns),
    )
    return _("The run is undone: %(kept)s, %(gone)s, %(back)s.") % {
        "kept": kept % {"n": done.cancelled},
        "gone": gone % {"n": len(done.withdrawn)},
        "back": back % {"n": len(done.returns)},
    }
