"""What every page shows around its content."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from clients.models import Company
from config.standstill import glance

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django.http import HttpRequest

    from config.standstill import Standstill


def layout(request: HttpRequest) -> dict[str, Any]:
    """What each page of a signed-in person shows: the company, what stands still."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {
        "company": Company.objects.first(),
        "standstill": cache(partial(what_stands_still, request.user)),
    }


def what_stands_still(person: User | AnonymousUser) -> Standstill | None:
    """For those who see what is sent; asked by whole pages only."""
    return glance.take() if person.has_perm("delivery.view_message") else None
