"""HTML to PDF, in a child of the press: the only user of WeasyPrint.

What is slow is shared by all documents of a process: the parsed style sheet, the
font configuration, the fetcher. The fetcher knows our fonts and `data:`; whatever
else a document asks for stops it. Equal HTML gives equal bytes. No Django here: a
child has no settings, no secrets and no database.
"""

from __future__ import annotations

import gc
import logging
import pickle
from contextlib import contextmanager
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from delivery.press.finishing import PLAIN, finish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delivery.press.finishing import Extras

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
# A name for our own files that no resolver knows.
HOME = "https://relance.invalid/"
ASSETS = (
    "fonts/NotoSans-Regular.ttf",
    "fonts/NotoSans-Bold.ttf",
    "fonts/Slip-Regular.ttf",
    "fonts/Slip-Bold.ttf",
)


class Undrawable(Exception):
    """What WeasyPrint says of a document it cannot lay out."""


def prepare() -> None:
    """Warm up before the children are forked: they share what is made here."""
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    html_to_pdf("<p>0</p><b>0</b>")


def draw(work: bytes) -> bytes:
    """The PDF of a pickled HTML and what it bears beside it; raises Undrawable."""
    html, extras = pickle.loads(work)  # noqa: S301 - from the process we belong to
    try:
        return html_to_pdf(html, extras)
    except MemoryError:
        raise
    except (Exception, FatalURLFetchingError) as error:
        raise Undrawable(f"{type(error).__name__}: {error}") from error


def html_to_pdf(html: str, extras: Extras = PLAIN) -> bytes:
    """The PDF of a document with what it bears beside its HTML."""
    engine = shared()
    with without_collector():
        pdf = HTML(string=html, base_url=HOME, url_fetcher=engine.fetcher).write_pdf(
            stylesheets=[engine.css],
            font_config=engine.fonts,
            finisher=lambda _document, pdf: finish(pdf, extras),
            pdf_variant=extras.variant,
            attachments=attached(extras, engine.fetcher),
        )
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
    """What all documents of a process share."""

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
    """The engine of this process, made at the first document."""
    return Engine()


@contextmanager
def without_collector() -> Iterator[None]:
    """Collect once after a document in place of again and again while it is laid out.

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
