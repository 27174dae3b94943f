"""What the demo company agreed with its clients, and decided about their reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from billing.actions.marks import mark_invoice
from billing.models import InvoiceMark
from billing.rules.money import money
from clients.models import Client
from config import demo
from config.demo_bills import invoice_of
from dunning.actions.choices import choose_terms
from dunning.actions.holds import hold
from dunning.actions.plans import agree_plan
from dunning.actions.policies import load_policy
from dunning.actions.withdrawing import withdraw_notice
from dunning.models import (
    Channel,
    ClientTerms,
    Hold,
    Notice,
    PaymentPlan,
    Policy,
    Withdrawal,
)
from dunning.rules.dossier import Terms
from dunning.rules.instalments import Part
from dunning.rules.policy import read_policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.contrib.auth.models import User

Step = tuple[int, int, Callable[[], None]]
"""How many days ago, in which order within the day, and what was done."""

PLAN_KEY = "demo-plan"
# Before the first invoice, and after the runs of a day.
LONG_AGO, LAST = 400, 4


def decisions(today: date, named: Mapping[str, int], person: User) -> list[Step]:
    """Disputes, promises, a plan, a block, a letter taken back; each on its day."""
    steps: list[Step] = [
        (LONG_AGO, 0, partial(by_post, person)),
        (LONG_AGO, 0, partial(by_law, person)),
        (demo.BLOCK[1], 2, partial(block, today, person)),
        (demo.PLAN[1], 2, partial(plan, today, named, person)),
    ]
    for kind, (name, ago, why), part in (
        (InvoiceMark.Kind.DISPUTED, demo.DISPUTE, ""),
        (InvoiceMark.Kind.UNCOLLECTIBLE, demo.UNCOLLECTIBLE, ""),
        (
            InvoiceMark.Kind.DISPUTED,
            (*demo.DISPUTED_PART[:2], demo.DISPUTED_PART[3]),
            demo.DISPUTED_PART[2],
        ),
    ):
        on = today - timedelta(days=ago)
        step = partial(mark, named[name], kind, on, why, part, person)
        steps.append((ago, 2, step))
    for name, ago, until, why in demo.PROMISES:
        step = partial(promise, named[name], until, ago, why, today, person)
        steps.append((ago, 2, step))
    steps.append((demo.WITHDRAWN[1], LAST, partial(withdraw, today, named, person)))
    return steps


def mark(
    n: int, kind: InvoiceMark.Kind, on: date, why: str, part: str, person: User
) -> None:
    """A dispute, of a part where one is named, or "Non payé"."""
    marked = invoice_of(n)
    if not marked.marks.filter(kind=kind).exists():
        amount = money(part, marked.currency) if part else None
        mark_invoice(marked, kind, on, why, person, amount=amount)


def promise(n: int, until: int, ago: int, why: str, today: date, person: User) -> None:
    """A client said when it will pay."""
    promised = invoice_of(n)
    if not promised.holds.exists():
        hold(
            promised.client,
            promised,
            Hold.Kind.PROMISE,
            since=today - timedelta(days=ago),
            until=today - timedelta(days=until),
            reason=why,
            person=person,
        )


def block(today: date, person: User) -> None:
    """A client that is not reminded at all for the time being."""
    number, ago, why = demo.BLOCK
    client = Client.objects.get(number=number)
    if not client.holds.exists():
        hold(
            client,
            None,
            Hold.Kind.HOLD,
            since=today - timedelta(days=ago),
            until=None,
            reason=why,
            person=person,
        )


def plan(today: date, named: Mapping[str, int], person: User) -> None:
    """Instalments that were agreed, the first of which is paid."""
    if PaymentPlan.objects.filter(key=PLAN_KEY).exists():
        return
    names, ago, parts, why = demo.PLAN
    invoices = [invoice_of(named[name]) for name in names]
    first = invoices[0]
    agree_plan(
        first.client,
        first.currency,
        [invoice.pk for invoice in invoices],
        [
            Part(today - timedelta(days=due), money(amount, first.currency))
            for due, amount in parts
        ],
        agreed_on=today - timedelta(days=ago),
        reason=why,
        key=PLAN_KEY,
        person=person,
    )


def withdraw(today: date, named: Mapping[str, int], person: User) -> None:
    """A letter that was taken back."""
    name, ago, why = demo.WITHDRAWN
    letter = Notice.objects.filter(
        lines__invoice=invoice_of(named[name]), run_on=today - timedelta(days=ago)
    ).first()
    if letter:
        cause = Withdrawal.Cause.WITHDRAWN
        withdraw_notice(letter, cause=cause, reason=why, person=person)


def by_post(person: User) -> None:
    """A client that wants its letters on paper."""
    client = Client.objects.get(number=demo.BY_POST)
    if not ClientTerms.objects.filter(client=client).exists():
        choose_terms(client, None, Terms(channel=Channel.POST), person)


def by_law(person: User) -> None:
    """A client that owes what the law of its country says."""
    number, content = demo.BY_LAW
    client = Client.objects.get(number=number)
    if ClientTerms.objects.filter(client=client).exists():
        return
    policy = Policy.objects.filter(name=content["name"]).first()
    if policy is None:
        read = read_policy(content).policy
        if read is None:
            return
        policy = load_policy(read, default=False)
    choose_terms(client, policy, Terms(), person)
