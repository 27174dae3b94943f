"""What tests of e-mails need: a logo."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from PIL import Image

from clients.models import Logo


def logo(width=300, height=100) -> Logo:
    target = BytesIO()
    Image.new("RGB", (width, height), "navy").save(target, format="PNG")
    content = target.getvalue()
    return Logo.objects.create(
        sha256=sha256(content).hexdigest(),
        content=content,
        width=width,
        height=height,
    )
