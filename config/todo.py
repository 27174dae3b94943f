"""What dunning leaves for a person to do, as the first page lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Invoice, InvoiceMark, exact_sum
from billing.models.invoice import marked
from billing.rules.money import from_units
from clients.templatetags.format import day
from clients.templatetags.format import money as written
from dunning.facts.answers import waiting_answers
from dunning.facts.deciding import to_decide_count
from dunning.facts.profiles import broken_promises
from dunning.models import Charge, Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

RECENTLY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person: what, how loud, and where to do it."""

    text: str
    action: str
    address: str
    icon: str
    alarming: bool = False


def dunning_tasks(may: Callable[[str], bool], today: date) -> list[Task]:
    """What waits, for what each may do."""
    found: list[Task] = []
    if may("statements.decide_answer"):
        found += answer_tasks()
    if may("dunning.view_run"):
        found += draft_tasks()
    if may("dunning.add_run"):
        found += overdue_tasks(today)
    if may("dunning.hold_dunning"):
        found += decision_tasks(today) + promise_tasks(today)
    if may("dunning.waive_charge"):
        found += charge_tasks()
    return found


def answer_tasks() -> list[Task]:
    """What recipients said on their page: nothing follows until a person decides."""
    count = waiting_answers().count()
    if not count:
        return []
    text = ngettext(
        "%(count)s answer of a client waits for you: its invoices are not reminded",
        "%(count)s answers of clients wait for you: their invoices are not reminded",
        count,
    ) % {"count": count}
    return [Task(text, _("Decide"), reverse("answers"), "mail", True)]


def draft_tasks() -> list[Task]:
    """Runs that were begun or proposed by schedule, neither issued nor discarded."""
    drafts = Run.objects.filter(state=Run.State.DRAFT).order_by("-pk")[:5]
    return [
        Task(
            (
                _("The schedule proposes the dunning run of %(day)s")
                if run.scheduled_id
                else _("Dunning run of %(day)s is a draft")
            )
            % {"day": day(run.run_on)},
            _("Look at it") if run.scheduled_id else _("Continue"),
            reverse("run", args=[run.pk]),
            "mail-exclamation",
        )
        for run in drafts
    ]


def overdue_tasks(today: date) -> list[Task]:
    """Overdue invoices nobody disputes: a run says which of them to remind."""
    rows = Invoice.objects.overdue(today).filter(
        ~marked(InvoiceMark.Kind.DISPUTED, whole=True)
    )
    counts = rows.aggregate(
        invoices=Count("pk"), clients=Count("client", distinct=True)
    )
    if not counts["invoices"]:
        return []
    text = ngettext(
        "%(count)s invoice is overdue (clients: %(clients)s)",
        "%(count)s invoices are overdue (clients: %(clients)s)",
        counts["invoices"],
    ) % {"count": counts["invoices"], "clients": counts["clients"]}
    return [Task(text, _("New dunning run"), reverse("run_new"), "bell")]


def decision_tasks(today: date) -> list[Task]:
    """Invoices that no further reminder follows for, and broken payment plans."""
    count = to_decide_count(today)
    if not count:
        return []
    text = ngettext(
        "%(count)s invoice waits for a decision: no reminder follows",
        "%(count)s invoices wait for a decision: no reminder follows",
        count,
    ) % {"count": count}
    return [Task(text, _("Decide"), reverse("decisions"), "bell", True)]


def promise_tasks(today: date) -> list[Task]:
    """Promises to pay that were not kept in the last weeks, of what is open still."""
    count = len(broken_promises(today - RECENTLY, today))
    if not count:
        return []
    text = ngettext(
        "%(count)s promise to pay was not kept",
        "%(count)s promises to pay were not kept",
        count,
    ) % {"count": count}
    there = f"{reverse('effect')}?first={today - RECENTLY}#promises"
    return [Task(text, _("Look at it"), there, "bell")]


def charge_tasks() -> list[Task]:
    """Fees and interest that clients owe."""
    rows = Charge.objects.filter(open__gt=0).order_by("currency")
    sums = [
        written(from_units(units, code))
        for code, units in rows.values_list("currency").annotate(
            units=exact_sum("open")
        )
    ]
    if not sums:
        return []
    text = _("Reminder fees and interest are open: %(sums)s") % {
        "sums": ", ".join(sums)
    }
    return [Task(text, _("Look at it"), reverse("charges"), "coins")]
