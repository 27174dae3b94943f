"""The first page: five figures, what waits for somebody, and how old the debts are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from billing.bank.desk import freshness
from billing.lists import accounts, ageing, dso, received, unpaid_between
from billing.models import Checkout, Invoice, ReceivablesImport
from billing.rules.money import from_units
from clients.models import Client
from clients.templatetags.format import day
from config.ageing import ageing_bar
from config.todo import Task, dunning_tasks
from config.todo_statements import statement_tasks
from delivery.facts import orphans, undelivered
from delivery.models import Message
from dunning.facts import run_totals
from dunning.models import Run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import HttpRequest, HttpResponse
    from moneyed import Money

    from billing.bank.desk import Freshness
    from billing.lists import Account

SOON, RECENT, QUARTER = timedelta(days=7), timedelta(days=30), timedelta(days=90)
STALE = timedelta(days=3)
DEBTORS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the first page: a line for each currency, and its list."""

    label: str
    lines: list[tuple[str, Money | str]]
    address: str


@dataclass(frozen=True, slots=True)
class Debtor:
    """A client with what it owes in one currency."""

    client: Client
    account: Account


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What there is to know and to do today, for those who may see the ledger."""
    if not request.user.has_perm("billing.view_invoice"):
        return render(request, "home_stranger.html")
    if not Invoice.objects.exists():
        return render(request, "home_empty.html")
    today = localdate()
    figures = accounts(today)
    last = Run.objects.filter(state=Run.State.ISSUED).order_by("-issued_at").first()
    return render(
        request,
        "home.html",
        {
            "today": today,
            "figures": five_figures(figures, today),
            "tasks": tasks(request, today),
            "bars": [ageing_bar(found) for found in ageing(today)],
            "debtors": top_debtors(figures),
            "last_run": last,
            "last_totals": run_totals(last) if last else None,
        },
    )


def five_figures(figures: Iterable[Account], today: date) -> list[Figure]:
    """Open, overdue, due soon, received, days sales outstanding; never mixed."""
    found = list(figures)
    codes = sorted({account.currency for account in found})
    by_code = {
        code: [account for account in found if account.currency == code]
        for code in codes
    }
    listed, paid = reverse("invoices"), reverse("payments")
    soon, recent = today + SOON, today - RECENT
    return [
        Figure(
            _("Open"),
            [(c, from_units(sum(a.open_units for a in by_code[c]), c)) for c in codes],
            f"{listed}?status=open",
        ),
        Figure(
            _("Overdue"),
            [
                (c, from_units(sum(a.overdue_units for a in by_code[c]), c))
                for c in codes
            ],
            f"{listed}?status=overdue",
        ),
        Figure(
            _("Due within 7 days"),
            list(unpaid_between(today, soon).items()),
            f"{listed}?status=open&due_from={today}&due_to={soon}",
        ),
        Figure(
            _("Received in 30 days"),
            list(received(recent, today).items()),
            f"{paid}?kind=payment&date_from={recent}&date_to={today}",
        ),
        Figure(
            _("Days sales outstanding"),
            [(c, days_text(days)) for c, days in dso(today, QUARTER).items()],
            reverse("aged"),
        ),
    ]


def days_text(days: int) -> str:
    """A number of days, in words."""
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def tasks(request: HttpRequest, today: date) -> list[Task]:
    """What waits for a person, the most urgent first, for what each may do."""
    may = request.user.has_perm
    found: list[Task] = []
    if may("delivery.view_message"):
        found += mail_tasks()
    found += dunning_tasks(may, today) + statement_tasks(may)
    fresh = freshness(today)
    if may("billing.import_bank"):
        found += bank_tasks(fresh)
    if may("billing.book_payment"):
        found += credit_tasks(fresh) + online_tasks()
    if may("billing.import_receivables") and not fresh.of_bank:
        found += import_tasks(today)
    return found


def mail_tasks() -> list[Task]:
    """E-mails that did not arrive, or of which nobody knows."""
    counts = undelivered().aggregate(
        all=Count("pk"), unknown=Count("pk", filter=Q(state=Message.State.UNKNOWN))
    )
    unknown = counts["unknown"]
    lost, strange = counts["all"] - unknown, orphans(timezone.now())
    found, listed = [], reverse("undelivered")
    if lost:
        text = ngettext(
            "%(count)s e-mail did not arrive", "%(count)s e-mails did not arrive", lost
        ) % {"count": lost}
        found.append(Task(text, _("Deal with it"), listed, "mail", True))
    if unknown:
        text = ngettext(
            "Of %(count)s e-mail nobody knows whether it left",
            "Of %(count)s e-mails nobody knows whether they left",
            unknown,
        ) % {"count": unknown}
        found.append(Task(text, _("Decide"), f"{listed}?state=unknown", "mail", True))
    if strange:
        text = ngettext(
            "%(count)s delivery report is about an e-mail that is not known here",
            "%(count)s delivery reports are about e-mails that are not known here",
            strange,
        ) % {"count": strange}
        found.append(Task(text, _("Look at it"), listed, "mail"))
    return found


def bank_tasks(fresh: Freshness) -> list[Task]:
    """Bank data that lags behind, and entries nobody has decided on."""
    found = []
    if fresh.of_bank and fresh.stale:
        text = ngettext(
            "The bank is known up to %(day)s only, %(count)s day ago",
            "The bank is known up to %(day)s only, %(count)s days ago",
            fresh.days,
        ) % {"day": day(fresh.on), "count": fresh.days}
        action, there = _("Read a bank file"), reverse("bank")
        found.append(Task(text, action, there, "building-bank", True))
    if fresh.waiting:
        text = ngettext(
            "%(count)s bank entry waits for a decision",
            "%(count)s bank entries wait for a decision",
            fresh.waiting,
        ) % {"count": fresh.waiting}
        there = reverse("bank_work")
        found.append(Task(text, _("Decide"), there, "building-bank"))
    return found


def credit_tasks(fresh: Freshness) -> list[Task]:
    """Credits of which something is not put to an invoice."""
    if not fresh.unallocated:
        return []
    text = ngettext(
        "%(count)s credit is not put to an invoice",
        "%(count)s credits are not put to invoices",
        fresh.unallocated,
    ) % {"count": fresh.unallocated}
    there = f"{reverse('payments')}?left=on"
    return [Task(text, _("Allocate"), there, "coins")]


def online_tasks() -> list[Task]:
    """Payments online that went back, are contested, or are of another amount."""
    count = Checkout.objects.strange().count()
    if not count:
        return []
    text = ngettext(
        "%(count)s payment online needs somebody to look at it",
        "%(count)s payments online need somebody to look at them",
        count,
    ) % {"count": count}
    there = f"{reverse('online_payments')}?show=odd"
    return [Task(text, _("Look at it"), there, "coins", True)]


def import_tasks(today: date) -> list[Task]:
    """The books are older than they look: payments may be missing."""
    last = (
        ReceivablesImport.objects.filter(state=ReceivablesImport.State.BOOKED)
        .defer("content", "report")
        .order_by("-created_at")
        .first()
    )
    if last is None or today - localtime(last.created_at).date() <= STALE:
        return []
    text = _("The last import is of %(day)s: payments since then are not known") % {
        "day": day(localtime(last.created_at).date())
    }
    return [Task(text, _("Import"), reverse("import_new"), "upload")]


def top_debtors(figures: Iterable[Account]) -> list[tuple[str, list[Debtor]]]:
    """Who owes most, in each currency."""
    by_code: dict[str, list[Account]] = {}
    for account in figures:
        if account.balance_units > 0:
            by_code.setdefault(account.currency, []).append(account)
    chosen = {
        code: sorted(found, key=lambda a: a.balance_units, reverse=True)[:DEBTORS]
        for code, found in sorted(by_code.items())
    }
    names = Client.objects.in_bulk(
        {account.client_id for found in chosen.values() for account in found}
    )
    return [
        (code, [Debtor(names[account.client_id], account) for account in found])
        for code, found in chosen.items()
    ]
