"""HTML to PDF: equal bytes, our fonts, nothing from outside."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.template import engines

from delivery import pdf
from tests import make

TEMPLATE = """{% extends "documents/_base.html" %}{% block letter %}
<table class="items"><thead><tr><th>Facture</th><th class="num">CHF</th></tr></thead>
<tbody>{% for row in rows %}<tr><td>INV-{{ row }}</td><td class="num">1’000.00</td></tr>{% endfor %}</tbody></table>
<div class="totals"></div>{% include "documents/_payment.html" %}{% endblock %}"""


@pytest.fixture
def paper(tmp_path, settings):
    """A document of its own, on the letter every document stands on."""
    (tmp_path / "paper.html").write_text(TEMPLATE)
    engine = engines["django"].engine
    before, engine.dirs = engine.dirs, [*engine.dirs, str(tmp_path)]
    for loader in engine.template_loaders:
        getattr(loader, "reset", lambda: None)()

    def render(rows=3, language="fr", **given):
        context = {
            "company": make.company(vat_number="CHE-123.456.789"),
            "address": "Dupont & Fils SA\nRue du Lac 1\n1000 Lausanne",
            "date": date(2026, 3, 16),
            "number": "M-7",
            "title": "Rappel",
            "rows": range(rows),
        } | given
        return pdf.render_html("paper.html", context, language)

    yield render
    engine.dirs = before
    for loader in engine.template_loaders:
        getattr(loader, "reset", lambda: None)()


def pages(content):
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.django_db
def test_equal_html_gives_equal_bytes_whatever_was_rendered_between(paper):
    letter, other = paper(), paper(rows=80, address="Ünique ß Œuvre\nΑθήνα")
    first = pdf.render_pdf(letter)
    pdf.render_pdf(other)
    assert pdf.render_pdf(letter) == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "16 mars 2026"), ("de", "16. März 2026"), ("en", "16 March 2026")],
)
def test_a_letter_shows_who_writes_to_whom_where_and_when(paper, language, words):
    (text,) = pages(pdf.render_pdf(paper(language=language)))
    for expected in (
        "Fiduciaire du Léman SA",
        "Dupont & Fils SA",
        "1000 Lausanne",
        f"Genève, {words}",
        "M-7",
        "CH93 0076 2011 6238 5295 7",
        "CHE-123.456.789",
        "compta@leman.example",
    ):
        assert expected in text


@pytest.mark.django_db
def test_each_page_says_which_of_how_many_and_repeats_the_head_of_the_table(paper):
    texts = pages(pdf.render_pdf(paper(rows=90, language="en")))
    assert len(texts) > 2
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Facture" in text
    assert "Rappel M-7" in texts[1]


@pytest.mark.django_db
def test_a_stamp_is_on_every_page(paper):
    assert all("Draft" in t for t in pages(pdf.render_pdf(paper(90, stamp="Draft"))))


@pytest.mark.django_db
def test_only_our_own_fonts_are_in_it_and_they_are_embedded(paper):
    content = pdf.render_pdf(paper(address="Łódź Çağrı Žižek\nΑθήνα\nМосква € £ ’"))
    with pikepdf.open(BytesIO(content)) as document:
        fonts = {
            str(font["/BaseFont"]).partition("+")[2]: "/FontFile2"
            in font["/DescendantFonts"][0]["/FontDescriptor"]
            for page in document.pages
            for font in page["/Resources"]["/Font"].values()
        }
    assert fonts == {"Letter": True, "Letter-Bold": True}


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.png",
        "https://example.org/x.png",
        "ftp://127.0.0.1/x",
        "/etc/passwd",
        "https://relance.invalid/fonts/../../config/settings.py",
    ],
)
@pytest.mark.parametrize(
    "html",
    [
        '<img src="{}">',
        '<link rel="stylesheet" href="{}">',
        "<style>@import url({});</style>",
        '<p style="background: url({})">x</p>',
        '<object data="{}"></object>',
        '<svg><image href="{}" /></svg>',
        '<link rel="attachment" href="{}">',
    ],
)
def test_nothing_but_our_own_files_is_fetched(url, html, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "urllib.request.OpenerDirector.open", lambda *given, **_: opened.append(given)
    )
    try:
        content = pdf.render_pdf(html.format(url))
    except pdf.RenderFailure:
        content = b""
    assert not opened
    assert b"EmbeddedFile" not in content


def test_what_is_refused_stops_the_letter_instead_of_leaving_a_hole():
    with pytest.raises(pdf.RenderFailure, match="passwd"):
        pdf.render_pdf('<img src="file:///etc/passwd">')


def test_an_image_in_the_html_itself_is_shown():
    dot = (
        "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    )
    assert b"/XObject" in pdf.render_pdf(f'<img src="{dot}">')


def test_joined_letters_keep_their_pages_in_order_and_give_equal_bytes():
    parts = [
        pdf.render_pdf("<p>one</p>"),
        pdf.render_pdf('<p>two</p><p class="next">three</p>' + "<p>x</p>" * 100),
        pdf.render_pdf("<p>four</p>"),
    ]
    joined = pdf.join_pdfs(iter(parts))
    assert pdf.page_count(joined) == sum(map(pdf.page_count, parts)) > 3
    assert "one" in pages(joined)[0]
    assert "four" in pages(joined)[-1]
    assert pdf.join_pdfs(parts) == joined


def test_many_letters_come_in_order_and_a_hostile_one_fails_alone(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS_PER_LETTER", 6)
    htmls = [f"<p>Letter {number}</p>" for number in range(pdf.FEW + 6)]
    expected = [pdf.render_pdf(html) for html in htmls]
    htmls[3] = '<img src="file:///etc/passwd">'
    htmls[5] = "<table>" + "<tr><td colspan=65534>x</td></tr>" * 40 + "</table>"
    made = list(pdf.render_many(htmls))
    assert isinstance(made[3], pdf.RenderFailure)
    assert isinstance(made[5], pdf.RenderFailure)
    assert "too long" in str(made[5])
    for place, content in enumerate(made):
        if place not in {3, 5}:
            assert content == expected[place]


def test_a_few_letters_are_made_here_and_fail_alone_too():
    good, bad = pdf.render_many(["<p>x</p>", '<img src="file:///etc/passwd">'])
    assert good.startswith(b"%PDF-")
    assert isinstance(bad, pdf.RenderFailure)


@pytest.mark.django_db
def test_a_name_is_text_and_never_markup(paper):
    (text,) = pages(
        pdf.render_pdf(paper(address='<img src="file:///etc/passwd"> & Co'))
    )
    assert '<img src="file:///etc/passwd"> & Co' in text.replace("\r\n", " ")
