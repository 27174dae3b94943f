"""HTML to PDF: the only user of WeasyPrint.

What is slow is shared by all letters of a process: the parsed style sheet, the
font configuration, the fetcher. The fetcher knows our fonts and `data:`; whatever
else a letter asks for stops it. Equal HTML gives equal bytes.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from delivery.finishing import PLAIN, finish
from delivery.pool import apply_to_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from delivery.finishing import Extras

STATIC = Path(__file__).resolve().parent.parent / "static"
# A name for our own files that no resolver knows.
HOME = "https://relance.invalid/"
ASSETS = (
    "fonts/NotoSans-Regular.ttf",
    "fonts/NotoSans-Bold.ttf",
    "fonts/Slip-Regular.ttf",
    "fonts/Slip-Bold.ttf",
)

# Fewer letters than this are made here: starting the processes costs as much.
FEW = 12
SECONDS_PER_LETTER = 30

# Pango's objects are shared, and are not made for two threads at once.
LOCK = Lock()


class RenderFailure(Exception):
    """A letter that could not be made, with the reason."""


def render_html(template: str, context: Mapping[str, Any], language: str) -> str:
    """The HTML of a document, every word, date and figure in its language."""
    with translation.override(language):
        return render_to_string(template, {**context, "language": language})


def render_pdf(html: str, extras: Extras = PLAIN) -> bytes:
    """The PDF of a document with what it bears beside its HTML.

    Raises RenderFailure.
    """
    with LOCK, without_collector():
        engine = shared()
        try:
            pdf = HTML(
                string=html, base_url=HOME, url_fetcher=engine.fetcher
            ).write_pdf(
                stylesheets=[engine.css],
                font_config=engine.fonts,
                finisher=lambda _document, pdf: finish(pdf, extras),
                pdf_variant="pdf/a-3b" if extras.archival else None,
                attachments=attached(extras, engine.fetcher),
            )
        except (Exception, FatalURLFetchingError) as error:
            raise RenderFailure(f"{type(error).__name__}: {error}") from error
    return bytes(pdf)


def attached(extras: Extras, fetcher: URLFetcher) -> list[Attachment]:
    """The attachments as WeasyPrint takes them, dated for equal bytes."""
    return [
        Attachment(
            string=file.content.decode(),
            url_fetcher=fetcher,
            name=file.name,
            description=file.description,
            created=datetime.combine(file.dated_on, time()),
            modified=datetime.combine(file.dated_on, time()),
            relationship=file.relationship,
        )
        for file in extras.attachments
    ]


def render_many(htmls: Sequence[str]) -> Iterator[bytes | RenderFailure]:
    """The PDF of each document, in order, on every core when that is worthwhile.

    A document that fails or takes longer than SECONDS_PER_LETTER gives a
    RenderFailure in its place; the others are not touched by it.
    """
    if len(htmls) < FEW:
        yield from map(render_or_fail, htmls)
        return
    for made in apply_to_many(
        render_pdf, htmls, prepare=prepare_child, seconds=SECONDS_PER_LETTER
    ):
        yield made if isinstance(made, (bytes, RenderFailure)) else failure(made)


def join_pdfs(parts: Iterable[bytes]) -> bytes:
    """One PDF of many, page after page; equal parts give equal bytes."""
    target = BytesIO()
    with pikepdf.new() as joined:
        for part in parts:
            with pikepdf.open(BytesIO(part)) as source:
                joined.pages.extend(source.pages)
        joined.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return target.getvalue()


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)


def render_or_fail(html: str) -> bytes | RenderFailure:
    """The PDF, or the failure as a value."""
    try:
        return render_pdf(html)
    except RenderFailure as error:
        return error


def failure(error: Exception) -> RenderFailure:
    """Any error of a child in the words of this module."""
    return RenderFailure(f"{type(error).__name__}: {error}")


class Locked(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives our own files and `data:`; anything else ends the rendering."""

    def __init__(self) -> None:
        super().__init__(
            allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True
        )
        self.files = {HOME + name: (STATIC / name).read_bytes() for name in ASSETS}

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The content behind a URL; WeasyPrint calls this for each it meets."""
        if url in self.files:
            return URLFetcherResponse(url, self.files[url])
        return super().fetch(url, headers)


class Engine:
    """What all letters of a process share."""

    def __init__(self) -> None:
        self.fetcher = Locked()
        self.fonts = FontConfiguration()
        self.css = CSS(
            string=(STATIC / "css/paper.css").read_text(),
            base_url=HOME + "css/paper.css",
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )


@cache
def shared() -> Engine:
    """The engine of this process, made at the first letter."""
    return Engine()


def prepare_child() -> None:
    """Warm a child up, then keep the collector away from what will stay for good."""
    render_pdf("<p>0</p><b>0</b>")
    gc.collect()
    gc.freeze()
    gc.disable()


@contextmanager
def without_collector() -> Iterator[None]:
    """Collect once after a letter in place of again and again while it is laid out.

    A letter makes a hundred thousand small objects that point at each other: the
    automatic collector walks them all, again and again, and finds nothing.
    """
    automatic = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if automatic:
            gc.enable()
        else:
            gc.collect()
