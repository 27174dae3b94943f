"""Reads single cells: texts, yes and no, languages, currencies, addresses."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from moneyed import CURRENCIES

from billing.rules.money import decimals
from billing.rules.refusals import Unreadable, gettext_noop, shown
from clients.rules.languages import LANGUAGES

Cell = str | Decimal | date
"""What a file holds: text, or a typed number or date of a workbook."""

# Control, direction and zero-width characters: they make two numbers look alike.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
FORMULA = re.compile(r"[=@]|[+-].*[(|!]", re.DOTALL)
EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([^\W_]([\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,60}[^\W_]"
)
YES = {"yes", "y", "true", "1", "x", "oui", "ja", "vrai", "wahr"}
NO = {"", "no", "n", "false", "0", "non", "nein", "faux", "falsch"}
SPOKEN = {
    "english": "en",
    "anglais": "en",
    "englisch": "en",
    "french": "fr",
    "francais": "fr",
    "franzosisch": "fr",
    "german": "de",
    "allemand": "de",
    "deutsch": "de",
}
# Metals, test codes and baskets: ISO 4217 lists them, nobody invoices in them.
MONEY_OF_SEVERAL_STATES = {"XAF", "XCD", "XOF", "XPF"}


def text_of(cell: Cell) -> str:
    """The cell as text; a whole number of a workbook without decimals."""
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f") if cell else "0"
    return cell if isinstance(cell, str) else cell.isoformat()


def read_text(cell: Cell, length: int) -> str:
    """A text on one line, refused when it is too long or hides something."""
    text = unicodedata.normalize("NFC", text_of(cell))
    if HIDDEN.search(text):
        raise Unreadable(
            gettext_noop("“%(value)s” contains invisible or control characters."),
            {"value": shown(text)},
        )
    text = " ".join(text.split())
    if FORMULA.match(text):
        raise Unreadable(
            gettext_noop("“%(value)s” is a formula, not a text."),
            {"value": shown(text)},
        )
    if len(text) > length:
        raise Unreadable(
            gettext_noop("“%(value)s” is longer than %(length)s characters."),
            {"value": shown(text), "length": str(length)},
        )
    return text


def read_required(cell: Cell, length: int) -> str:
    """A text that must be there."""
    text = read_text(cell, length)
    if not text:
        raise missing()
    return text


def missing() -> Unreadable:
    """The refusal of an empty cell that must not be empty."""
    return Unreadable(gettext_noop("It is missing."))


def read_email(cell: Cell) -> str:
    """One e-mail address, or none."""
    text = read_text(cell, 254)
    if text and (not EMAIL.fullmatch(text) or text.index("@") > 64):
        raise Unreadable(
            gettext_noop("“%(value)s” is not an e-mail address."),
            {"value": shown(text)},
        )
    return text


def read_language(cell: Cell) -> str:
    """A language of the pages by its code (fr, fr-CH) or name, or none."""
    word = _plain(text_of(cell))
    code = SPOKEN.get(word, re.split("[-_]", word)[0])
    if code and code not in LANGUAGES:
        raise Unreadable(
            gettext_noop("“%(value)s” is not one of the languages %(languages)s."),
            {"value": shown(cell), "languages": ", ".join(LANGUAGES)},
        )
    return code


def read_currency(cell: Cell, default: str) -> str:
    """A currency of ISO 4217 with at most three decimals."""
    code = text_of(cell).strip().upper() or default
    if not is_currency(code):
        raise Unreadable(
            gettext_noop("“%(value)s” is not a currency code such as CHF."),
            {"value": shown(code)},
        )
    return code


def is_currency(code: str) -> bool:
    """Whether amounts can be kept in this currency."""
    return (
        code in CURRENCIES
        and (not code.startswith("X") or code in MONEY_OF_SEVERAL_STATES)
        and decimals(code) <= 3
    )


def read_yes(cell: Cell) -> bool:
    """Yes or no in the words of the three languages; empty is no."""
    word = _plain(text_of(cell))
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unreadable(
        gettext_noop("“%(value)s” is neither yes nor no."), {"value": shown(cell)}
    )


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
