"""Agrees on a payment plan, and ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client
from billing.models import Invoice
from billing.rules.money import total
from clients.templatetags.format import money as written
from dunning.facts.levels import current_cycles
from dunning.models import Decision, Instalment, PaymentPlan, PlanInvoice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from clients.models import Client
    from dunning.rules.instalments import Part


class PlanRefusal(Exception):
    """The plan cannot be agreed or ended; the text says why, to the person."""


def agree_plan(
    client: Client,
    currency: str,
    invoices: Collection[int],
    parts: Sequence[Part],
    *,
    agreed_on: date,
    reason: str,
    key: str,
    person: Any = None,
) -> PaymentPlan:
    """Agree that a client pays these invoices by these instalments.

    Together they are what is open of the invoices, to the cent, or PlanRefusal is
    raised. The same form sent twice gives the plan that is there.
    """
    with transaction.atomic():
        hold_client(client.pk)
        if there := PaymentPlan.objects.filter(key=key, client=client).first():
            return there
        rows = _covered(client, currency, invoices)
        open_ = total((row.open for row in rows), currency)
        if total((part.amount for part in parts), currency) != open_:
            raise PlanRefusal(
                _("Meanwhile %(open)s is open of these invoices. Look at it again.")
                % {"open": written(open_)}
            )
        plan = PaymentPlan.objects.create(
            client=client,
            currency=currency,
            agreed_on=agreed_on,
            reason=reason,
            person=person,
            key=key,
        )
        _write(plan, rows, parts)
    return plan


def end_plan(plan: PaymentPlan, on: date, reason: str, person: Any = None) -> None:
    """The plan counts no more from the day; PlanRefusal when somebody was first."""
    ended = PaymentPlan.objects.filter(pk=plan.pk, ended_on=None).update(
        ended_on=on, ended_by=person, end_reason=reason
    )
    if not ended:
        raise PlanRefusal(_("The plan has been ended already."))


def _covered(client: Client, currency: str, invoices: Collection[int]) -> list[Invoice]:
    """The open invoices of the client, none of them in another plan."""
    rows = Invoice.objects.filter(
        pk__in=invoices, client=client, currency=currency, open__above_zero=True
    )
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not found or len(found) != len(set(invoices)):
        raise PlanRefusal(_("One of the invoices is paid meanwhile. Look at it again."))
    other = PlanInvoice.objects.filter(invoice__in=found, plan__ended_on=None)
    if taken := other.values_list("invoice__number", flat=True).first():
        raise PlanRefusal(
            _("Invoice %(number)s stands in another plan: end that one first.")
            % {"number": taken}
        )
    return found


def _write(plan: PaymentPlan, rows: list[Invoice], parts: Sequence[Part]) -> None:
    """The invoices and instalments, and the decision that this is what follows.

    While the plan is kept it stands against reminders itself; once it is broken, or
    ended, the decision does not keep its invoices off the list "To decide".
    """
    cycles = current_cycles([row.pk for row in rows])
    PlanInvoice.objects.bulk_create(
        PlanInvoice(plan=plan, invoice=row, open=row.open.amount) for row in rows
    )
    Instalment.objects.bulk_create(
        Instalment(plan=plan, due_on=part.due_on, amount=part.amount.amount)
        for part in parts
    )
    Decision.objects.bulk_create(
        Decision(
            invoice=row,
            kind=Decision.Kind.PLAN,
            cycle=cycles[row.pk].cycle if row.pk in cycles else 1,
            decided_on=plan.agreed_on,
            again_on=plan.agreed_on,
            reason=plan.reason,
            person=plan.person,
        )
        for row in rows
    )
