"""The statement before it is issued: as HTML, as PDF, and page by page as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from delivery.pictures import drawn, kept, picture
from statements.views.asking import (
    answered,
    asked_for,
    file_name,
    for_client,
    impossible,
    may_read,
    owner_of,
    parameters,
    sheet_of,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from clients.models import Client
    from delivery.pictures import Drawn

# So many pages are shown one below the other; of a longer PDF, the first ones.
PAGES = 40


@require_safe
@may_read
@for_client
def statement_preview(request: HttpRequest, client: Client) -> HttpResponse:
    """The very HTML the PDF is made of, on a sheet for the screen."""
    form = parameters(request)
    if not form.is_valid():
        return impossible(request, client, form)
    asked = asked_for(client, form)
    return HttpResponse(on_screen(asked.html(asked.data())))


@require_safe
@may_read
@for_client
def statement_preview_pdf(request: HttpRequest, client: Client) -> HttpResponse:
    """The PDF to look at and to print; nothing is issued, nothing is sent."""
    form = parameters(request)
    if not form.is_valid():
        return impossible(request, client, form)
    asked = asked_for(client, form)
    disposition = content_disposition_header(
        as_attachment=False, filename=file_name(asked)
    )
    return HttpResponse(
        drawn(sheet_of(asked, asked.data()), owner_of(client)).content,
        content_type="application/pdf",
        headers={"Content-Disposition": disposition or "inline"},
    )


@require_safe
@may_read
def statement_preview_page(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """A page of that PDF as a picture; its bytes were drawn when it was looked at."""

    def page(request: HttpRequest, client: Client) -> HttpResponse:
        looked_at = kept(request.GET.get("drawn", ""), owner_of(client))
        if looked_at is None:
            form = parameters(request)
            if not form.is_valid():
                return impossible(request, client, form)
            asked = asked_for(client, form)
            looked_at = drawn(sheet_of(asked, asked.data()), owner_of(client))
        return as_picture(looked_at, place)

    return answered(request, pk, page)


def as_picture(document: Drawn, place: int) -> HttpResponse:
    """A page of a document; it says which one, so it can be kept by the browser."""
    if not 1 <= place <= document.pages:
        raise Http404
    answer = HttpResponse(picture(document, place), content_type="image/png")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def on_screen(html: str) -> str:
    """A document's HTML with the style sheets that show it as a sheet of paper."""
    links = format_html(
        '<meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">',
        static("css/paper.css"),
        static("css/sheet.css"),
    )
    return html.replace("</head>", f"{links}</head>", 1)
