"""The page behind a link in an e-mail: what is there, and a button to fetch it.

Mail scanners open every link, so opening the page changes nothing. The file comes by
POST; it needs no CSRF token, because the link alone gives the right and nothing else
is done by it (browsers that hide where they come from could not prove it anyway).
"""

from __future__ import annotations

from functools import wraps
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth.decorators import login_not_required
from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from clients.facts import company
from clients.rules.languages import LANGUAGES
from delivery.actions.sharing import count_fetch
from delivery.limits import too_often
from delivery.links import find
from delivery.models import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from delivery.models import ShareLink

# Turns in a minute, of one link; and wrong ones from one address.
TURNS = 30
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

View: TypeAlias = "Callable[[HttpRequest, str, ShareLink], HttpResponse]"


def behind_link(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page for whoever has the token of a link.

    A wrong, an altered and a revoked one are answered alike.
    """

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        link = find(token)
        asked = f"link:{link.pk}" if link else f"wrong:{request.META['REMOTE_ADDR']}"
        if too_often(asked, TURNS, timezone.now()):
            answer = render(request, "public/too_often.html", status=429)
            answer["Retry-After"] = "60"
        elif link is None:
            answer = render(request, "public/unknown.html", status=404)
        else:
            answer = in_its_language(view, request, token, link)
        for name, value in HEADERS.items():
            answer[name] = value
        return answer

    return page


def in_its_language(
    view: View, request: HttpRequest, token: str, link: ShareLink
) -> HttpResponse:
    """The page in the language chosen, else the document's; or that it has expired."""
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else link.document.language
    with translation.override(language):
        if link.expires_at > timezone.now():
            answer = view(request, token, link)
        else:
            answer = over(request)
    answer["Content-Language"] = language
    return answer


def over(request: HttpRequest) -> HttpResponse:
    """Nothing of the document any more: only its sender can help."""
    return render(request, "public/expired.html", {"sender": company()}, status=410)


@login_not_required
@require_safe
@behind_link
def shared(request: HttpRequest, token: str, link: ShareLink) -> HttpResponse:
    """Who sends what, and a button to fetch it; looking at it changes nothing."""
    document = link.document
    context = {
        "sender": company(),
        "document": document,
        "size": Document.objects.filter(pk=document.pk)
        .values_list(Length("content"), flat=True)
        .get(),
        "until": link.expires_at,
        "token": token,
    }
    return render(request, "public/document.html", context)


@login_not_required
@csrf_exempt
@require_POST
@behind_link
def shared_file(request: HttpRequest, _token: str, link: ShareLink) -> HttpResponse:
    """The archived bytes, counted; what is not what was archived is not given out."""
    document = link.document
    content = bytes(document.content)
    if sha256(content).hexdigest() != document.sha256:
        return over(request)
    count_fetch(link, timezone.now())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=document.file_name
    )
    return answer
