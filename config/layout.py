"""What every page shows around its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clients.models import Company

if TYPE_CHECKING:
    from django.http import HttpRequest


def layout(request: HttpRequest) -> dict[str, Any]:
    """The company's name for the head of each page of a signed-in person."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"company": Company.objects.first()}
