"""Keeps every state a policy was in: letters name the version they were issued with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from dunning.facts.policies import policy_rules
from dunning.facts.versions import last_versions
from dunning.models import Policy, PolicyVersion
from dunning.rules.policy import policy_json

if TYPE_CHECKING:
    from dunning.rules.policy import Document


def keep_versions(person: Any = None) -> None:
    """Note every policy that is not as its last version says, or has none yet.

    To be called in the transaction that saves a policy, or issues a run. Five queries
    where nothing has changed; two who save at once wait for each other.
    """
    with transaction.atomic():
        changed = _changed()
        if changed:
            held = Policy.objects.select_for_update(of=("self",)).order_by("pk")
            list(held.filter(pk__in=changed).values_list("pk", flat=True))
            for policy, content in _changed().items():
                _write(policy, content, person)


def _changed() -> dict[int, Document]:
    """Policies that differ from their last version, by id, as they are now."""
    rows = list(Policy.objects.all())
    rules = policy_rules(rows)
    last = last_versions(rules)
    now = {
        row.pk: policy_json(rules[row.pk], default=row.is_default, all_texts=True)
        for row in rows
    }
    return {
        policy: content
        for policy, content in now.items()
        if policy not in last or last[policy][1] != content
    }


def _write(policy: int, content: Document, person: Any) -> None:
    rows = PolicyVersion.objects.filter(policy=policy)
    last = rows.aggregate(last=Max("position"))["last"] or 0
    PolicyVersion.objects.create(
        policy_id=policy,
        name=content["name"],
        position=last + 1,
        content=content,
        person=person,
    )
