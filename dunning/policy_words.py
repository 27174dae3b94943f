"""What a policy's versions and settings say to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.facts import company
from clients.rules.languages import LANGUAGES
from dunning.models import Level, LevelAmount, LevelText, Policy
from dunning.rules.schedule import Outcome
from dunning.rules.versions import changes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from dunning.models import PolicyVersion, ScheduledDay
    from dunning.rules.versions import Path

NOT_THERE = "–"


class Changed(NamedTuple):
    """A setting in words, before and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a policy with what was changed by it; the first has no changes."""

    position: int
    at: datetime
    person: str
    letters: int
    changes: tuple[Changed, ...]


def changes_of(rows: list[PolicyVersion]) -> list[Version]:
    """Versions, the newest first, each against the one before."""
    older = [*rows[1:], None]
    return [
        Version(
            row.position,
            row.created_at,
            str(row.person or NOT_THERE),
            row.letters,  # type: ignore[attr-defined] # counted by the query
            tuple(_changed(before, row)) if before else (),
        )
        for row, before in zip(rows, older, strict=True)
    ]


def fees_not_charged(policy: Policy) -> str:
    """A warning where fees are set that the law of France does not let be charged."""
    french = policy.regime == Policy.Regime.AUTO and company().country == "FR"
    if not french and policy.regime != Policy.Regime.FR:
        return ""
    fees = LevelAmount.objects.filter(level__policy=policy, fee__gt=0)
    if not fees.exists():
        return ""
    return _(
        "In France the creditor bears the cost of reminders (CPCE art. L111-8): these "
        "fees are not charged to French clients."
    )


class Turn(NamedTuple):
    """A day of the schedule: its run, if there is one, and what came of it."""

    day: date
    run: int | None
    outcome: str


def turns_of(days: Iterable[ScheduledDay]) -> list[Turn]:
    """Days of a schedule in words."""
    return [
        Turn(day.day, day.run.pk if hasattr(day, "run") else None, outcome(day.outcome))
        for day in days
    ]


def outcome(code: str) -> str:
    """Why a turn of the schedule gave no run, or one that waits; empty: neither."""
    words = {
        Outcome.NOTHING: _("nobody to remind"),
        Outcome.DRAFT_WAITING: _("a draft of this policy was still waiting"),
        Outcome.OLD_DATA: _("proposed only: the bank data was too old"),
        Outcome.LARGE: _("proposed only: far more letters than usual"),
        Outcome.REFUSED: _("proposed only: something changed meanwhile"),
        Outcome.NO_SENDER: _("issued; the company has no address to send from"),
    }
    return words[Outcome(code)] if code else ""


def _changed(before: PolicyVersion, after: PolicyVersion) -> list[Changed]:
    return [
        Changed(
            _label(one.path), _value(one.path, one.before), _value(one.path, one.after)
        )
        for one in changes(before.content, after.content)
    ]


def _label(path: Path) -> str:
    if len(path) == 1:
        [key] = path
        name = "is_default" if key == "default" else key
        return capfirst(str(_field(Policy, name).verbose_name))
    place, key, *rest = path
    if key == "texts":
        language, part = rest
        name = _(LANGUAGES[language])
        what = f"{name}: {_field(LevelText, part).verbose_name}"
    elif rest:
        what = f"{_field(LevelAmount, key).verbose_name} {rest[0]}"
    else:
        what = str(_field(Level, key).verbose_name)
    return _("Level %(level)s: %(what)s") % {"level": place, "what": what}


def _value(path: Path, value: Any) -> str:
    if value is None:
        return NOT_THERE
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if path == ("weekdays",):
        return ", ".join(str(WEEKDAYS[int(day) - 1]) for day in value)
    key = path[0] if len(path) == 1 else path[1]
    if len(path) <= 2 and key not in {"name", "default"}:
        choices = dict(_field(Policy if len(path) == 1 else Level, key).flatchoices)
        return str(choices.get(value, value))
    return str(value)


def _field(model: Any, name: str) -> Any:
    return model._meta.get_field(name)  # noqa: SLF001
