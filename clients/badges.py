"""States as small coloured words, in every list the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.html import format_html

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


def badge(text: Any, colour: str) -> SafeString:
    """A state as text on a quiet colour."""
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, text)
