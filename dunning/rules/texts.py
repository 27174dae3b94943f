"""Words of a level with placeholders from a closed list; nothing is evaluated."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dunning.rules.dossier import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunning.rules.dossier import Level

# Of the letter: whom, which, when; what it asks for; about how many and which invoices.
PLACEHOLDERS = (
    *("client", "company", "number", "date", "deadline", "level"),
    *("total", "open", "credit", "fee", "interest", "lump_sum", "earlier"),
    *("count", "invoices"),
)
_BRACED = re.compile(r"\{([^{}]*)\}")
_STRAY = re.compile(r"[{}]")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every known placeholder replaced; anything else stays as it is."""
    if "{" not in text:
        return text
    return _BRACED.sub(lambda found: values.get(found[1], found[0]), text)


@lru_cache(maxsize=256)
def names_in(text: Text) -> frozenset[str]:
    """What stands in braces anywhere in a text: only that has to be worked out."""
    whole = "".join([text.title, text.opening, text.closing, text.subject, text.body])
    return frozenset(_BRACED.findall(whole))


def fill_text(text: Text, values: Mapping[str, str]) -> Text:
    """Every part of a text, filled."""
    return Text(
        fill(text.title, values),
        fill(text.opening, values),
        fill(text.closing, values),
        fill(text.subject, values),
        fill(text.body, values),
    )


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces and is no placeholder; a lone brace counts as one."""
    names = [found[1] for found in _BRACED.finditer(text)]
    unknown = [f"{{{name}}}" for name in names if name not in PLACEHOLDERS]
    return unknown + _STRAY.findall(_BRACED.sub("", text))


def text_in(level: Level, *languages: str) -> Text:
    """The level's text in the first of the languages it has, else English, else any."""
    for language in (*languages, "en"):
        if language in level.texts:
            return level.texts[language]
    return next(iter(level.texts.values()), Text(*[level.name] * 5))
