"""Pictures for the head of letters: what is taken, and what is made of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    from clients.models import Logo

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_FILE = 5 * 1024**2
# A side of so many pixels, and so many in all: more is no logo, and takes memory.
LONGEST_SIDE = 8_000
MOST_PIXELS = 24_000_000
SMALLEST_SIDE = 8
# In an e-mail; it is sent with twice as many pixels, for sharp screens.
ON_SCREEN = (200, 48)
# On paper it has 90 × 24 mm: 300 points an inch fill that.
PRINTED = (1063, 284)
WHITE = (255, 255, 255, 255)


class LogoRefusal(Exception):
    """A file that is no picture we take; the text says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew: PNG without anything but its pixels."""

    content: bytes
    width: int
    height: int


def logo_address(logo: Logo | None) -> str:
    """The picture as a `data:` address for a letterhead; empty where there is none."""
    if logo is None:
        return ""
    content = base64.b64encode(bytes(logo.content)).decode("ascii")
    return f"data:image/png;base64,{content}"


def screen_size(logo: Logo) -> tuple[int, int]:
    """Width and height in the head of an e-mail."""
    wide, high = ON_SCREEN
    scale = min(wide / logo.width, high / logo.height, 1)
    return max(round(logo.width * scale), 1), max(round(logo.height * scale), 1)


def logo_for_screen(logo: Logo) -> bytes:
    """The picture as small as an e-mail needs it."""
    width, height = screen_size(logo)
    with Image.open(BytesIO(bytes(logo.content)), formats=("PNG",)) as picture:
        picture.thumbnail((2 * width, 2 * height), Image.Resampling.LANCZOS)
        target = BytesIO()
        picture.save(target, format="PNG", optimize=True)
    return target.getvalue()


def clean_picture(content: bytes) -> Picture:
    """The picture of an uploaded file, sized for paper, on white.

    Nothing of the file itself is kept: what a program hides in it is gone. Its size
    is read in its header and refused before a pixel is unpacked. Raises LogoRefusal.
    """
    if len(content) > LARGEST_FILE:
        raise LogoRefusal(
            _("The file is larger than %(size)s MB.")
            % {"size": LARGEST_FILE // 1024**2}
        )
    if is_svg(content):
        raise LogoRefusal(
            _("An SVG can hold programs and links: save it as PNG and take that.")
        )
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            check_size(*picture.size)
            check_whole(content, str(picture.format))
            return drawn_anew(picture)
    except UnidentifiedImageError:
        raise LogoRefusal(_("A logo is a picture: PNG, JPEG or WebP.")) from None
    except Image.DecompressionBombError:
        raise LogoRefusal(
            _("The picture has too many pixels: make it smaller.")
        ) from None
    except (OSError, ValueError, SyntaxError):
        raise LogoRefusal(_("The picture is damaged: save it once more.")) from None


def is_svg(content: bytes) -> bool:
    """Whether it looks like drawing instructions in place of pixels."""
    start = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<?xml", b"<svg", b"<!doctype")) or b"<svg" in start


def check_size(width: int, height: int) -> None:
    """Refuse what is too large to unpack or too small to print."""
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise LogoRefusal(
            _("The picture has %(width)s × %(height)s pixels: make it smaller.")
            % {"width": width, "height": height}
        )
    if min(width, height) < SMALLEST_SIDE:
        raise LogoRefusal(
            _("The picture has %(width)s × %(height)s pixels: that is too small.")
            % {"width": width, "height": height}
        )


def check_whole(content: bytes, kind: str) -> None:
    """Refuse what was cut off; Pillow, as WeasyPrint sets it, would take the rest."""
    whole = {
        "PNG": b"IEND" in content,
        "JPEG": b"\xff\xd9" in content,
        "WEBP": len(content) >= 8 + int.from_bytes(content[4:8], "little"),
    }
    if not whole[kind]:
        raise LogoRefusal(_("The picture is damaged: save it once more."))


def drawn_anew(picture: Image.Image) -> Picture:
    """The first frame, turned as its camera says, on white, as PNG."""
    image = ImageOps.exif_transpose(picture).convert("RGBA")
    image.thumbnail(PRINTED, Image.Resampling.LANCZOS)
    page = Image.new("RGBA", image.size, WHITE)
    page.alpha_composite(image)
    target = BytesIO()
    page.convert("RGB").save(target, format="PNG", optimize=True)
    return Picture(target.getvalue(), *image.size)
