"""Many PDFs as one: outline, page labels, sheets printed on both sides."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from delivery.joining import Part, join_pdfs
from delivery.pdf import page_count, render_pdf


@pytest.fixture(scope="module")
def parts():
    """A letter of one page, one of two with a page that belongs to it, one of one."""
    return [
        Part(render_pdf("<p>one</p>"), "Dupont · R-1"),
        Part(render_pdf('<p>two</p><h2 class="next">three</h2>'), "Müller · R-2"),
        Part(render_pdf("<p>its invoice</p>")),
        Part(render_pdf("<p>four</p>"), "Rossi · R-3"),
    ]


def pages(content):
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded().strip() for page in document]


def outline(content):
    document = pypdfium2.PdfDocument(content)
    return [
        (entry.get_title(), entry.get_dest().get_index())
        for entry in document.get_toc()
    ]


def test_pages_stay_in_order_and_equal_parts_give_equal_bytes(parts):
    joined = join_pdfs(iter(parts))
    assert page_count(joined) == sum(page_count(part.content) for part in parts)
    assert [text.split()[0] for text in pages(joined)] == [
        *("one", "two", "three", "its", "four")
    ]
    assert join_pdfs(parts) == joined


@pytest.mark.parametrize(("duplex", "starts"), [(False, [0, 1, 4]), (True, [0, 2, 6])])
def test_each_title_is_an_entry_of_the_outline(parts, duplex, starts):
    """4.14: outline entries = letters."""
    joined = join_pdfs(parts, duplex=duplex)
    assert outline(joined) == list(
        zip(["Dupont · R-1", "Müller · R-2", "Rossi · R-3"], starts, strict=True)
    )


@pytest.mark.parametrize(
    ("duplex", "labels"),
    [(False, "1 1 2 3 1"), (True, "1 2 1 2 3 4 1 2")],
)
def test_page_labels_begin_anew_with_each_letter(parts, duplex, labels):
    document = pypdfium2.PdfDocument(join_pdfs(parts, duplex=duplex))
    found = [document.get_page_label(number) for number in range(len(document))]
    assert found == labels.split()


def test_on_both_sides_every_part_begins_on_a_sheet_of_its_own(parts):
    joined = join_pdfs(parts, duplex=True)
    assert [bool(text) for text in pages(joined)] == [
        *(True, False, True, True, True, False, True, False)
    ]
    with pikepdf.open(BytesIO(joined)) as pdf:
        assert {tuple(map(float, page.mediabox)) for page in pdf.pages} == {
            tuple(map(float, pdf.pages[0].mediabox))
        }
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
    assert join_pdfs(parts, duplex=True) == joined


def test_without_titles_there_is_no_outline():
    joined = join_pdfs([Part(render_pdf("<p>x</p>"))])
    assert outline(joined) == []
