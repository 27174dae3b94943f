"""Reads payment plans: what was agreed, what was paid since, and whether they hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from billing.models import Allocation
from billing.rules.money import money, total
from dunning.models import Instalment, PaymentPlan, PlanInvoice
from dunning.rules.instalments import Part, Standing, standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """A plan with how it stands on a day."""

    plan: PaymentPlan
    paid: Money
    standing: Standing


def standings(plans: Iterable[PaymentPlan], on: date) -> list[PlanStanding]:
    """How plans stand on a day; with three queries however many there are."""
    rows = list(plans)
    parts = _parts(rows)
    paid = _paid(rows, on)
    return [
        PlanStanding(plan, paid[plan.pk], standing(parts[plan.pk], paid[plan.pk], on))
        for plan in rows
    ]


def running(on: date) -> QuerySet[PaymentPlan]:
    """Plans that stand, and those that did on the day."""
    return PaymentPlan.objects.filter(
        Q(ended_on=None) | Q(agreed_on__lte=on, ended_on__gt=on)
    )


def plans_of(
    invoices: Collection[int] | QuerySet[Any], on: date
) -> list[tuple[int, PlanStanding]]:
    """Invoices with the plans that cover them on the day, the newest first."""
    covered = PlanInvoice.objects.filter(invoice__in=invoices, plan__in=running(on))
    pairs = list(covered.order_by("-plan_id").values_list("invoice_id", "plan_id"))
    if not pairs:
        return []
    plans = PaymentPlan.objects.filter(pk__in={plan for _invoice, plan in pairs})
    found = {row.plan.pk: row for row in standings(plans, on)}
    return [(invoice, found[plan]) for invoice, plan in pairs]


def _parts(plans: Collection[PaymentPlan]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    codes = {plan.pk: plan.currency for plan in plans}
    rows = Instalment.objects.filter(plan__in=codes).values_list(
        "plan_id", "due_on", "amount"
    )
    for plan, due_on, amount in rows:
        found[plan].append(Part(due_on, money(amount, codes[plan])))
    return found


def _paid(plans: Collection[PaymentPlan], on: date) -> dict[int, Money]:
    """What was open of the plans' invoices when agreed, less what is on the day.

    So a payment that is reversed counts no more, and one that was booked late does.
    """
    codes = {plan.pk: plan.currency for plan in plans}
    agreed_on = {plan.pk: plan.agreed_on for plan in plans}
    paid: dict[int, list[Money]] = defaultdict(list)
    of_invoice: dict[int, list[int]] = defaultdict(list)
    rows = PlanInvoice.objects.filter(plan__in=codes).values_list(
        "plan_id", "invoice_id", "open", "invoice__open"
    )
    for plan, invoice, then, now in rows:
        code = codes[plan]
        paid[plan].append(money(then, code) - money(now, code))
        of_invoice[invoice].append(plan)
    later = Allocation.objects.filter(invoice__in=of_invoice, effective_on__gt=on)
    for invoice, day, amount in later.values_list(
        "invoice_id", "effective_on", "amount"
    ):
        for plan in of_invoice[invoice]:
            if day > agreed_on[plan]:
                paid[plan].append(-money(amount, codes[plan]))
    return {plan: total(paid[plan], code) for plan, code in codes.items()}
