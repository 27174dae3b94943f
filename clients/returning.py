"""The page somebody came from, as `next` in the address says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page one came from, if it is one of ours; else another one."""
    there = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        there, {request.get_host()}, require_https=request.is_secure()
    ):
        return there
    return otherwise
