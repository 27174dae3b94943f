"""What was fetched once and committed is still what was fetched."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "static/vendor"
SUMS = [line.split() for line in (VENDOR / "sha256sums.txt").read_text().splitlines()]


@pytest.mark.parametrize(("sum_", "name"), SUMS)
def test_a_vendored_file_is_unchanged(sum_, name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == sum_


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = (VENDOR / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = set()
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        used |= set(re.findall(r'_icon.html" with name="([^"]+)"', text))
        used |= set(re.findall(r'\bicon="([a-z0-9-]+)"', text))
    assert used <= drawn


@pytest.mark.parametrize("name", ["tabler/tabler.min.css", "tabler/tabler.min.js"])
def test_nothing_is_fetched_from_elsewhere(name):
    text = (VENDOR / name).read_text()
    assert "sourceMappingURL" not in text
    assert not re.search(r"(url\(|@import\s*)['\"]?https?:", text)


# The Content-Security-Policy forbids all three; a browser would drop them silently.
INLINE = [r"<script(?![^>]*\bsrc=)[^>]*>", r"\sstyle\s*=", r"\son[a-z]+\s*="]


@pytest.mark.parametrize("pattern", INLINE)
def test_no_page_has_inline_script_or_style(pattern):
    pages = [
        page
        for page in (ROOT / "templates").rglob("*.html")
        if page.parent.name not in {"documents", "mail"}
    ]
    found = [
        f"{page.name}: {hit.group(0)}"
        for page in pages
        for hit in re.finditer(pattern, page.read_text())
    ]
    assert pages
    assert found == []
