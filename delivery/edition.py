"""The edition that documents and mails are made with: release, templates and rules.

Two papers of one edition were made by the same templates, style sheet, words and
rules; what another edition did is in the sources of its release.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCES = (
    "templates/documents/*",
    "templates/mail/*",
    "static/css/paper.css",
    "locale/*/LC_MESSAGES/django.po",
    "*/documents.py",
    "*/rules/**/*.py",
)


@cache
def edition() -> str:
    """The release, and 12 digits of the hash over its sources: `0.2.0+1f0c9a7e5b21`."""
    digest = sha256()
    for path in sources():
        digest.update(path.relative_to(settings.BASE_DIR).as_posix().encode() + b"\0")
        digest.update(sha256(path.read_bytes()).digest())
    return f"{release()}+{digest.hexdigest()[:12]}"


def sources() -> Iterator[Path]:
    """The files that decide how a paper looks and what it says, always in one order."""
    found = {
        path
        for pattern in SOURCES
        for path in settings.BASE_DIR.glob(pattern)
        if path.is_file()
    }
    yield from sorted(found)


def release() -> str:
    """The version that is installed, or that the first lines of the project name."""
    try:
        return version("relance")
    except PackageNotFoundError:
        return declared()


def declared() -> str:
    """The version in `pyproject.toml`: it runs from its own folder."""
    text = (settings.BASE_DIR / "pyproject.toml").read_text()
    line = next(line for line in text.splitlines() if line.startswith("version"))
    return line.partition('"')[2].partition('"')[0]
