"""The list of clients with what each owes: clients and billing side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.lists import accounts
from billing.models import Invoice
from billing.rules.money import from_units
from clients.exporting import export_table, is_wanted
from clients.facts import matching
from clients.models import Client
from clients.paging import show_table
from config.tables import ClientTable, FigureColumn
from dunning.models import Hold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from moneyed import Money

    from billing.lists import Account


SHOWN = ("pk", "number", "name", "city", "search")
FIGURES = ("balance", "overdue")
COLUMNS = (*SHOWN, "currency", "credit_limit", "archived_at")


class ClientFilter(forms.Form):
    """What the list can be narrowed to, in the address."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    owing = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All clients")),
            ("open", _("with something open")),
            ("overdue", _("with something overdue")),
            ("credit", _("with unallocated credit")),
            ("limit", _("over their credit limit")),
            ("blocked", _("blocked from dunning")),
            ("archived", _("archived")),
        ],
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """The foot of the list in one currency."""

    currency: str
    balance: Money
    overdue: Money


@require_safe
@permission_required("clients.view_client", raise_exception=True)
def clients(request: HttpRequest) -> HttpResponseBase:
    """Every client with what it owes and what of it is overdue."""
    form = ClientFilter(request.GET)
    form.is_valid()
    wanted = form.cleaned_data.get("owing", "")
    figures = accounts(localdate())
    currencies = sorted({account.currency for account in figures})
    rows = client_rows(form.cleaned_data.get("q", ""), wanted, figures, currencies)
    counted = is_wanted(request) or "invoices" in request.GET.get("sort", "")
    if counted:
        count_invoices(rows, of_all=True)
    table = ClientTable(rows, extra_columns=columns(currencies))
    if file := export_table(request, table, "clients"):
        return file
    table = show_table(request, table)
    if not counted:
        count_invoices(table.page.object_list.data, of_all=False)
    return render(
        request,
        "clients/clients.html",
        {
            "form": form,
            "table": table,
            "totals": [sum_of(rows, code) for code in currencies],
            "any": bool(rows) or Client.objects.exists(),
        },
    )


def client_rows(
    text: str, wanted: str, figures: Iterable[Account], currencies: Iterable[str]
) -> list[dict[str, Any]]:
    """The clients that match, each with its figures; one query for all.

    Archived ones are left out, but for those that owe something again.
    """
    known: dict[int, list[Account]] = defaultdict(list)
    for account in figures:
        known[account.client_id].append(account)
    blocked = blocked_clients(localdate()) if wanted == "blocked" else None
    found = Client.objects.filter(matching(text), merged_into=None)
    nothing = nothing_in(currencies)
    rows: list[dict[str, Any]] = []
    # In the order that the table has at first: sorting what is sorted costs little.
    for row in found.order_by("search", "number").values(*COLUMNS):
        own = known.get(row["pk"], [])
        if blocked is not None:
            listed = row["pk"] in blocked
        elif wanted == "archived":
            listed = row["archived_at"] is not None
        else:
            listed = fits(own, wanted, row)
        if listed:
            rows.append(row | nothing | figures_of(own))
    return rows


def count_invoices(rows: Collection[dict[str, Any]], *, of_all: bool) -> None:
    """Write into each row how many invoices the client has."""
    found = Invoice.objects.order_by()
    if not of_all:
        found = found.filter(client__in=[row["pk"] for row in rows])
    counts = dict(found.values_list("client_id").annotate(Count("pk")))
    for row in rows:
        row["invoices"] = counts.get(row["pk"], 0)


def blocked_clients(today: date) -> set[int]:
    """The clients of which nothing is reminded today."""
    holds = Hold.objects.filter(
        Q(until=None) | Q(until__gte=today),
        invoice=None,
        released_on=None,
        since__lte=today,
    )
    return set(holds.values_list("client_id", flat=True))


def fits(own: Collection[Account], wanted: str, row: dict[str, Any]) -> bool:
    """Whether a client belongs in the narrowed list."""
    if wanted == "open":
        return any(account.open_units for account in own)
    if wanted == "overdue":
        return any(account.overdue_units for account in own)
    if wanted == "credit":
        return any(account.left_units for account in own)
    if wanted == "limit":
        return any(exceeds(account, row) for account in own)
    return row["archived_at"] is None or bool(own)


def exceeds(account: Account, row: dict[str, Any]) -> bool:
    """Whether an account is over the limit of its client, set in this currency."""
    limit = row["credit_limit"]
    if limit is None or account.currency != row["currency"]:
        return False
    return bool(account.balance.amount > limit)


def figures_of(own: Iterable[Account]) -> dict[str, int]:
    """The columns of a client's figures, in thousandths: few of them are shown."""
    cells = {}
    for account in own:
        cells[f"balance_{account.currency}"] = account.balance_units
        cells[f"overdue_{account.currency}"] = account.overdue_units
    return cells


def nothing_in(currencies: Iterable[str]) -> dict[str, int]:
    """The same of a client that owes nothing."""
    return {f"{name}_{code}": 0 for code in currencies for name in FIGURES}


def columns(currencies: Iterable[str]) -> list[tuple[str, FigureColumn]]:
    """Two columns for each currency, named with it."""
    made = []
    for code in currencies:
        balance = gettext("Balance %(currency)s") % {"currency": code}
        overdue = gettext("Overdue %(currency)s") % {"currency": code}
        made += [
            (f"balance_{code}", FigureColumn(balance, code)),
            (f"overdue_{code}", FigureColumn(overdue, code)),
        ]
    return made


def sum_of(rows: list[dict[str, Any]], code: str) -> Sum:
    """The foot of one currency, over all rows and not only the page."""
    return Sum(
        code,
        from_units(sum(row[f"balance_{code}"] for row in rows), code),
        from_units(sum(row[f"overdue_{code}"] for row in rows), code),
    )
