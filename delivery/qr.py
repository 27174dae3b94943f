"""A QR code of an address, for paper."""

from __future__ import annotations

import base64
from functools import lru_cache
from io import BytesIO

import segno


@lru_cache(maxsize=64)
def qr_image(text: str) -> str:
    """The code as the address of an image with one pixel a module: cheap to lay out."""
    target = BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False)
    code.save(target, kind="png", scale=1, border=0)
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()
