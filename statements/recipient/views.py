"""The page of whoever got a document: what is due, paying it, answering it.

No login, no cookie, no script needed. The link alone gives the right, so forms need
no CSRF token (browsers that hide where they come from could not prove it anyway), and
nothing that is asked for by GET changes anything.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from delivery.public import behind_link, over
from statements.actions.answering import AnswerRefusal, keep_answer
from statements.recipient.facts import accounts, invoice_paper, owed
from statements.recipient.forms import FORMS, MOST, asked_kind
from statements.recipient.pages import nothing_here, page, with_language

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.http import HttpRequest

    from delivery.models import Document, ShareLink
    from statements.recipient.facts import Account, Owed
    from statements.recipient.forms import AnswerForm


@login_not_required
@require_safe
@behind_link
def recipient(request: HttpRequest, _token: str, link: ShareLink) -> HttpResponse:
    """What is due, to whom, until when; live."""
    return due_page(request, link)


def due_page(
    request: HttpRequest, link: ShareLink, problem: str = "", status: int = 200
) -> HttpResponse:
    """The first page, with what is wrong about what was ticked on it."""
    said, number = request.GET.get("said", ""), str(request.GET.get("page", ""))
    context = {
        "accounts": [
            (account, *_shown(account, number)) for account in accounts(link.document)
        ],
        "problem": problem,
        "said": said if said in FORMS else "",
    }
    return page(request, link, "due", context, status)


def _shown(account: Account, number: str) -> tuple[Page[Owed], Page[Owed]]:
    """The open and the paid invoices of one page: thousands are not read on a phone."""
    lists = (account.open_ones, account.paid_ones)
    open_ones, paid_ones = (Paginator(each, MOST).get_page(number) for each in lists)
    return open_ones, paid_ones


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def recipient_answer(
    request: HttpRequest, _token: str, link: ShareLink
) -> HttpResponse:
    """Already paid, disputed, or paid on a later day: kept for a person to decide."""
    kind = asked_kind(request.GET)
    if not kind:
        return page(
            request, link, "answers", {"ticked": request.GET.getlist("invoice")}
        )
    found = owed(link.document)
    if not any(one.open for one in found):
        problem = _("These invoices are paid already. Thank you.")
        return due_page(request, link, problem, 409)
    form = _answer_form(request, found, kind)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _kept(form, link):
            back = with_language(request, said=kind)
            return HttpResponseRedirect(f"../{back}")
        status = 400
    return page(request, link, "answer", {"form": form, "kind": kind}, status)


def _answer_form(request: HttpRequest, found: list[Owed], kind: str) -> AnswerForm:
    data = request.POST if request.method == "POST" else None
    given = request.GET if data is None else data
    open_ones = [one for one in found if one.open]
    return FORMS[kind](data, given.getlist("invoice"), open_ones)


def _kept(form: AnswerForm, link: ShareLink) -> bool:
    """Whether the answer was kept; else the form says why not."""
    try:
        keep_answer(link, form.chosen(), form.said(), form.cleaned_data["key"])
    except AnswerRefusal as refusal:
        form.add_error("invoice", str(refusal))
        return False
    return True


@login_not_required
@require_safe
@behind_link
def recipient_document(
    request: HttpRequest, _token: str, link: ShareLink
) -> HttpResponse:
    """The document as it was sent."""
    return _pdf(request, link.document)


@login_not_required
@require_safe
def recipient_invoice(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """An invoice that the document is about, as it was sent."""
    return behind_link(partial(_invoice, invoice=pk))(request, token)


def _invoice(
    request: HttpRequest, _token: str, link: ShareLink, *, invoice: int
) -> HttpResponse:
    paper = invoice_paper(link.document, invoice)
    return _pdf(request, paper) if paper else nothing_here(request)


def _pdf(request: HttpRequest, document: Document) -> HttpResponse:
    """The archived bytes; what is not what was archived is not given out."""
    content = bytes(document.content)
    if sha256(content).hexdigest() != document.sha256:
        return over(request)
    name = content_disposition_header(as_attachment=False, filename=document.file_name)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": name or "inline"},
    )
