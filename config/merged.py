"""Pages of a client that was merged lead to those of the one it went into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clients.models import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

ROUTE = "clients/<int:pk>/"


class FollowMergedClients:
    """Sends whoever asks for a page of a merged client on, in every app.

    A form that was open while somebody merged is not saved: the page of the other
    client says so.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do before it is known which page is asked for."""
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _words: Any, given: dict[str, Any]
    ) -> HttpResponse | None:
        """The same page of the other client, or its file after a form."""
        match = request.resolver_match
        if match is None or not match.route.startswith(ROUTE):
            return None
        if not request.user.is_authenticated:
            return None
        row = (
            Client.objects.filter(pk=given["pk"], merged_into__isnull=False)
            .values_list("number", "merged_into")
            .first()
        )
        if row is None:
            return None
        number, into = row
        if request.method in {"GET", "HEAD"}:
            there: HttpResponse = redirect(match.view_name, **given | {"pk": into})
            return there
        text = _("%(number)s has been merged into this client. Nothing was saved.")
        messages.warning(request, text % {"number": number})
        return redirect("client", into)
