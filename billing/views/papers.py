"""The paper of bills and drafts, and sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.actions.papers import PaperRefusal, send_bill
from billing.actions.papers import bill_pdf as drawn
from billing.composing import compose, composed
from billing.documents import bill_file_name, bill_mail
from billing.models import Bill, Draft
from billing.paper_forms import SendBillForm
from billing.papers import paper_problems, sent_messages
from billing.recipient import bill_page
from clients.facts import recipient
from clients.models import Purpose
from delivery.pdf import RenderFailure
from delivery.showing import came_back_before

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def bill_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The archived bytes, to look at; `?download` to keep.

    In the moment between issuing and archiving it is drawn here: the same bytes.
    """
    bill: Bill = get_object_or_404(
        Bill.objects.select_related("document", "client"), pk=pk
    )
    if bill.document:
        content = bytes(bill.document.content)
        return pdf(content, bill.document.file_name, "download" in request.GET)
    try:
        content = drawn(composed(bill), draft=False)
    except RenderFailure as failure:
        messages.error(request, str(failure))
        return redirect("bill", pk)
    return pdf(content, bill_file_name(bill), "download" in request.GET)


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def draft_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draft would look like today, with "Draft" on it; nothing is kept."""
    draft: Draft = get_object_or_404(Draft.objects.select_related("client"), pk=pk)
    try:
        content = compose(draft, localdate())
        made = drawn(content, draft=True)
    except KeyError as code:
        messages.error(
            request, _("The VAT code %(code)s is not known.") % {"code": code}
        )
        return redirect("draft", pk)
    except RenderFailure as failure:
        messages.error(request, str(failure))
        return redirect("draft", pk)
    return pdf(made, bill_file_name(content.bill), "download" in request.GET)


@permission_required("billing.send_invoice", raise_exception=True)
def bill_send(request: HttpRequest, pk: int) -> HttpResponse:
    """The e-mail before it leaves; again is a new occasion with the same bytes."""
    bill: Bill = get_object_or_404(
        Bill.objects.select_related("client", "document"), pk=pk
    )
    form = SendBillForm(request.POST) if request.method == "POST" else proposed(bill)
    if form.is_valid() and send(request, bill, form):
        return redirect("bill", bill.pk)
    mailbox = recipient(bill.client, Purpose.INVOICE)
    context = {
        "bill": bill,
        "form": form,
        "file_name": bill_file_name(bill),
        "mailbox": mailbox,
        "problems": [
            *paper_problems(composed(bill)),
            *came_back_before([mailbox.email]),
        ],
        "sent": sent_messages(bill),
    }
    return render(request, "billing/bill_send.html", context)


def send(request: HttpRequest, bill: Bill, form: SendBillForm) -> bool:
    """Queue the e-mail; where its PDF cannot be made, say so in the form."""
    mail = form.cleaned_data
    try:
        send_bill(bill, **mail, person=request.user)
    except (PaperRefusal, RenderFailure) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request,
        _("%(number)s is on its way to %(recipient)s.")
        % {"number": bill.number, "recipient": mail["recipient"]},
    )
    return True


def found_bill(pk: int) -> Bill:
    """A bill with its client and the bytes of its paper."""
    rows = Bill.objects.select_related("client", "document", "logo", "corrects")
    bill: Bill = get_object_or_404(rows, pk=pk)
    return bill


def proposed(bill: Bill) -> SendBillForm:
    """The e-mail as we would write it, in the language of whoever gets it."""
    mailbox = recipient(bill.client, Purpose.INVOICE)
    occasion = sent_messages(bill).count() + 1
    page = bill_page(bill, occasion)
    subject, body = bill_mail(composed(bill), mailbox.language, page)
    return SendBillForm(
        initial={
            "recipient": mailbox.email,
            "subject": subject,
            "body": body,
            "occasion": occasion,
        }
    )


def pdf(content: bytes, name: str, download: bool) -> HttpResponse:
    """A PDF that no cache keeps and no browser takes for something else."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(download, name)
            or "inline",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-cache",
        },
    )
