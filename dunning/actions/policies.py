"""Writes dunning policies; letters already issued keep their copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from dunning.actions.versions import keep_versions
from dunning.models import Level, LevelAmount, LevelText, Policy
from dunning.rules.default_texts import default_texts
from dunning.rules.policy import LEVEL_OPTIONS, POLICY_OPTIONS

if TYPE_CHECKING:
    from dunning.rules import dossier as rules


@transaction.atomic
def load_policy(loaded: rules.Policy, *, default: bool | None = None) -> Policy:
    """Make or change the policy of this name; `default=None` leaves that as it is.

    Levels are found again by position; those no longer there go. Texts that are not
    given stay, or are the usual ones.
    """
    policy, _made = Policy.objects.get_or_create(name=loaded.name)
    for option in POLICY_OPTIONS:
        setattr(policy, option, getattr(loaded, option))
    if default is not None:
        policy.is_default = default
    if policy.is_default:
        Policy.objects.exclude(pk=policy.pk).update(is_default=False)
    policy.save()
    policy.levels.filter(position__gt=len(loaded.levels)).delete()
    for level in loaded.levels:
        _load_level(policy, level)
    keep_versions(None)
    return policy


def add_missing_texts(level: Level) -> None:
    """Give a level the usual words in every language it has none in."""
    usual = default_texts(level.position, level.name)
    for language in usual.keys() - set(level.texts.values_list("language", flat=True)):
        _write_text(level, language, usual[language])


def _load_level(policy: Policy, loaded: rules.Level) -> None:
    before = policy.levels.filter(position=loaded.position).first()
    if before and before.name != loaded.name:
        _forget_usual_texts(before)
    level, _made = Level.objects.update_or_create(
        policy=policy,
        position=loaded.position,
        defaults={
            "name": loaded.name,
            "grace_days": loaded.grace_days,
            "term_days": loaded.term_days,
            "interest_rate": loaded.interest_rate,
        }
        | {option: getattr(loaded, option) for option in LEVEL_OPTIONS},
    )
    level.amounts.all().delete()
    for currency in sorted(loaded.fees.keys() | loaded.minimums.keys()):
        LevelAmount.objects.create(
            level=level,
            currency=currency,
            fee=loaded.fee(currency),
            minimum=loaded.minimum(currency),
        )
    for language, text in loaded.texts.items():
        _write_text(level, language, text)
    add_missing_texts(level)


def _forget_usual_texts(level: Level) -> None:
    """A level with a new name gets new usual words; what people wrote stays."""
    usual = default_texts(level.position, level.name)
    for row in level.texts.all():
        if all(
            getattr(row, part) == words for part, words in _parts(usual[row.language])
        ):
            row.delete()


def _write_text(level: Level, language: str, text: rules.Text) -> None:
    LevelText.objects.update_or_create(
        level=level, language=language, defaults=dict(_parts(text))
    )


def _parts(text: rules.Text) -> list[tuple[str, str]]:
    return [
        ("title", text.title),
        ("opening", text.opening),
        ("closing", text.closing),
        ("subject", text.subject),
        ("body", text.body),
    ]
