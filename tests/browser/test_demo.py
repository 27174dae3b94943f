"""The demo company, as `manage.py up` builds it."""

from __future__ import annotations

import sqlite3

import pypdfium2


def test_its_statements_lead_to_the_address_that_is_listened_on(relance):
    with sqlite3.connect(relance.folder / "relance.sqlite3") as books:
        found = books.execute(
            "SELECT content FROM delivery_document WHERE kind = 'statement'"
        )
        papers = [content for (content,) in found]
    books.close()
    assert papers
    for content in papers:
        with pypdfium2.PdfDocument(content) as paper:
            words = paper[0].get_textpage().get_text_bounded().split()
        assert f"{relance.address}/r/" in "".join(words)
