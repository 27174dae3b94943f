"""The archive: every document, as it left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import permission_required
from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition, require_safe

from clients.exporting import export_table
from clients.paging import show_table
from delivery.checking import check_document, last_seal
from delivery.models import Document, Seal
from delivery.tables import DocumentFilter, DocumentTable

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


@require_safe
@permission_required("delivery.view_document", raise_exception=True)
def documents(request: HttpRequest) -> HttpResponseBase:
    """Every document, as it left."""
    rows = Document.objects.select_related("client", "created_by").defer("content")
    found = DocumentFilter(request.GET, rows)
    table = DocumentTable(found.qs)
    if file := export_table(request, table, "documents"):
        return file
    return render(
        request,
        "delivery/documents.html",
        {
            "table": show_table(request, table),
            "filter": found,
            "last_seal": last_seal(),
        },
    )


@require_safe
@permission_required("delivery.view_document", raise_exception=True)
def document_about(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept of a document beside its bytes; `?check` looks at all of it anew."""
    rows = Document.objects.select_related("client", "created_by").defer("content")
    row = get_object_or_404(rows.annotate(size=Length("content")), pk=pk)
    mails = row.messages.defer("body", "html").prefetch_related("events")
    return render(
        request,
        "delivery/document.html",
        {
            "document": row,
            "seal": Seal.objects.filter(kind=Seal.Kind.DOCUMENT, row=pk).first(),
            "check": check_document(pk) if "check" in request.GET else None,
            "mails": mails if request.user.has_perm("delivery.view_message") else None,
        },
    )


def fingerprint(_request: HttpRequest, pk: int) -> str | None:
    """The archived bytes never change: their hash says whether a browser has them."""
    found = Document.objects.filter(pk=pk).values_list("sha256", flat=True).first()
    return f'"{found}"' if found else None


@require_safe
@permission_required("delivery.view_document", raise_exception=True)
@condition(etag_func=fingerprint)
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The archived bytes, to look at; `?download` to keep."""
    row = get_object_or_404(Document, pk=pk)
    answer = HttpResponse(bytes(row.content), content_type="application/pdf")
    answer["Content-Disposition"] = (
        content_disposition_header("download" in request.GET, row.file_name) or "inline"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer
