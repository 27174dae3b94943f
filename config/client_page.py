"""The file of a client: what all apps know about it, behind tabs in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.lists import ageing
from billing.models import Credit, Invoice
from billing.tables import CreditTable, InvoiceTable, totals
from clients.facts import resolved
from clients.models import Client, Purpose
from clients.paging import show_table
from config.ageing import ageing_bar
from config.client_head import head
from config.timeline import timeline
from delivery.models import Document, Message
from dunning.facts.profiles import payment_profile
from dunning.models import Hold, Notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

EVENTS = 40
# Where the mailbox for a purpose was found.
SOURCES = {
    "invoice": _("contact for invoices"),
    "statement": _("contact for statements"),
    "reminder": _("contact for reminders"),
    "client": _("the client's own"),
}
# Each tab, what it is called, and what one must be allowed to see for it.
TABS = {
    "overview": (_("Overview"), "clients.view_client"),
    "invoices": (_("Invoices"), "billing.view_invoice"),
    "payments": (_("Payments"), "billing.view_invoice"),
    "statements": (_("Statements"), "statements.view_statement"),
    "reminders": (_("Reminders"), "dunning.view_run"),
    "documents": (_("Documents and messages"), "delivery.view_message"),
    "timeline": (_("Timeline"), "clients.view_client"),
}


@require_safe
@permission_required("clients.view_client", raise_exception=True)
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of a client with one of its tabs."""
    row = get_object_or_404(Client, pk=pk)
    allowed = [
        name for name, (_title, needs) in TABS.items() if request.user.has_perm(needs)
    ]
    tab = request.GET.get("tab", "overview")
    tab = tab if tab in allowed else "overview"
    context = head(row, localdate()) | CONTENTS[tab](request, row)
    context |= {
        "client": row,
        "active": tab,
        "tabs": [(name, TABS[name][0]) for name in allowed],
    }
    return render(request, f"clients/client_{tab}.html", context)


def overview(_request: HttpRequest, row: Client) -> dict[str, Any]:
    """Ageing, the oldest open invoices, and who gets what."""
    today = localdate()
    late = Invoice.objects.with_marks().filter(client=row, open__gt=0)
    return {
        "bars": [ageing_bar(found) for found in ageing(today, [row.pk])],
        "today": today,
        "table": InvoiceTable(
            late.select_related("client").order_by("due_on", "number")[:8],
            today=today,
            exclude=("client", "issued_on", "level"),
            orderable=False,
            order_by=(),
        ),
        "open_count": late.count(),
        "recipients": [
            (Purpose(purpose).label, mailbox, SOURCES[mailbox.source])
            for purpose, mailbox in resolved(row).items()
        ],
    }


def invoices(request: HttpRequest, row: Client) -> dict[str, Any]:
    """Every invoice of the client."""
    rows = Invoice.objects.with_marks().filter(client=row).select_related("client")
    table = InvoiceTable(rows, today=localdate(), exclude=("client",))
    return {
        "table": show_table(request, table),
        "totals": totals(rows, "total", "open"),
    }


def payments(request: HttpRequest, row: Client) -> dict[str, Any]:
    """Every payment and credit of the client."""
    rows = Credit.objects.filter(client=row).select_related("client")
    return {
        "table": show_table(request, CreditTable(rows, exclude=("client",))),
        "totals": totals(rows, "amount", "unallocated"),
    }


def statements(_request: HttpRequest, row: Client) -> dict[str, Any]:
    """Every issued statement, with what became of its e-mails."""
    rows = list(
        row.statements.select_related("issued_by").order_by("-issued_at", "-pk")
    )
    sent = messages_of(row, Document.Kind.STATEMENT)
    return {"statements": [(found, sent.get(found.number, [])) for found in rows]}


def reminders(_request: HttpRequest, row: Client) -> dict[str, Any]:
    """Every letter of reminder, with what became of its e-mails, and the pauses."""
    rows = Notice.objects.filter(client=row).select_related("run").order_by("-pk")
    sent = messages_of(row, Document.Kind.NOTICE)
    holds = Hold.objects.filter(client=row).select_related("invoice", "person")
    return {
        "notices": [(found, sent.get(found.number, [])) for found in rows],
        "holds": holds.order_by("-pk"),
        "profile": payment_profile(row),
        "today": localdate(),
    }


def documents(_request: HttpRequest, row: Client) -> dict[str, Any]:
    """What left the house: archived documents and e-mails."""
    return {
        "documents": row.documents.defer("content")
        .select_related("created_by")
        .order_by("-pk")[:200],
        "messages_sent": Message.objects.filter(client=row).select_related(
            "created_by"
        )[:200],
    }


def stream(request: HttpRequest, row: Client) -> dict[str, Any]:
    """Everything that happened, newest first."""
    text = request.GET.get("from", "")
    first = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    events, more = timeline(row, first, EVENTS)
    return {
        "events": events,
        "older": first + EVENTS if more else None,
        "newer": max(first - EVENTS, 0) if first else None,
    }


def messages_of(row: Client, kind: str) -> dict[str, list[Message]]:
    """The e-mails of a kind of document, by its number."""
    found: dict[str, list[Message]] = {}
    for message in Message.objects.filter(client=row, kind=kind).order_by("pk"):
        found.setdefault(message.number, []).append(message)
    return found


CONTENTS: dict[str, Callable[[HttpRequest, Client], dict[str, Any]]] = {
    "overview": overview,
    "invoices": invoices,
    "payments": payments,
    "statements": statements,
    "reminders": reminders,
    "documents": documents,
    "timeline": stream,
}
