"""Every language is complete: nothing untranslated, doubtful, broken or missing."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[1]
CATALOGS = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
# Languages that clients are written to in, and that no page is in.
ON_PAPER_ONLY = {"it"}
# Where the words of papers, mails and the pages behind their links are.
PAPERS = [
    "templates/documents",
    "templates/mail",
    "templates/public",
    "templates/recipient",
    "billing/actions/checkouts.py",
    "billing/bill_figures.py",
    "billing/documents.py",
    "billing/online",
    "billing/paying.py",
    "billing/paper/small_print.py",
    "statements/actions/answering.py",
    "statements/documents.py",
    "statements/paper.py",
    "statements/recipient",
    "statements/sheets.py",
    "statements/wording.py",
    "delivery/mail.py",
    "delivery/models/document.py",
    "dunning/annex.py",
    "dunning/documents.py",
    "dunning/paper.py",
    "dunning/retraction.py",
]
# What the search for strings leaves alone, beside everything hidden.
NOT_SOURCES = {"locale", "node_modules", "staticfiles", "tests", "typings", "var"}
# The names of functions that xgettext knows, as makemessages calls it.
KNOWN = {
    *("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w[^>]*>")

each_language = pytest.mark.parametrize(
    "path", CATALOGS, ids=lambda path: path.parts[-3]
)


def catalog(path: Path) -> Catalog:
    """What a file translates."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """The singular and, where there is one, the plural."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def messages(of: Catalog) -> Iterator[Message]:
    """The strings, without the header."""
    return (message for message in of if message.id)


def key(message: Message) -> tuple[str, str]:
    """By what gettext finds a string: its context and its singular."""
    return message.context or "", forms(message.id)[0]


def placeholders(text: str) -> Counter[str]:
    """What is filled in, and the tags."""
    return Counter(PLACEHOLDER.findall(text))


def source_roots() -> list[Path]:
    """The files and directories in which strings are looked for."""
    return [
        path
        for path in ROOT.iterdir()
        if path.name not in NOT_SOURCES
        and not path.name.startswith(".")
        and (path.is_dir() or path.suffix == ".py")
    ]


def test_the_languages_of_pages_and_papers_are_there() -> None:
    assert {path.parts[-3] for path in CATALOGS} >= {"fr", "de", *ON_PAPER_ONLY}


@each_language
def test_everything_is_translated(path: Path) -> None:
    found = catalog(path)
    bad = [
        key(message) for message in messages(found) if not all(forms(message.string))
    ]
    assert not bad, f"{path.parts[-3]}: {len(bad)} untranslated, such as {bad[:10]}"


@each_language
def test_nothing_is_fuzzy(path: Path) -> None:
    bad = [key(message) for message in messages(catalog(path)) if message.fuzzy]
    assert not bad, f"{path.parts[-3]}: {len(bad)} fuzzy, such as {bad[:10]}"


@each_language
def test_placeholders_stay(path: Path) -> None:
    """A plural may say its number in words in the singular only where English does."""
    bad = []
    for message in messages(catalog(path)):
        wanted = [placeholders(text) for text in forms(message.id)]
        for number, text in enumerate(forms(message.string)):
            if text and placeholders(text) != wanted[min(number, len(wanted) - 1)]:
                bad.append((key(message), text))
    assert not bad, f"{path.parts[-3]}: placeholders differ: {bad}"


@each_language
def test_there_are_as_many_plurals_as_the_language_has(path: Path) -> None:
    found = catalog(path)
    bad = [
        key(message)
        for message in messages(found)
        if not isinstance(message.id, str)
        and len(forms(message.string)) != found.num_plurals
    ]
    assert not bad, f"{path.parts[-3]}: {bad}"


def extracted(copy: Path, sources: list[Path]) -> set[tuple[str, str]]:
    """The strings that are in sources, found in a copy of them."""
    if not all(shutil.which(tool) for tool in ("xgettext", "msguniq", "msgmerge")):
        pytest.skip("gettext is not installed")
    (copy / "locale").mkdir()
    for path in sources:
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, target)
    # Without settings: those would lead back to the real directory `locale`.
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = ["makemessages", "-l", "fr", "--keep-pot", "--no-location"]
    subprocess.run(
        [sys.executable, "-m", "django", *command],
        cwd=copy,
        env=env,
        check=True,
        capture_output=True,
    )
    template = (copy / "locale" / "django.pot").read_text(encoding="utf-8")
    # No language yet, so no number of plurals, which Babel would insist on.
    template = re.sub(r'^"Plural-Forms:.*\n', "", template, flags=re.MULTILINE)
    return {key(message) for message in messages(read_po(StringIO(template)))}


@pytest.fixture(scope="session")
def in_sources(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """The strings of all sources."""
    return extracted(tmp_path_factory.mktemp("sources"), source_roots())


@each_language
def test_no_string_of_the_sources_is_missing(
    path: Path, in_sources: set[tuple[str, str]]
) -> None:
    if path.parts[-3] in ON_PAPER_ONLY:
        pytest.skip("a language of papers only")
    missing = sorted(in_sources - {key(m) for m in messages(catalog(path))})
    assert not missing, (
        f"{path.parts[-3]}: {len(missing)} missing, such as {missing[:10]}; "
        "run makemessages and translate them"
    )


@pytest.mark.parametrize("language", sorted(ON_PAPER_ONLY))
def test_a_language_of_papers_has_their_words_and_no_others(
    language: str, tmp_path: Path
) -> None:
    """Other words would make pages of two languages mixed."""
    found = extracted(tmp_path, [ROOT / name for name in PAPERS])
    path = ROOT / "locale" / language / "LC_MESSAGES/django.po"
    assert {key(m) for m in messages(catalog(path))} == found


def modules() -> Iterator[tuple[str, ast.AST]]:
    """Every Python file of the sources, parsed."""
    for root in source_roots():
        for path in [root] if root.is_file() else root.rglob("*.py"):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_bytes())


def test_no_function_of_gettext_has_a_name_that_is_not_searched_for() -> None:
    bad = [
        f"{path}: {name.asname}"
        for path, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name and (name.asname or name.name) not in KNOWN
    ]
    assert not bad


def test_no_string_hides_in_an_f_string_where_xgettext_does_not_look() -> None:
    bad = [
        f"{path}:{call.lineno}"
        for path, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in KNOWN
    ]
    assert not bad
