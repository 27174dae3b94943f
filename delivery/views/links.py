"""Links to documents that are too large to attach: closing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from delivery.actions.sharing import revoke
from delivery.models import ShareLink

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
@permission_required("delivery.change_message", raise_exception=True)
def link_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody fetches the document under this link any more."""
    link = get_object_or_404(ShareLink, pk=pk)
    if revoke(link, timezone.now()):
        messages.success(request, _("The link is closed."))
    return redirect("document_about", link.document_id)
