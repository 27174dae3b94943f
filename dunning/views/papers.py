"""Answers that are a PDF."""

from __future__ import annotations

from django.http import HttpResponse


def pdf_page(content: bytes, file_name: str) -> HttpResponse:
    """A PDF shown in the browser; nobody between keeps a copy."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in file_name)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{safe}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
