"""What differs between two versions of a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dunning.rules.dossier import Level, Policy
from dunning.rules.policy import LEVEL_OPTIONS, POLICY_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunning.rules.policy import Document

Path = tuple[str, ...]
_USUAL_POLICY, _USUAL_LEVEL = Policy("", ()), Level(1, "")


class Change(NamedTuple):
    """One setting before and after; None: it was not there.

    The path is ("grouping",), or that of a level: ("2", "fee", "CHF"), ("1", "texts",
    "fr", "opening"), ("3", "term_days").
    """

    path: Path
    before: Any
    after: Any


def changes(before: Document, after: Document) -> list[Change]:
    """Every setting that is not the same, in the order of the document."""
    was, now = dict(_settings(before)), dict(_settings(after))
    paths = list(now) + [path for path in was if path not in now]
    return [
        Change(path, was.get(path), now.get(path))
        for path in paths
        if was.get(path) != now.get(path)
    ]


def _settings(document: Document) -> Iterator[tuple[Path, Any]]:
    """Every setting with its path; what is left out is as usual."""
    yield ("name",), document["name"]
    yield ("default",), document.get("default", False)
    for option in POLICY_OPTIONS:
        usual = getattr(_USUAL_POLICY, option)
        if option == "weekdays":
            days = document.get(option)
            yield (option,), "".join(map(str, days)) if days else usual
        else:
            yield (option,), document.get(option, usual)
    for place, level in enumerate(document["levels"], start=1):
        yield from _of_level(str(place), level)


def _of_level(place: str, level: Document) -> Iterator[tuple[Path, Any]]:
    for key in ("name", "grace_days", "term_days"):
        yield (place, key), level.get(key)
    yield (place, "interest_rate"), level.get("interest_rate", "0.00")
    for option in LEVEL_OPTIONS:
        yield (place, option), level.get(option, getattr(_USUAL_LEVEL, option))
    for key in ("fee", "minimum"):
        for code, amount in level.get(key, {}).items():
            yield (place, key, code), amount
    for language, parts in level.get("texts", {}).items():
        for part, words in parts.items():
            yield (place, "texts", language, part), words
