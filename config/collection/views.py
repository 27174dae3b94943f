"""Takes a collection file out: of a client, or of one of its invoices."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from billing.models import Invoice
from clients.models import Client
from config.client_export import IN_MEMORY
from config.collection.file import write_collection
from config.collection.scope import Scope

if TYPE_CHECKING:
    from django.http import HttpRequest

NEEDED = [
    "clients.view_client",
    "billing.view_invoice",
    "billing.export_data",
    "delivery.view_document",
    "delivery.view_message",
]


@require_safe
@permission_required(NEEDED, raise_exception=True)
def client_collection(_request: HttpRequest, pk: int) -> FileResponse:
    """Everything of a client that a collector asks for."""
    return as_file(Scope(get_object_or_404(Client, pk=pk)))


@require_safe
@permission_required(NEEDED, raise_exception=True)
def invoice_collection(_request: HttpRequest, pk: int) -> FileResponse:
    """What concerns one invoice."""
    rows = Invoice.objects.select_related("client", "bill")
    invoice = get_object_or_404(rows, pk=pk)
    return as_file(Scope(invoice.client, invoice))


def as_file(scope: Scope) -> FileResponse:
    """The file, written to disk before the first byte of it is sent."""
    today = localdate()
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    write_collection(file, scope, today)
    file.seek(0)
    name = f"{slugify(scope.title) or scope.client.pk}-collection-{today}.zip"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type="application/zip"
    )
