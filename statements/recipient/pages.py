"""What every page of a recipient has around its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from clients.facts import company
from clients.rules.languages import LANGUAGES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from delivery.models import ShareLink

# Each in its own words: who looks for their language reads no other.
NAMES = {"de": "Deutsch", "fr": "Français", "it": "Italiano", "en": "English"}


def page(
    request: HttpRequest,
    link: ShareLink,
    name: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page in the language that is active, with who sends it and its languages."""
    document = link.document
    around = {
        "sender": company(),
        "document": document,
        "client": document.client,
        "until": link.expires_at,
        "now": timezone.now(),
        # What stands behind addresses, alone and before something else.
        "lang": (lang := with_language(request)),
        "ask": f"{lang}&" if lang else "?",
        "language": get_language(),
        "languages": _languages(request),
    }
    return render(request, f"recipient/{name}.html", around | context, status=status)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The answer to anything that the link does not open."""
    return render(request, "public/unknown.html", status=404)


def with_language(request: HttpRequest, **words: str) -> str:
    """The query of a link that stays in the language that was chosen."""
    asked = request.GET.get("lang", "")
    query = words | ({"lang": asked} if asked in LANGUAGES else {})
    return f"?{urlencode(query)}" if query else ""


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The page in the other languages, with what was ticked on it."""
    given = request.GET.copy()
    for key, values in request.POST.lists():
        if key == "invoice":
            given.setlist(key, values)
    found = []
    for code, name in NAMES.items():
        given["lang"] = code
        found.append(
            {
                "code": code,
                "name": name,
                "here": f"?{given.urlencode()}",
                "chosen": code == get_language(),
            }
        )
    return found
