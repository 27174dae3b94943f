"""The link to the recipient's page of an issued statement: opened again, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from delivery.actions.sharing import revoke
from delivery.models import ShareLink
from statements.actions.linking import renew_link
from statements.forms import LinkForm
from statements.views.asking import may_send
from statements.views.issued import issued_statement

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
@may_send
def page_open(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link, however often the button is pressed."""
    made, form = issued_statement(pk), LinkForm(request.POST)
    if form.is_valid() and renew_link(made, form.cleaned_data["seen"], timezone.now()):
        messages.success(request, _("The page has a new link."))
    else:
        messages.error(request, _("This page is out of date. Please open it again."))
    return redirect("statement", made.pk)


@require_POST
@may_send
def page_close(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Nobody opens the page under this link any more."""
    made = issued_statement(pk)
    row = get_object_or_404(ShareLink, pk=link, document=made.document_id)
    if revoke(row, timezone.now()):
        messages.success(request, _("The link is closed."))
    return redirect("statement", made.pk)
