"""HTML to PDF; equal HTML gives equal bytes.

Every document is drawn by a child process under limits: what is hostile or too large
fails alone, whoever asked. Never inside a transaction: drawing takes its time.
"""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from delivery.press.finishing import PLAIN
from delivery.press.press import Cause, Limits, Press, Spoilt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from delivery.press.finishing import Extras

MEGABYTE = 1024**2


class RenderFailure(Exception):
    """A document that could not be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document that is laid out and waits to be drawn."""

    html: str
    extras: Extras = PLAIN


def render_html(template: str, context: Mapping[str, Any], language: str) -> str:
    """The HTML of a document, every word, date and figure in its language."""
    with translation.override(language):
        return render_to_string(template, {**context, "language": language})


def render_pdf(html: str, extras: Extras = PLAIN) -> bytes:
    """The PDF of a document with what it bears beside its HTML.

    Raises RenderFailure.
    """
    try:
        return press().draw(pickle.dumps((html, extras)), limits())
    except Spoilt as spoilt:
        raise failure(spoilt) from spoilt


def render_many(htmls: Iterable[str]) -> Iterator[bytes | RenderFailure]:
    """The PDF of each HTML, in order; see `render_sheets`."""
    return render_sheets(Sheet(html) for html in htmls)


def render_sheets(sheets: Iterable[Sheet]) -> Iterator[bytes | RenderFailure]:
    """The PDF of each document, in order, on every core this process may use.

    A document that fails gives a RenderFailure in its place; the others are not
    touched by it.
    """
    works = (pickle.dumps((sheet.html, sheet.extras)) for sheet in sheets)
    for made in press().draw_many(works, limits()):
        yield failure(made) if isinstance(made, Spoilt) else made


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)


@cache
def press() -> Press:
    """The press of this process; its children start with the first document."""
    return Press("delivery.press.drawing", settings.PRESS_CHILDREN or cores())


def limits() -> Limits:
    """What a document may take.

    CPU is what is limited first: on a busy machine a document waits, and is not to
    blame for it.
    """
    return Limits(
        seconds=settings.PRESS_SECONDS,
        patience=settings.PRESS_SECONDS + 10,
        memory=settings.PRESS_MEMORY * MEGABYTE,
    )


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def failure(spoilt: Spoilt) -> RenderFailure:
    """Why there is no PDF, in a sentence."""
    sentence = {
        Cause.REFUSED: _("The document cannot be laid out (%(reason)s)."),
        Cause.TOO_LARGE: _("The document is too large to be laid out."),
        Cause.TOO_SLOW: _("The document takes too long to be laid out."),
        Cause.INTERRUPTED: _("The document was interrupted while it was laid out."),
    }[spoilt.cause]
    return RenderFailure(sentence % {"reason": str(spoilt)[:300]})
