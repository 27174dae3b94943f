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

    Clients without any are left out. Six queries, whatever their number.
    """
    chosen = policy_ids_of(policy, clients)
    if policy is not None:
        return dict.fromkeys(clients, policy_rule(policy))
    known = policy_rules(Policy.objects.filter(pk__in=set(chosen.values())))
    return {client: known[pk] for client, pk in chosen.items()}


def policy_ids_of(policy: Policy | None, clients: Iterable[int]) -> dict[int, int]:
    """The id of each client's policy; clients without any are left out."""
    if policy is not None:
        return dict.fromkeys(clients, policy.pk)
    terms = ClientTerms.objects.exclude(policy=None)
    own: dict[int, int | None] = dict(terms.values_list("client_id", "policy_id"))
    standard = (
        Policy.objects.filter(is_default=True).values_list("pk", flat=True).first()
    )
    chosen = {client: own.get(client, standard) for client in clients}
    return {client: pk for client, pk in chosen.items() if pk is not None}


def terms_of(clients: Collection[int]) -> dict[int, rules.Terms]:
    """What was agreed with the clients; those without anything are left out."""
    rows = ClientTerms.objects.values_list(
        "client_id", "channel", "fees_agreed", "agreed_rate"
    )
    return {
        client: rules.Terms(channel, agreed, rate)
        for client, channel, agreed, rate in rows
        if client in clients
    }


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
        levels[row.policy_id].append(level_rule(row, amounts[row.pk], texts[row.pk]))
    return {pk: rule_of(row, tuple(levels[pk])) for pk, row in wanted.items()}


def rule_of(row: Policy, levels: tuple[rules.Level, ...]) -> rules.Policy:
    """A policy, saved or not, with these levels."""
    return rules.Policy(
        row.name,
        levels,
        min_interval_days=row.min_interval_days,
        grouping=row.grouping,
        regime=row.regime,
        day_count=row.day_count,
        fees_agreed=row.fees_agreed,
        working_days=row.working_days,
        automation=row.automation,
        weekdays=row.weekdays,
        skip_holidays=row.skip_holidays,
    )


def level_rule(
    row: Level, amounts: Iterable[Amount], texts: dict[str, rules.Text]
) -> rules.Level:
    """A level, saved or not, with these amounts and words."""
    known = list(amounts)
    return rules.Level(
        row.position,
        row.name,
        row.grace_days,
        row.term_days,
        row.interest_rate,
        {a.currency: money(a.fee, a.currency) for a in known},
        {a.currency: money(a.minimum, a.currency) for a in known},
        texts,
        legal_interest=row.legal_interest,
        lump_sum=row.lump_sum,
        fee_per=row.fee_per,
        channel=row.channel,
        attach_invoices=row.attach_invoices,
    )


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
