"""Words of a recurring invoice that are filled in each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("month", "year", "quarter", "from", "to")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def unknown_placeholders(*texts: str) -> list[str]:
    """What stands in braces and is none of ours, such as {mounth}; each once."""
    found = (name for text in texts for name in PLACEHOLDER.findall(text))
    return [f"{{{name}}}" for name in dict.fromkeys(found) if name not in NAMES]


def fill_placeholders(text: str, words: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; the others stay as they are."""
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)
