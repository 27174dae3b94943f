"""The list of clients with what each owes: clients and billing side by side."""

from __future__ import annotations

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
from billing.rules.money import total, zero
from clients.exporting import export_table
from clients.facts import matching
from clients.models import Client
from clients.paging import show_table
from config.tables import ClientTable, FigureColumn
from dunning.models import Hold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from moneyed import Money

    from billing.lists import Account


SHOWN = ("pk", "number", "name", "city", "search")
COLUMNS = (*SHOWN, "count", "currency", "credit_limit", "archived_at")


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
    table = ClientTable(rows, extra_columns=columns(currencies))
    if file := export_table(request, table, "clients"):
        return file
    table = show_table(request, table)
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
    """The clients that match, each with its figures; four queries for all.

    Archived ones are left out, but for those that owe something again.
    """
    known = {(account.client_id, account.currency): account for account in figures}
    blocked = blocked_clients(localdate()) if wanted == "blocked" else None
    found = Client.objects.filter(matching(text), merged_into=None)
    rows: list[dict[str, Any]] = []
    for row in found.annotate(count=Count("invoices")).values(*COLUMNS):
        own = {code: known.get((row["pk"], code)) for code in currencies}
        if blocked is not None:
            listed = row["pk"] in blocked
        elif wanted == "archived":
            listed = row["archived_at"] is not None
        else:
            listed = fits(own.values(), wanted, row)
        if listed:
            shown = {name: row[name] for name in SHOWN}
            rows.append(shown | {"invoices": row["count"]} | figures_of(own))
    return rows


def blocked_clients(today: date) -> set[int]:
    """The clients of which nothing is reminded today."""
    holds = Hold.objects.filter(
        Q(until=None) | Q(until__gte=today),
        invoice=None,
        released_on=None,
        since__lte=today,
    )
    return set(holds.values_list("client_id", flat=True))


def fits(own: Iterable[Account | None], wanted: str, row: dict[str, Any]) -> bool:
    """Whether a client belongs in the narrowed list."""
    some = [account for account in own if account]
    if wanted == "open":
        return any(account.open for account in some)
    if wanted == "overdue":
        return any(account.overdue for account in some)
    if wanted == "credit":
        return any(account.unallocated for account in some)
    if wanted == "limit":
        return any(exceeds(account, row) for account in some)
    return row["archived_at"] is None or bool(some)


def exceeds(account: Account, row: dict[str, Any]) -> bool:
    """Whether an account is over the limit of its client, set in this currency."""
    limit = row["credit_limit"]
    if limit is None or account.currency != row["currency"]:
        return False
    return bool(account.balance.amount > limit)


def figures_of(own: dict[str, Account | None]) -> dict[str, Money]:
    """The columns of a client's figures."""
    cells = {}
    for code, account in own.items():
        cells[f"balance_{code}"] = account.balance if account else zero(code)
        cells[f"overdue_{code}"] = account.overdue if account else zero(code)
    return cells


def columns(currencies: Iterable[str]) -> list[tuple[str, FigureColumn]]:
    """Two columns for each currency, named with it."""
    made = []
    for code in currencies:
        balance = gettext("Balance %(currency)s") % {"currency": code}
        overdue = gettext("Overdue %(currency)s") % {"currency": code}
        made += [
            (f"balance_{code}", FigureColumn(balance)),
            (f"overdue_{code}", FigureColumn(overdue)),
        ]
    return made


def sum_of(rows: list[dict[str, Any]], code: str) -> Sum:
    """The foot of one currency, over all rows and not only the page."""
    return Sum(
        code,
        total((row[f"balance_{code}"] for row in rows), code),
        total((row[f"overdue_{code}"] for row in rows), code),
    )
