"""The pages of a PDF as pictures, and how long they are kept."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from delivery.pdf import RenderFailure, Sheet
from delivery.pictures import Drawn, Shelf, drawn, kept, picture


def test_the_latest_pieces_are_kept_until_they_are_old_or_too_many():
    shelf = Shelf(seconds=60, most=10)
    assert shelf.of("a", lambda: b"12345") == b"12345"
    assert shelf.of("a", lambda: b"other") == b"12345"
    shelf.put("b", b"12345")
    shelf.put("c", b"1")
    assert [shelf.get(key) for key in "abc"] == [None, b"12345", b"1"]
    shelf.put("large", b"12345678901")
    assert [shelf.get(key) for key in ("b", "c", "large")] == [None, None, None]
    old = Shelf(seconds=0, most=10)
    old.put("a", b"1")
    assert old.get("a") is None


def test_a_page_is_a_picture_of_what_was_drawn_once():
    sheet = Sheet("<h1>Relevé</h1><p>2026</p>")
    first = drawn(sheet, "client 1")
    assert drawn(sheet, "client 1").content is first.content
    assert first.pages == 1
    with Image.open(BytesIO(picture(first, 1))) as shown:
        assert (shown.format, shown.size) == ("PNG", (1100, 1556))
        assert len(shown.convert("L").getcolors()) > 1, "it is not blank"
    assert picture(first, 1) is picture(first, 1)
    assert kept(first.key, "client 1").content is first.content
    assert kept(first.key, "client 2") is None
    assert kept("", "client 1") is None


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"\0" * 1000])
def test_what_is_no_pdf_is_refused_in_a_sentence(content):
    with pytest.raises(RenderFailure, match="cannot be laid out"):
        picture(Drawn(f"spoilt {len(content)}", content), 1)
