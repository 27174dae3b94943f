"""Reads the versions of policies: the last one of each, and how they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max

from dunning.models import PolicyVersion

if TYPE_CHECKING:
    from collections.abc import Collection

    from dunning.models import Policy
    from dunning.rules.policy import Document


def current_version_ids(policies: Collection[int]) -> dict[int, int]:
    """The last version of each policy, by policy: what a letter of today names.

    `actions/versions.keep_versions` has written it, when the policy was saved or, at
    the latest, when a run is issued.
    """
    return {policy: pk for policy, (pk, _content) in last_versions(policies).items()}


def last_versions(policies: Collection[int]) -> dict[int, tuple[int, Document]]:
    """Key and content of the last version of each policy, with one query."""
    newest = (
        PolicyVersion.objects.filter(policy__in=set(policies))
        .order_by()
        .values("policy")
        .annotate(last=Max("pk"))
        .values("last")
    )
    rows = PolicyVersion.objects.filter(pk__in=newest).order_by()
    return {
        policy: (pk, content)
        for policy, pk, content in rows.values_list("policy_id", "pk", "content")
        if policy is not None
    }


def history_of(policy: Policy) -> list[PolicyVersion]:
    """Every version of a policy, the newest first, with how many letters name it."""
    rows = policy.versions.select_related("person").annotate(letters=Count("notices"))
    return list(rows.order_by("-position"))
