"""What today's run would do with a policy as it is edited, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dunning.facts.dossiers import dossiers
from dunning.facts.planning import conditions
from dunning.models import ClientTerms, Policy
from dunning.rules.plan import plan_run
from dunning.rules.whatif import difference

if TYPE_CHECKING:
    from datetime import date

    from dunning.rules import dossier as rules
    from dunning.rules.whatif import Difference


@dataclass(frozen=True, slots=True)
class Edited:
    """A policy as its form says; `pk` is None for one that is not saved yet."""

    pk: int | None
    rule: rules.Policy
    is_default: bool


def what_if(edited: Edited, today: date) -> Difference:
    """Today's run of all clients with the edited policy, against the saved ones.

    Nothing is written. Two queries more than the proposal of a run.
    """
    saved = dossiers(today, charging=True)
    own = dict(
        ClientTerms.objects.exclude(policy=None).values_list("client_id", "policy_id")
    )
    default = Policy.objects.filter(is_default=True).values_list("pk", flat=True)
    was_default = edited.pk is not None and edited.pk == default.first()
    changed = [
        _with(edited, dossier, own.get(dossier.client_id), was_default)
        for dossier in saved
    ]
    before = plan_run(saved, today, conditions(today, saved))
    return difference(before, plan_run(changed, today, conditions(today, changed)))


def _with(
    edited: Edited, dossier: rules.Dossier, own: int | None, was_default: bool
) -> rules.Dossier:
    """The dossier as it would be; a client without a policy of its own may change."""
    if own is not None:
        theirs = own == edited.pk
        return replace(dossier, policy=edited.rule) if theirs else dossier
    if edited.is_default:
        return replace(dossier, policy=edited.rule)
    return replace(dossier, policy=None) if was_default else dossier
