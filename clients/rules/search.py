"""Keys by which clients are found: what people type finds what is stored."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LENGTH = 300
# From so many characters on a word with digits is a number somebody wrote with
# its dots: CHE-107.787.577 is looked for as che107787577, too.
NUMBER_LENGTH = 6


def search_key(*words: str) -> str:
    """Lower case without accents, with single spaces."""
    text = unicodedata.normalize("NFKD", " ".join(words))
    plain = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())[:LENGTH]


def compact(text: str) -> str:
    """Only letters and digits, in lower case: numbers as they are compared."""
    return "".join(c for c in search_key(text) if c.isalnum())


def client_key(
    name: str,
    number: str,
    *,
    merged: Iterable[str] = (),
    vat_number: str = "",
    iban: str = "",
    city: str = "",
    email: str = "",
) -> str:
    """All that a client is found by; its name first, so that lists sort by it.

    `merged` are the numbers of the clients it took over.
    """
    return search_key(
        name, number, *merged, compact(vat_number), compact(iban), city, email
    )


def wanted_words(text: str) -> list[set[str]]:
    """The words of a search, each with the ways in which it may be stored."""
    found = []
    for word in search_key(text).split():
        bare = compact(word)
        is_number = len(bare) >= NUMBER_LENGTH and any(c.isdigit() for c in bare)
        found.append({word, bare} if is_number else {word})
    return found
