"""The page before a draft is issued: what it will be, and the button that does it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.actions.issuing import IssueRefusal, issue_draft
from billing.actions.papers import bill_document
from billing.issue_preview import preview_issue
from billing.models import Bill, Draft
from billing.tasks import archive_bill
from clients.models import Purpose
from delivery.pdf import RenderFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("billing.issue_invoice", raise_exception=True)
def draft_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """What issuing the draft will do; pressing the button does it."""
    drafts = Draft.objects.select_related("client", "corrects__bill")
    row = drafts.prefetch_related("lines", "instalments").filter(pk=pk).first()
    if row is None:
        return redirect("bill", issued_before(request).pk)
    if request.method != "POST":
        return show(request, row)
    version = request.POST.get("version", "")
    try:
        bill = issue_draft(
            row,
            today=localdate(),
            person=request.user,
            version=int(version) if re.fullmatch(r"[0-9]{1,9}", version) else 0,
        )
    except IssueRefusal as refusal:
        return show(request, row, refusal.problems)
    archive(request, bill)
    if request.POST.get("then") == "send":
        return redirect("bill_send", bill.pk)
    return redirect("bill", bill.pk)


def issued_before(request: HttpRequest) -> Bill:
    """The bill that the first click made of the draft; no page without one."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None
    bill = Bill.objects.filter(key=key).first()
    if bill is None:
        raise Http404
    return bill


def archive(request: HttpRequest, bill: Bill) -> None:
    """Draw its paper; it is issued all the same when that fails."""
    messages.success(request, _("%(number)s is issued.") % {"number": bill.number})
    try:
        bill_document(bill, request.user)
    except RenderFailure:
        archive_bill.enqueue(bill.pk)
        messages.warning(
            request,
            _("Its PDF could not be made yet; it is tried again in the background."),
        )


def show(request: HttpRequest, row: Draft, refused: Sequence[str] = ()) -> HttpResponse:
    """The page; with the reasons when it was refused."""
    preview = preview_issue(row, localdate())
    source = preview.recipient.source
    context = {
        "draft": row,
        "preview": preview,
        "problems": list(dict.fromkeys([*refused, *preview.problems])),
        "contact": Purpose(source).label if source in Purpose.values else "",
    }
    return render(request, "billing/draft_issue.html", context)
