"""Taking back one letter, or one invoice of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from delivery.models import Document
from delivery.pdf import RenderFailure
from dunning.actions.replacing import replace_notice
from dunning.actions.telling import tell_client
from dunning.actions.withdrawing import (
    WithdrawRefusal,
    withdraw_line,
    withdraw_notice,
)
from dunning.correcting import Edit, EditRefusal
from dunning.facts.undoing import has_left
from dunning.facts.withdrawals import consequences
from dunning.models import Charge, Notice, NoticeLine, Withdrawal
from dunning.undo_forms import WithdrawForm
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


@permission_required("dunning.issue_run", raise_exception=True)
def notice_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where each invoice goes back to, ask for the reason, then withdraw."""
    found: Notice = get_object_or_404(
        Notice.objects.select_related("client", "run"), pk=pk
    )
    if Withdrawal.objects.filter(notice=found).exists():
        messages.info(request, _("The reminder has been withdrawn already."))
        return redirect("notice", pk)
    left = has_left(found)
    form = WithdrawForm(request.POST or None, left=left)
    if request.method == "POST" and form.is_valid():
        return withdraw(request, found, form)
    lines = found.lines.all()
    return page(request, found, lines, form, left=left)


@permission_required("dunning.issue_run", raise_exception=True)
def line_withdraw(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """The same for one invoice: the letter stays for the others.

    One that has not left is replaced by a letter without it.
    """
    found: Notice = get_object_or_404(
        Notice.objects.select_related("client", "run"), pk=pk
    )
    mine: NoticeLine = get_object_or_404(found.lines.select_related("invoice"), pk=line)
    if mine.withdrawn_at is not None:
        messages.info(request, _("The invoice does not count on this letter any more."))
        return redirect("notice", pk)
    if not found.lines.filter(withdrawn_at=None).exclude(pk=line).exists():
        return redirect("notice_withdraw", pk)
    form = WithdrawForm(request.POST or None, left=False)
    if request.method == "POST" and form.is_valid():
        return take_off(request, found, mine, form.cleaned_data["reason"])
    lines = found.lines.filter(pk=line)
    return page(request, found, lines, form, left=has_left(found), line=mine)


@permission_required("dunning.view_run", raise_exception=True)
def notice_withdrawal_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The archived letter that says that the reminder does not count."""
    document = Document.objects.filter(withdrawal__notice=pk).first()
    if document is None:
        raise Http404
    return pdf_page(bytes(document.content), document.file_name)


def page(
    request: HttpRequest,
    found: Notice,
    lines: QuerySet[NoticeLine],
    form: WithdrawForm,
    *,
    left: bool,
    line: NoticeLine | None = None,
) -> HttpResponse:
    """What it would do, and what stands in its way."""
    obstacles, returns = consequences(lines)
    charges = Charge.objects.filter(notice=found, open__gt=0)
    if line:
        charges = charges.filter(invoice=line.invoice_id)
    context: dict[str, Any] = {
        "notice": found,
        "line": line,
        "form": form,
        "obstacles": obstacles,
        "returns": returns,
        "left": left,
        "charges": charges.order_by("pk").select_related("invoice"),
        "cancel": reverse("notice", args=[found.pk]),
    }
    return render(request, "dunning/notice_withdraw.html", context)


def withdraw(request: HttpRequest, found: Notice, form: WithdrawForm) -> HttpResponse:
    """Withdraw the letter; a later reminder in the way is named."""
    try:
        withdraw_notice(
            found,
            cause=Withdrawal.Cause.WITHDRAWN,
            reason=form.cleaned_data["reason"],
            person=request.user,
        )
    except WithdrawRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("notice", found.pk)
    messages.success(request, _("The reminder is withdrawn."))
    if form.cleaned_data.get("tell"):
        tell(request, found)
    return redirect("notice", found.pk)


def tell(request: HttpRequest, found: Notice) -> None:
    """Tell the client; the withdrawal stands whether that can be drawn or not."""
    try:
        by_email = tell_client(found, request.user)
    except RenderFailure as failure:
        messages.error(request, str(failure))
        return
    if by_email:
        messages.success(request, _("The client is told so by e-mail."))
    else:
        messages.success(request, _("Print the letter that tells the client so."))


def take_off(
    request: HttpRequest, found: Notice, line: NoticeLine, reason: str
) -> HttpResponse:
    """Take the invoice off, by a corrected letter where the first has not left."""
    try:
        if has_left(found):
            withdraw_line(line, reason=reason, person=request.user)
        else:
            edit = Edit.of(found, without=frozenset([line.pk]), reason=reason)
            found = replace_notice(found, edit, request.user)
    except (WithdrawRefusal, EditRefusal) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Invoice %(number)s is taken off.") % {"number": line.invoice.number},
        )
    return redirect("notice", found.pk)
