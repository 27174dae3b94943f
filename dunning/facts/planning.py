"""The dunning decision of a day: all facts, put to the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from clients.facts import company
from dunning.facts.dossiers import dossiers
from dunning.facts.holidays import company_holidays
from dunning.facts.rates import rate_book
from dunning.rules.plan import Conditions, RunPlan, plan_run
from dunning.rules.rates import EMPTY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet

    from dunning import models
    from dunning.models import Run
    from dunning.rules.dossier import Dossier

# A term of a year, and the holidays after it.
LONGEST = timedelta(days=400)


def plan(
    run_on: date,
    *,
    policy: models.Policy | None = None,
    clients: Collection[int] | None = None,
    invoices: Collection[int] | QuerySet[Any] | None = None,
    run: Run | None = None,
) -> RunPlan:
    """What a run on the day would do; see `dossiers` for what may be chosen."""
    found = dossiers(run_on, policy=policy, clients=clients, invoices=invoices, run=run)
    return plan_run(found, run_on, conditions(run_on, found))


def conditions(run_on: date, found: Iterable[Dossier]) -> Conditions:
    """Rates, holidays and the home country; read only where a policy asks for them."""
    policies = {id(one.policy): one.policy for one in found if one.policy}.values()
    home = company()
    legal = any(
        level.legal_interest or level.lump_sum
        for policy in policies
        for level in policy.levels
    )
    agreed = any(one.terms.agreed_rate for one in found)
    working = any(policy.working_days for policy in policies)
    return Conditions(
        rate_book() if legal or agreed else EMPTY,
        company_holidays(run_on, run_on + LONGEST) if working else frozenset(),
        home.country,
    )
