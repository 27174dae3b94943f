"""Pictures for the head of letters: drawn anew, or refused with a sentence."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from clients.logos import LARGEST_FILE, LogoRefusal, clean_picture


def picture(size=(600, 200), mode="RGB", kind="PNG", colour="navy", **options):
    target = BytesIO()
    Image.new(mode, size, colour).save(target, kind, **options)
    return target.getvalue()


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_three_formats_become_png(kind):
    made = clean_picture(picture(kind=kind))
    assert opened(made.content).format == "PNG"
    assert (made.width, made.height) == (600, 200)
    assert opened(made.content).size == (600, 200)


def test_nothing_of_the_file_but_its_pixels_is_kept():
    hidden = picture() + b"<script>alert(1)</script>"
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    tagged = picture(kind="JPEG", exif=exif)
    for content in (hidden, tagged):
        made = clean_picture(content).content
        assert b"script" not in made
        assert b"secret" not in made
        assert not opened(made).info
    assert clean_picture(hidden) == clean_picture(picture())


def test_what_is_transparent_stands_on_white():
    made = clean_picture(picture(mode="RGBA", colour=(0, 0, 0, 0)))
    image = opened(made.content)
    assert image.mode == "RGB"
    assert image.getpixel((5, 5)) == (255, 255, 255)


def test_it_is_turned_as_its_camera_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = clean_picture(picture(kind="JPEG", exif=exif))
    assert (made.width, made.height) == (95, 284)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((4000, 1000), (1063, 266)), ((500, 2000), (71, 284)), ((90, 30), (90, 30))],
)
def test_it_is_as_large_as_paper_needs(size, wanted):
    made = clean_picture(picture(size))
    assert (made.width, made.height) == wanted


def test_a_moving_picture_stands_still():
    frames = [Image.new("RGB", (60, 20), colour) for colour in ("red", "blue")]
    target = BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])
    assert opened(clean_picture(target.getvalue()).content).n_frames == 1


def noise(kind):
    target = BytesIO()
    Image.effect_noise((200, 100), 90).save(target, kind)
    return target.getvalue()


def png_that_claims(width, height):
    """A header and no pixels to speak of."""

    def chunk(name, data):
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "An SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "An SVG"),
        (b"<!DOCTYPE html><svg/>", "An SVG"),
        (b"", "A logo is a picture"),
        (b"%PDF-1.7", "A logo is a picture"),
        (b"GIF89a" + b"\0" * 50, "A logo is a picture"),
        (picture(kind="BMP"), "A logo is a picture"),
        (picture(kind="TIFF"), "A logo is a picture"),
        (noise("PNG")[:2000], "damaged"),
        (noise("JPEG")[:2000], "damaged"),
        (noise("WEBP")[:2000], "damaged"),
        (png_that_claims(60_000, 60_000), "too many pixels: make it smaller"),
        (png_that_claims(7_000, 7_000), "7000 × 7000 pixels: make it smaller"),
        (picture((3, 3)), "too small"),
        (b"\0" * (LARGEST_FILE + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_sentence(content, reason):
    with pytest.raises(LogoRefusal, match=reason):
        clean_picture(content)
