"""Reads dunning policies as the rules take them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from billing.rules.money import money
from dunning.models import ClientTerms, Level, LevelAmount, LevelText, Policy
from dunning.rules import dossier as rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from decimal import Decimal

    from moneyed import Money


class Amount(NamedTuple):
    """Fee and least amount of a level in a currency, as stored."""

    currency: str
    fee: Decimal | Money
    minimum: Decimal | Money


def policies_of(
    policy: Policy | None, clients: Collection[int]
) -> dict[int, rules.Policy]:
    """The policy of each client: the one given, else its own, else the default one.

    Clients without any are left out. Five queries, whatever their number.
    """
    if policy is not None:
        return dict.fromkeys(clients, policy_rule(policy))
    own = dict(ClientTerms.objects.values_list("client_id", "policy_id"))
    rows = [
        row for row in Policy.objects.all() if row.is_default or row.pk in own.values()
    ]
    known = policy_rules(rows)
    standard = next((row.pk for row in rows if row.is_default), None)
    chosen = {client: own.get(client, standard) for client in clients}
    return {client: known[pk] for client, pk in chosen.items() if pk is not None}


def policy_rule(policy: Policy) -> rules.Policy:
    """One policy with its levels, amounts and texts."""
    return policy_rules([policy])[policy.pk]


def policy_rules(policies: Iterable[Policy]) -> dict[int, rules.Policy]:
    """Policies by id, their levels in order, with three queries."""
    wanted = {policy.pk: policy for policy in policies}
    amounts = _amounts(wanted)
    texts = _texts(wanted)
    levels: dict[int, list[rules.Level]] = defaultdict(list)
    for row in Level.objects.filter(policy__in=wanted).order_by("position"):
        fees = {a.currency: money(a.fee, a.currency) for a in amounts[row.pk]}
        minimums = {a.currency: money(a.minimum, a.currency) for a in amounts[row.pk]}
        levels[row.policy_id].append(
            rules.Level(
                row.position,
                row.name,
                row.grace_days,
                row.term_days,
                row.interest_rate,
                fees,
                minimums,
                texts[row.pk],
            )
        )
    return {
        pk: rules.Policy(row.name, tuple(levels[pk]), row.min_interval_days)
        for pk, row in wanted.items()
    }


def _amounts(policies: Collection[int]) -> dict[int, list[Amount]]:
    found: dict[int, list[Amount]] = defaultdict(list)
    rows = LevelAmount.objects.filter(level__policy__in=policies).order_by("currency")
    for level, code, fee, minimum in rows.values_list(
        "level_id", "currency", "fee", "minimum"
    ):
        found[level].append(Amount(code, fee, minimum))
    return found


def _texts(policies: Collection[int]) -> dict[int, dict[str, rules.Text]]:
    found: dict[int, dict[str, rules.Text]] = defaultdict(dict)
    rows = LevelText.objects.filter(level__policy__in=policies)
    for level, language, *words in rows.values_list(
        "level_id", "language", "title", "opening", "closing", "subject", "body"
    ):
        found[level][language] = rules.Text(*words)
    return found
