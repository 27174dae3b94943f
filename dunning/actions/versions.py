"""Keeps every state a policy was in: letters name the version they were issued with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery

from dunning.facts.policies import policy_rules
from dunning.models import Policy, PolicyVersion
from dunning.rules.policy import policy_json

if TYPE_CHECKING:
    from collections.abc import Collection

    from dunning.rules.policy import Document


def current_version_ids(
    policies: Collection[int], person: Any = None
) -> dict[int, int]:
    """The version of each policy as it is now, by policy; written where it is new.

    Five queries where nothing has changed. Two who save at once wait for each other.
    """
    with transaction.atomic():
        found, changed = _compare(policies)
        if changed:
            held = Policy.objects.select_for_update(of=("self",)).order_by("pk")
            list(held.filter(pk__in=changed).values_list("pk", flat=True))
            again, changed = _compare(changed)
            found |= again
            for policy, content in changed.items():
                found[policy] = _write(policy, content, person)
    return found


def keep_versions(person: Any) -> None:
    """Note what a person changed; of the other policies, too, as the default mark."""
    current_version_ids(Policy.objects.values_list("pk", flat=True), person)


def _compare(
    policies: Collection[int],
) -> tuple[dict[int, int], dict[int, Document]]:
    """Versions that are current, and what differs from the last one, or has none."""
    rows = list(Policy.objects.filter(pk__in=set(policies)))
    rules = policy_rules(rows)
    last = {
        policy: (pk, content)
        for policy, pk, content in _last(rules).values_list(
            "policy_id", "pk", "content"
        )
    }
    found: dict[int, int] = {}
    changed: dict[int, Document] = {}
    for row in rows:
        now = policy_json(rules[row.pk], default=row.is_default, all_texts=True)
        pk, content = last.get(row.pk, (0, None))
        if content == now:
            found[row.pk] = pk
        else:
            changed[row.pk] = now
    return found, changed


def _last(policies: Collection[int]) -> Any:
    newest = (
        PolicyVersion.objects.filter(policy=OuterRef("policy"))
        .order_by("-position")
        .values("position")[:1]
    )
    return PolicyVersion.objects.filter(policy__in=policies).filter(
        position=Subquery(newest)
    )


def _write(policy: int, content: Document, person: Any) -> int:
    rows = PolicyVersion.objects.filter(policy=policy)
    last = rows.aggregate(last=Max("position"))["last"] or 0
    version = PolicyVersion.objects.create(
        policy_id=policy,
        name=content["name"],
        position=last + 1,
        content=content,
        person=person,
    )
    return version.pk
