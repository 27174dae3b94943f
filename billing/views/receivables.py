"""Aged receivables as of a day, on a page or as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.receivables import COLUMNS, aged_currencies, aged_rows
from clients.exporting import export_rows
from clients.paging import PER_PAGE

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.http import HttpRequest, QueryDict
    from django.http.response import HttpResponseBase

    from billing.receivables import AgedClient, AgedCurrency

HEADS = {
    "name": _("Client"),
    "not_due": _("Not due"),
    "1-30": _("1–30 days"),
    "31-60": _("31–60 days"),
    "61-90": _("61–90 days"),
    "over_90": _("Over 90 days"),
    "unallocated": _("Not allocated"),
    "total": _("Balance"),
}
# What a file has before the columns of the page.
FIRST_HEADS = (_("Currency"), _("Client number"))


class DayForm(forms.Form):
    """The day as of which the report is made; today where none is given."""

    on = forms.DateField(
        label=_("As at"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def aged(request: HttpRequest) -> HttpResponseBase:
    """Who owes how much for how long, currency by currency, as of any day."""
    given = DayForm(request.GET)
    context: dict[str, Any] = {"form": given}
    if given.is_valid():
        today = localdate()
        on = given.cleaned_data["on"] or today
        order = order_of(request)
        found = aged_currencies(on, order, today=today)
        head = [str(label) for label in (*FIRST_HEADS, *HEADS.values())]
        if file := export_rows(request, f"aged-{on}", head, aged_rows(found)):
            return file
        context |= {
            "on": on,
            "form": given if given.cleaned_data["on"] else DayForm({"on": on}),
            "found": [(section, page_of(section, request.GET)) for section in found],
            "heads": heads(order),
        }
    return render(request, "billing/aged.html", context)


def page_of(section: AgedCurrency, asked: QueryDict) -> Page[AgedClient]:
    """The clients of a currency on one page: the page asked for is of one currency."""
    paginator: Paginator[AgedClient]
    paginator = Paginator(section.rows, PER_PAGE)  # type: ignore[arg-type]
    is_meant = asked.get("of", section.currency) == section.currency
    return paginator.get_page(asked.get("page") if is_meant else 1)


def order_of(request: HttpRequest) -> str:
    """The column to sort by, if it is one of ours."""
    asked = request.GET.get("sort", "name")
    return asked if asked.removeprefix("-") in COLUMNS else "name"


def heads(order: str) -> list[dict[str, Any]]:
    """The head of each column: its words, where it leads, how it is sorted now."""
    return [
        {
            "name": name,
            "label": label,
            "next": f"-{name}" if order == name else name,
            "up": order == name,
            "down": order == f"-{name}",
        }
        for name, label in HEADS.items()
    ]
