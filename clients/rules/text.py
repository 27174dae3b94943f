"""Text as people type it, made fit to be stored and printed."""

from __future__ import annotations

import unicodedata

# Zero-width joiner and non-joiner belong to letters of some scripts and to emoji.
JOINERS = {"\u200c", "\u200d"}


def one_line(text: str) -> str:
    """One line without control characters, trimmed, with single spaces.

    Direction overrides and other invisible characters go: they make one name look
    like another.
    """
    return " ".join("".join(_visible(c) for c in text).split())


def lines(text: str) -> str:
    """Several lines, each cleaned as `one_line` does; no empty ones at the ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(one_line(line) for line in plain.split("\n")).strip("\n")


def _visible(character: str) -> str:
    if character in JOINERS:
        return character
    kind = unicodedata.category(character)
    if kind in {"Cc", "Zl", "Zp"}:
        return " " if character.isspace() else ""
    return "" if kind in {"Cf", "Cs"} else character
