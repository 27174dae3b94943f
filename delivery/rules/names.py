"""Names of files as they arrive at a client's: who writes, and about what."""

from __future__ import annotations

import re
import unicodedata

# What Windows, macOS or a mail program does not take in a name.
FOLDERS = re.compile(r"[\\/:]+")
UNSAFE = re.compile(r'[*?"<>|\x00-\x1f\x7f]+')
ENDING = ".pdf"
LONGEST = 120
# File systems count bytes, and 255 is the most; a copy needs room for its number.
MOST_BYTES = 200


def pdf_name(words: str, company: str = "") -> str:
    """Such as `Rappel R-2026-0001 – Fiduciaire du Léman SA.pdf`, safe everywhere.

    What is too long is cut at its end, so the company's name goes before the number.
    """
    whole = " – ".join(part for part in (tidy(words), tidy(company)) if part)
    return cut(whole).rstrip(" .–") + ENDING


def tidy(text: str) -> str:
    """One line of visible letters; a point at the start would hide the file."""
    plain = UNSAFE.sub(" ", FOLDERS.sub("-", unicodedata.normalize("NFC", text)))
    seen = "".join(
        character
        for character in plain
        if unicodedata.category(character) not in {"Cf", "Cs", "Cn", "Co"}
    )
    return " ".join(seen.split()).strip(" .-")


def cut(text: str) -> str:
    """As much of a name as every file system and our own column take."""
    short = text[: LONGEST - len(ENDING)]
    return short.encode()[: MOST_BYTES - len(ENDING)].decode("utf-8", "ignore")
