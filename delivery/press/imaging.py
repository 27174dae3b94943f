"""A page of a PDF as a picture, in a child of the press: the only user of PDFium.

No Django here: a child has no settings, no secrets and no database.
"""

from __future__ import annotations

import pickle
from io import BytesIO

import pypdfium2

# Pixels of a page's width: sharp on a phone, readable on a large screen.
WIDTH = 1100
# A page that is longer than any paper is not drawn at all.
HIGHEST = 3 * WIDTH
COLOURS = 64


class Unseeable(Exception):
    """A page that is not there, or cannot be made a picture of."""


def prepare() -> None:
    """Nothing to warm up: the library is loaded with this module."""


def draw(work: bytes) -> bytes:
    """The PNG of a pickled PDF and the place of the page, the first being 1."""
    content, place = pickle.loads(work)  # noqa: S301 - from the process we belong to
    with pypdfium2.PdfDocument(content) as pdf:
        if not 1 <= place <= len(pdf):
            raise Unseeable(f"page {place} of {len(pdf)}")
        page = pdf[place - 1]
        width, height = page.get_size()
        scale = WIDTH / width
        if height * scale > HIGHEST:
            raise Unseeable(f"{width:.0f} × {height:.0f}")
        picture = page.render(scale=scale).to_pil().quantize(COLOURS, method=2)
        page.close()
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
