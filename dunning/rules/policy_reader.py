"""Checks the values of a policy's JSON, with a sentence for each that is wrong."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from moneyed import CurrencyDoesNotExist

from billing.rules.money import decimals, money
from clients.rules.languages import LANGUAGES
from dunning.rules.dossier import Text
from dunning.rules.texts import PLACEHOLDERS, unknown_placeholders

if TYPE_CHECKING:
    from moneyed import Money

# The longest a part of a text may be; the same as in the admin.
TEXT_LENGTHS = {
    "title": 80,
    "opening": 2000,
    "closing": 2000,
    "subject": 120,
    "body": 2000,
}
NAME_LENGTH = 80
MOST_DAYS = 365
HIGHEST_RATE = Decimal(30)
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?", re.ASCII)
_RATE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?", re.ASCII)


class Reader:
    """Checks values one by one and keeps a sentence for each that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems

    def say(self, problem: str) -> None:
        """Keep a problem."""
        self.problems.append(problem)

    def mapping(
        self, data: object, where: str, keys: tuple[str, ...] | None = None
    ) -> dict[str, Any]:
        """An object with no other keys than these."""
        if not isinstance(data, dict):
            self.say(f"{where} must be an object.")
            return {}
        for key in data:
            if keys is not None and key not in keys:
                self.say(f"{where}: unknown key {key!r}; known: {', '.join(keys)}.")
        return data

    def name(self, value: object, where: str) -> str:
        """A name in one line."""
        if not isinstance(value, str) or not value.strip():
            self.say(f"{where} needs a name.")
            return ""
        if len(value) > NAME_LENGTH or not value.isprintable():
            self.say(f"{where}: the name is longer than {NAME_LENGTH} or not one line.")
        return value.strip()

    def flag(self, value: object, where: str) -> bool | None:
        """True, false, or not there."""
        if value is not None and not isinstance(value, bool):
            self.say(f"{where} must be true or false.")
            return None
        return value

    def choice(self, value: object, where: str, known: tuple[str, ...]) -> str:
        """One of the words known; the first where none is given."""
        if value is None:
            return known[0]
        if value not in known:
            self.say(f"{where} must be one of: {', '.join(known)}.")
            return known[0]
        return str(value)

    def weekdays(self, value: object, where: str) -> str:
        """ISO weekdays, each once, as digits in order."""
        days = value if isinstance(value, list) else []
        whole = all(isinstance(d, int) and not isinstance(d, bool) for d in days)
        if not days or not whole or not set(days) <= set(range(1, 8)):
            self.say(f"{where} must be a list of days, 1 (Monday) to 7 (Sunday).")
            return "1"
        return "".join(str(day) for day in sorted(set(days)))

    def days(self, value: object, where: str) -> int:
        """A whole number of days."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not 0 <= value <= MOST_DAYS:  # type: ignore[operator]
            self.say(f"{where} must be a whole number from 0 to {MOST_DAYS}.")
            return 0
        return int(value)  # type: ignore[call-overload,no-any-return]

    def rate(self, value: object, where: str) -> Decimal:
        """Per cent a year, with up to two decimals."""
        text = str(value) if isinstance(value, int | str) else ""
        if not _RATE.fullmatch(text) or Decimal(text) > HIGHEST_RATE:
            self.say(f'{where} must be text such as "5.00", from 0 to {HIGHEST_RATE}.')
            return Decimal(0)
        return Decimal(text)

    def amounts(self, data: object, where: str) -> dict[str, Money]:
        """Amounts by currency, none negative, each with its currency's decimals."""
        found: dict[str, Money] = {}
        for code, value in self.mapping(data, where).items():
            text = str(value) if isinstance(value, int | str) else ""
            try:
                places = decimals(code)
            except CurrencyDoesNotExist:
                self.say(f"{where}: {code!r} is no currency such as CHF.")
                continue
            if not _AMOUNT.fullmatch(text):
                self.say(f'{where} {code} must be text such as "20.00".')
            elif len(text.partition(".")[2].rstrip("0")) > places:
                self.say(f"{where}: {code} has only {places} decimals, not {text}.")
            else:
                found[code] = money(text, code)
        return found

    def texts(self, data: object, where: str) -> dict[str, Text]:
        """Texts by language, complete, with known placeholders only."""
        found: dict[str, Text] = {}
        for language, parts in self.mapping(data, where, tuple(LANGUAGES)).items():
            given = self.mapping(parts, f"{where} {language}", tuple(TEXT_LENGTHS))
            words = [
                self.words(given.get(part), f"{where} {language}: {part}", length)
                for part, length in TEXT_LENGTHS.items()
            ]
            found[language] = Text(*words)
        return found

    def words(self, value: object, where: str, length: int) -> str:
        """Words that are there, short enough, without unknown placeholders."""
        if not isinstance(value, str) or not value.strip():
            self.say(f"{where} is missing.")
            return ""
        if len(value) > length or "\x00" in value:
            self.say(f"{where} is longer than {length} or has characters nobody sees.")
        if unknown := unknown_placeholders(value):
            known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            self.say(f"{where}: {unknown[0]} is no placeholder; known: {known}.")
        return value
