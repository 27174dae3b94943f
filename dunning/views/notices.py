"""One letter, as it was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from delivery.models import Document, Message
from delivery.pdf import RenderFailure
from dunning.actions.letters import letter
from dunning.actions.withdrawing import WithdrawRefusal, withdraw_notice
from dunning.facts.letters import courses
from dunning.facts.open_charges import shown
from dunning.facts.withdrawals import in_the_way, returns
from dunning.forms import ReasonForm
from dunning.models import Notice, Withdrawal
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@permission_required("dunning.view_run", raise_exception=True)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What the letter claims, its invoices, its e-mails and its PDF."""
    found: Notice = get_object_or_404(
        Notice.objects.select_related("client", "run", "document").defer(
            "document__content"
        ),
        pk=pk,
    )
    lines = found.lines.select_related("invoice").order_by("pk")
    mails = Message.objects.filter(kind=Document.Kind.NOTICE, number=found.number)
    context = {
        "notice": found,
        "lines": lines,
        "mails": mails.order_by("pk"),
        "course": courses([found])[found.pk],
        "charges": shown(found.charges.all()),
    }
    return render(request, "dunning/notice.html", context)


@permission_required("dunning.issue_run", raise_exception=True)
def notice_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where each invoice goes back to, ask for the reason, then withdraw."""
    found: Notice = get_object_or_404(
        Notice.objects.select_related("client", "run"), pk=pk
    )
    if Withdrawal.objects.filter(notice=found).exists():
        messages.info(request, _("The reminder has been withdrawn already."))
        return redirect("notice", pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return withdraw(request, found, form.cleaned_data["reason"])
    context = {
        "notice": found,
        "form": form,
        "obstacles": in_the_way(found),
        "returns": returns(found),
        "left": courses([found])[pk].left_at is not None,
    }
    return render(request, "dunning/notice_withdraw.html", context)


def withdraw(request: HttpRequest, found: Notice, reason: str) -> HttpResponse:
    """Withdraw the letter; a later reminder in the way is named."""
    try:
        withdraw_notice(
            found,
            cause=Withdrawal.Cause.WITHDRAWN,
            reason=reason,
            person=request.user,
        )
    except WithdrawRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The reminder is withdrawn."))
    return redirect("notice", found.pk)


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
