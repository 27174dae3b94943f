"""The HTML of an e-mail: the words of its text on the company's letterhead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from clients.addresses import place_lines
from clients.logos import screen_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from clients.models import Company, Logo

TEMPLATE = "mail/letter.html"
LINK = "mail/link.html"
# Where a link to the document comes in, should it prove too large to attach.
PLACE = "<!-- document -->"
PARAGRAPHS = re.compile(r"\n\s*\n")
SITE = re.compile(
    r"(https?://)?[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(/[\w./~%-]*)?", re.IGNORECASE
)
WEB = re.compile(r"https?://[^\s<>\"']+")
LOGO_ID = "{}@logo.invalid"
LOGO_NAME = re.compile(r'src="cid:([0-9a-f]{32})@logo\.invalid"')


@dataclass(frozen=True, slots=True)
class Picture:
    """How a logo stands in the HTML: its Content-ID and its size."""

    cid: str
    width: int
    height: int


def html_of(
    body: str,
    company: Company,
    language: str,
    facts: Sequence[tuple[str, str]] = (),
) -> str:
    """The HTML part of an e-mail, from the words of its text part.

    `facts` are a few figures (number, amount, deadline) that stand before the last
    paragraph, which is the greeting. They have to stand in the document as well.
    """
    paragraphs = [text for text in PARAGRAPHS.split(body.strip()) if text]
    split = len(paragraphs) - 1 if len(paragraphs) > 1 else 1
    with translation.override(language):
        return render_to_string(
            TEMPLATE,
            {
                "language": language,
                "company": company,
                "address": address(company),
                "website": website(company.website),
                "logo": picture(company.logo),
                "paragraphs": [linked(text) for text in paragraphs[:split]],
                "facts": facts,
                "closing": [linked(text) for text in paragraphs[split:]],
            },
        )


def linked(paragraph: str) -> SafeString:
    """A paragraph with its lines; one that is nothing but an address is a link."""
    return format_html_join(
        mark_safe("<br>"),
        "{}",
        (
            [
                format_html(
                    '<a href="{0}">{0}</a>' if WEB.fullmatch(line) else "{}", line
                )
            ]
            for line in paragraph.splitlines()
        ),
    )


def address(company: Company) -> list[str]:
    """The company's lines below its name; none before it is set up."""
    return place_lines(company) if company.city or company.street else []


def website(text: str) -> str:
    """The address behind a website as it was typed; empty where it is none."""
    found = SITE.fullmatch(text.strip())
    if not found:
        return ""
    return text.strip() if found[1] else f"https://{text.strip()}"


def picture(logo: Logo | None) -> Picture | None:
    """The logo as small as a letterhead on a screen needs it."""
    if logo is None:
        return None
    size = screen_size(logo)
    return Picture(LOGO_ID.format(logo.sha256[:32]), *size)


def logo_named_in(html: str) -> str:
    """The start of the fingerprint of the logo in the HTML; empty without one."""
    found = LOGO_NAME.search(html)
    return found[1] if found else ""


def html_with_links(html: str, links: Sequence[tuple[str, str]], language: str) -> str:
    """The HTML with links to documents before its greeting: words and address each."""
    with translation.override(language):
        shown = "".join(
            render_to_string(LINK, {"words": words, "address": address})
            for words, address in links
        )
    return html.replace(PLACE, shown, 1)


def text_with_links(body: str, links: Sequence[tuple[str, str]]) -> str:
    """The text with links to documents before its greeting: words and address each."""
    head, gap, greeting = body.rstrip().rpartition("\n\n")
    shown = "\n\n".join(f"{words}\n{address}" for words, address in links)
    return f"{head}\n\n{shown}\n\n{greeting}" if gap else f"{greeting}\n\n{shown}"
