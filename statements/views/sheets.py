"""The lines of a statement for spreadsheets, before and after it is issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from clients.exporting import XLSX
from statements.rules.figures import statement_figures
from statements.sheets import sheet_name, statement_csv, statement_xlsx
from statements.views.asking import (
    answered,
    asked_for,
    impossible,
    may_read,
    parameters,
)
from statements.views.issued import issued_statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from clients.models import Client

FORMS = {
    "csv": (statement_csv, "text/csv; charset=utf-8"),
    "xlsx": (statement_xlsx, XLSX),
}


@require_safe
@may_read
def statement_lines(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """What was issued, from its kept figures: never from today's ledger."""
    made = issued_statement(pk)
    return _file(made.figures, made.language, form)


@require_safe
@may_read
def statement_preview_lines(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """What would be issued now, in the language it would be in."""

    def page(request: HttpRequest, client: Client) -> HttpResponse:
        chosen = parameters(request)
        if not chosen.is_valid():
            return impossible(request, client, chosen)
        asked = asked_for(client, chosen)
        figures = statement_figures(client.number, asked.data())
        return _file(figures, asked.language, form)

    return answered(request, pk, page)


def _file(figures: Mapping[str, Any], language: str, form: str) -> HttpResponse:
    if form not in FORMS:
        raise Http404
    make, kind = FORMS[form]
    disposition = content_disposition_header(
        as_attachment=True, filename=sheet_name(figures, form)
    )
    return HttpResponse(
        make(figures, language),
        content_type=kind,
        headers={"Content-Disposition": disposition or "attachment"},
    )
