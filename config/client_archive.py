"""Archives a client and brings it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.actions.archiving import archive_client, restore_client
from clients.actions.saving import ClientRefusal
from clients.models import Client

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
@permission_required("clients.change_client", raise_exception=True)
def client_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a client out of the lists, unless something is left to do."""
    row = get_object_or_404(Client, pk=pk)
    try:
        archive_client(row, request.user)
        messages.success(request, _("%(name)s is archived.") % {"name": row.name})
    except ClientRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("client", pk)


@require_POST
@permission_required("clients.change_client", raise_exception=True)
def client_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a client back into the lists."""
    row = get_object_or_404(Client, pk=pk)
    try:
        restore_client(row, request.user)
        messages.success(request, _("%(name)s is back.") % {"name": row.name})
    except ClientRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("client", pk)
