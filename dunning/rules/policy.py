"""A policy as JSON: read with a sentence for everything wrong with it, and written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from moneyed import CurrencyDoesNotExist

from billing.rules.money import decimals, money, plain
from clients.rules.languages import LANGUAGES
from dunning.rules.default_texts import default_texts
from dunning.rules.dossier import Level, Policy, Text
from dunning.rules.texts import PLACEHOLDERS, unknown_placeholders

if TYPE_CHECKING:
    from moneyed import Money

POLICY_KEYS = ("name", "default", "min_interval_days", "levels")
LEVEL_KEYS = (
    "name",
    "grace_days",
    "term_days",
    "fee",
    "minimum",
    "interest_rate",
    "texts",
)
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


@dataclass(slots=True)
class PolicyReading:
    """What a JSON document says; a policy only where there is no problem.

    `default` is None where the document does not speak of it.
    """

    policy: Policy | None = None
    default: bool | None = None
    problems: list[str] = field(default_factory=list)


def read_policy(data: object) -> PolicyReading:
    """Read a policy, naming every problem instead of stopping at the first."""
    reading = PolicyReading()
    reader = _Reader(reading.problems)
    given = reader.mapping(data, "The policy", POLICY_KEYS)
    name = reader.name(given.get("name"), "The policy")
    reading.default = reader.flag(given.get("default"))
    interval = reader.days(given.get("min_interval_days", 0), "min_interval_days")
    rows = given.get("levels")
    if not isinstance(rows, list) or not rows:
        reader.say("A policy needs at least one level.")
        rows = []
    levels = tuple(reader.level(n, row) for n, row in enumerate(rows, start=1))
    if not reading.problems:
        reading.policy = Policy(name, levels, interval)
    return reading


def policy_json(policy: Policy, *, default: bool) -> dict[str, Any]:
    """The policy as `read_policy` takes it; the usual words and zeros are left out."""
    document: dict[str, Any] = {"name": policy.name, "default": default}
    if policy.min_interval_days:
        document["min_interval_days"] = policy.min_interval_days
    return document | {"levels": [_level_json(level) for level in policy.levels]}


def _level_json(level: Level) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": level.name,
        "grace_days": level.grace_days,
        "term_days": level.term_days,
        "fee": {code: plain(fee) for code, fee in level.fees.items()},
    }
    minimums = {code: plain(least) for code, least in level.minimums.items() if least}
    if minimums:
        document["minimum"] = minimums
    if level.interest_rate:
        document["interest_rate"] = f"{level.interest_rate:.2f}"
    usual = default_texts(level.position, level.name)
    own = {code: text for code, text in level.texts.items() if usual.get(code) != text}
    if own:
        document["texts"] = {
            language: {part: getattr(text, part) for part in TEXT_LENGTHS}
            for language, text in sorted(own.items())
        }
    return document


class _Reader:
    """Checks values one by one and keeps a sentence for each that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems

    def say(self, problem: str) -> None:
        self.problems.append(problem)

    def level(self, position: int, data: object) -> Level:
        """One level; its position is its place in the list."""
        where = f"Level {position}"
        given = self.mapping(data, where, LEVEL_KEYS)
        return Level(
            position,
            self.name(given.get("name"), where),
            self.days(given.get("grace_days", 0), f"{where}: grace_days"),
            self.days(given.get("term_days", 10), f"{where}: term_days"),
            self.rate(given.get("interest_rate", "0"), f"{where}: interest_rate"),
            self.amounts(given.get("fee", {}), f"{where}: fee"),
            self.amounts(given.get("minimum", {}), f"{where}: minimum"),
            self.texts(given.get("texts", {}), f"{where}: texts"),
        )

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

    def flag(self, value: object) -> bool | None:
        """True, false, or not there."""
        if value is not None and not isinstance(value, bool):
            self.say("default must be true or false.")
            return None
        return value

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
