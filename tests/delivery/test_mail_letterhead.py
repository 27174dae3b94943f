"""The HTML of an e-mail: the words of its text, and nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from delivery.letterhead import html_of, html_with_links, logo_named_in, text_with_links
from tests import make
from tests.delivery.mailing import logo

pytestmark = pytest.mark.django_db

BODY = (
    "Dear customer,\n\nPlease pay CHF 1’234.50 by 12 March.\n"
    "Thank you.\n\nKind regards\nFiduciaire du Léman SA"
)


class Words(HTMLParser):
    """What a reader sees, and every attribute of every element."""

    def __init__(self, html):
        super().__init__()
        self.seen, self.tags, self.attributes = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        if data.strip():
            self.seen.append(data.strip())


def test_every_line_of_the_text_stands_in_the_html_in_its_order():
    words = Words(html_of(BODY, make.company(), "en")).seen
    lines = [line for line in BODY.splitlines() if line]
    start = words.index(lines[0])
    assert words[start : start + len(lines)] == lines


def test_the_letterhead_names_the_company_and_how_to_reach_it():
    home = make.company(phone="+41 22 310 00 00", website="www.leman.example")
    html = html_of(BODY, home, "fr")
    words = Words(html)
    assert words.seen[:2] == ["Fiduciaire du Léman SA"] * 2, "title, then head"
    assert "Rue du Marché 12" in words.seen
    assert "1204 Genève" in words.seen
    assert any("+41 22 310 00 00" in text for text in words.seen)
    assert ("html", "lang", "fr") in words.attributes
    assert ("a", "href", "mailto:compta@leman.example") in words.attributes
    assert ("a", "href", "https://www.leman.example") in words.attributes


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", 'x.ch" onclick="y', "ftp://x.ch", "a b"]
)
def test_what_is_no_website_is_no_link(website):
    words = Words(html_of(BODY, make.company(website=website, email=""), "en"))
    assert "a" not in words.tags
    assert website in words.seen


def test_nothing_is_fetched_and_no_style_sheet_is_needed():
    home = make.company(logo=logo(), website="https://leman.example/fr")
    words = Words(html_of(BODY, home, "en"))
    fetched = [
        value
        for tag, name, value in words.attributes
        if name in {"src", "srcset", "background"} or (tag == "link")
    ]
    assert fetched == [f"cid:{home.logo.sha256[:32]}@logo.invalid"]
    assert not {"script", "style", "link", "iframe", "form", "object"} & {*words.tags}
    assert "url(" not in html_of(BODY, home, "en")


@pytest.mark.parametrize("place", ["body", "name", "facts"])
def test_markup_that_somebody_typed_is_text(place):
    """49, 65: escaped in the mail as on paper."""
    evil = "<script>alert(1)</script><img src=x>{{ company }}"
    html = html_of(
        evil if place == "body" else BODY,
        make.company(name=evil if place == "name" else "A & B"),
        "en",
        [("Total", evil)] if place == "facts" else (),
    )
    words = Words(html)
    assert not {"script", "img"} & {*words.tags}
    assert evil in words.seen


def test_facts_stand_in_a_table_before_the_greeting():
    facts = [("Number", "R-1"), ("To pay", "CHF 1’234.50")]
    words = Words(html_of(BODY, make.company(), "en", facts)).seen
    start = words.index("Number")
    assert words[start : start + 5] == [
        "Number",
        "R-1",
        "To pay",
        "CHF 1’234.50",
        "Kind regards",
    ]


def test_on_a_phone_and_in_the_dark_it_reads_well():
    html = html_of(BODY, make.company(), "en")
    assert 'name="viewport"' in html
    assert 'name="color-scheme" content="light dark"' in html
    assert "max-width:600px" in html
    assert "font-size:16px" in html
    colours = {found.lower() for found in re.findall(r"#[0-9a-f]{3,6}\b", html)}
    assert colours == {"#8a8a8a"}, "the reader's own colours, but for a line"


def test_the_logo_is_small_and_can_be_found_again():
    home = make.company(logo=logo(1000, 250))
    html = html_of(BODY, home, "en")
    assert 'width="192" height="48"' in html
    assert logo_named_in(html) == home.logo.sha256[:32]
    assert logo_named_in(html_of(BODY, make.company(logo=None), "en")) == ""


def test_before_the_company_is_set_up_there_is_html_all_the_same():
    home = make.company(name="", street="", postcode="", city="", email="")
    words = Words(html_of("Hello", home, "en"))
    assert words.seen == ["Hello"]


def test_a_link_comes_before_the_greeting_in_both_parts():
    address = "https://relance.example/shared/abc/"
    text = text_with_links(BODY, [("The document:", address)])
    assert text.endswith(
        f"Thank you.\n\nThe document:\n{address}\n\nKind regards\n"
        "Fiduciaire du Léman SA"
    )
    html = html_with_links(
        html_of(BODY, make.company(), "en"), [("The document:", address)], "en"
    )
    words = Words(html)
    assert ("a", "href", address) in words.attributes
    order = [words.seen.index(w) for w in ("Thank you.", address, "Kind regards")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("line", "is_link"),
    [
        ("https://relance.example/r/a_b-c/", True),
        ("See https://relance.example/r/abc/", False),
        ("relance.example", False),
        ("javascript:alert(1)", False),
        ('https://x.ch/"onclick="y', False),
        ("https://x.ch/<b>", False),
    ],
)
def test_a_line_that_is_an_address_can_be_clicked_and_no_other(line, is_link):
    words = Words(html_of(f"Dear customer,\n\nHere:\n{line}\n\nBye", make.company(), "en"))  # fmt: skip
    assert line in words.seen
    assert (("a", "href", line) in words.attributes) is is_link


def test_a_text_of_one_paragraph_has_its_link_at_the_end():
    address = "https://relance.example/shared/abc/"
    assert (
        text_with_links("Hello.", [("Here:", address)]) == f"Hello.\n\nHere:\n{address}"
    )
    html = html_with_links(
        html_of("Hello.", make.company(), "en"), [("Here:", address)], "en"
    )
    assert address in html
