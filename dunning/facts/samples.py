"""A letter of one level to a real client, to see how its words look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.models import Invoice
from billing.rules.money import zero
from clients.models import Client
from dunning.facts.dossiers import dossiers
from dunning.facts.planning import conditions
from dunning.facts.policies import policy_rule
from dunning.facts.scheduling import clients_of
from dunning.rules.plan import plan_run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from dunning.models import Level, Policy
    from dunning.rules.dossier import Dossier
    from dunning.rules.dossier import Policy as Rule
    from dunning.rules.plan import PlannedNotice


def sample_clients(policy: Policy, today: date) -> QuerySet[Client]:
    """The clients of a policy who are late with something, in order of number."""
    late = Invoice.objects.filter(open__gt=0, due_on__lt=today)
    return (
        Client.objects.filter(pk__in=late.order_by().values("client"))
        .filter(pk__in=clients_of(policy))
        .order_by("number")
    )


def sample_letters(
    level: Level, client: Client, languages: Iterable[str], today: date
) -> dict[str, PlannedNotice]:
    """The letter in each language that puts all that is late to this level.

    Invoices that are held back or at another level stand on it, too: it shows the
    words, with true figures. None where nothing is late.
    """
    rule = policy_rule(level.policy)
    levels = tuple(replace(one, grace_days=0, minimums={}) for one in rule.levels)
    eager = replace(rule, levels=levels, min_interval_days=0)
    late = dossiers(today, clients=[client.pk], charging=True)
    given = conditions(today, [replace(one, policy=eager) for one in late])
    letters = {}
    for language in languages:
        found = [_sample(one, eager, level.position, language) for one in late]
        notices = plan_run(found, today, given).notices
        if notices:
            letters[language] = notices[0]
    return letters


def _sample(dossier: Dossier, policy: Rule, position: int, language: str) -> Dossier:
    """Its invoices as if the level were the next one of each."""
    items = tuple(
        replace(
            item,
            level=position - 1,
            deadline_on=item.due_on,
            reminded_on=None,
            blocks=(),
            disputed=None,
        )
        for item in dossier.items
    )
    return replace(
        dossier,
        policy=policy,
        items=items,
        language=language,
        credit=zero(dossier.currency),
    )
