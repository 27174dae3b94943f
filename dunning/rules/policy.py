"""A policy as JSON: read with a sentence for everything wrong with it, and written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from billing.rules.money import plain
from dunning.rules.default_texts import default_texts
from dunning.rules.dossier import Level, Policy
from dunning.rules.policy_reader import TEXT_LENGTHS, Reader

if TYPE_CHECKING:
    from moneyed import Money

# What may be chosen; the same as in the admin.
GROUPINGS = ("client", "level", "invoice")
REGIMES = ("auto", "ch", "de", "fr", "eu")
DAY_COUNTS = ("365", "30/360")
AUTOMATIONS = ("off", "propose", "issue")
FEES_PER = ("letter", "invoice")
CHANNELS = ("email", "post", "both")
# What is left out of a document where it is as usual.
POLICY_OPTIONS = (
    "min_interval_days",
    "grouping",
    "regime",
    "day_count",
    "fees_agreed",
    "working_days",
    "automation",
    "weekdays",
    "skip_holidays",
)
LEVEL_OPTIONS = ("legal_interest", "lump_sum", "fee_per", "channel", "attach_invoices")
POLICY_KEYS = ("name", "default", "levels", *POLICY_OPTIONS)
LEVEL_KEYS = (
    "name",
    "grace_days",
    "term_days",
    "fee",
    "minimum",
    "interest_rate",
    "texts",
    *LEVEL_OPTIONS,
)
Document = dict[str, Any]
"""A policy as plain JSON."""

_USUAL_POLICY, _USUAL_LEVEL = Policy("", ()), Level(1, "")


@dataclass(slots=True)
class PolicyReading:
    """What a JSON document says; a policy only where there is no problem.

    `default` is None where the document does not speak of it.
    """

    policy: Policy | None = None
    default: bool | None = None
    problems: list[str] = field(default_factory=list)


def read_policy(data: object) -> PolicyReading:
    """Read a policy, naming every problem instead of stopping at the first.

    What is not given is as usual. Fees of a document that does not speak of it count
    as agreed: whoever wrote it asks for them.
    """
    reading = PolicyReading()
    reader = Reader(reading.problems)
    given = reader.mapping(data, "The policy", POLICY_KEYS)
    name = reader.name(given.get("name"), "The policy")
    reading.default = reader.flag(given.get("default"), "default")
    rows = given.get("levels")
    if not isinstance(rows, list) or not rows:
        reader.say("A policy needs at least one level.")
        rows = []
    levels = tuple(_level(reader, n, row) for n, row in enumerate(rows, start=1))
    policy = Policy(
        name,
        levels,
        min_interval_days=reader.days(
            given.get("min_interval_days", 0), "min_interval_days"
        ),
        grouping=reader.choice(given.get("grouping"), "grouping", GROUPINGS),
        regime=reader.choice(given.get("regime"), "regime", REGIMES),
        day_count=reader.choice(given.get("day_count"), "day_count", DAY_COUNTS),
        fees_agreed=reader.flag(given.get("fees_agreed"), "fees_agreed") is not False,
        working_days=reader.flag(given.get("working_days"), "working_days") is True,
        automation=reader.choice(given.get("automation"), "automation", AUTOMATIONS),
        weekdays=reader.weekdays(given.get("weekdays", [1]), "weekdays"),
        skip_holidays=reader.flag(given.get("skip_holidays"), "skip_holidays")
        is not False,
    )
    if not reading.problems:
        reading.policy = policy
    return reading


def policy_json(policy: Policy, *, default: bool, all_texts: bool = False) -> Document:
    """The policy as `read_policy` takes it; what is as usual is left out.

    `all_texts`: the usual words, too, as they were used.
    """
    document: Document = {"name": policy.name, "default": default}
    document |= _unusual(policy, _USUAL_POLICY, POLICY_OPTIONS)
    if "weekdays" in document:
        document["weekdays"] = [int(day) for day in policy.weekdays]
    return document | {
        "levels": [_level_json(level, all_texts) for level in policy.levels]
    }


def _level(reader: Reader, position: int, data: object) -> Level:
    """One level; its position is its place in the list."""
    where = f"Level {position}"
    given = reader.mapping(data, where, LEVEL_KEYS)

    def flag(name: str) -> bool:
        return reader.flag(given.get(name), f"{where}: {name}") is True

    def choice(name: str, known: tuple[str, ...]) -> str:
        return reader.choice(given.get(name), f"{where}: {name}", known)

    level = Level(
        position,
        reader.name(given.get("name"), where),
        reader.days(given.get("grace_days", 0), f"{where}: grace_days"),
        reader.days(given.get("term_days", 10), f"{where}: term_days"),
        reader.rate(given.get("interest_rate", "0"), f"{where}: interest_rate"),
        reader.amounts(given.get("fee", {}), f"{where}: fee"),
        reader.amounts(given.get("minimum", {}), f"{where}: minimum"),
        reader.texts(given.get("texts", {}), f"{where}: texts"),
        legal_interest=flag("legal_interest"),
        lump_sum=flag("lump_sum"),
        fee_per=choice("fee_per", FEES_PER),
        channel=choice("channel", CHANNELS),
        attach_invoices=flag("attach_invoices"),
    )
    if level.legal_interest and level.interest_rate:
        reader.say(f"{where}: either interest_rate or legal_interest, not both.")
    return level


def _level_json(level: Level, all_texts: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": level.name,
        "grace_days": level.grace_days,
        "term_days": level.term_days,
        "fee": _plain(level.fees),
    }
    minimums = {code: least for code, least in level.minimums.items() if least}
    if minimums:
        document["minimum"] = _plain(minimums)
    if level.interest_rate:
        document["interest_rate"] = f"{level.interest_rate:.2f}"
    document |= _unusual(level, _USUAL_LEVEL, LEVEL_OPTIONS)
    usual = {} if all_texts else default_texts(level.position, level.name)
    own = {code: text for code, text in level.texts.items() if usual.get(code) != text}
    if own:
        document["texts"] = {
            language: {part: getattr(text, part) for part in TEXT_LENGTHS}
            for language, text in sorted(own.items())
        }
    return document


def _plain(amounts: Any) -> dict[str, str]:
    found: dict[str, Money] = dict(sorted(amounts.items()))
    return {code: plain(amount) for code, amount in found.items()}


def _unusual(thing: object, usual: object, names: tuple[str, ...]) -> dict[str, Any]:
    """The options that are not as usual."""
    return {
        name: getattr(thing, name)
        for name in names
        if getattr(thing, name) != getattr(usual, name)
    }
