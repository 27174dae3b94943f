"""Aged receivables as of a day: the page and its download."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.receivables import COLUMNS, aged_currencies, aged_rows

if TYPE_CHECKING:
    from django.http import HttpRequest

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
def aged(request: HttpRequest) -> HttpResponse:
    """Who owes how much for how long, currency by currency, as of any day."""
    given = DayForm(request.GET)
    context: dict[str, Any] = {"form": given}
    if given.is_valid():
        on = given.cleaned_data["on"] or localdate()
        order = order_of(request)
        context |= {
            "on": on,
            "form": given if given.cleaned_data["on"] else DayForm({"on": on}),
            "found": aged_currencies(on, order),
            "heads": heads(order),
        }
    return render(request, "billing/aged.html", context)


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def aged_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file for a spreadsheet; texts cannot be formulas."""
    form = DayForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors["on"].as_text())
    on = form.cleaned_data["on"] or localdate()
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="aged-{on}.csv"'},
    )
    # The mark tells spreadsheets that it is UTF-8.
    answer.write("\ufeff")
    csv.writer(answer).writerows(aged_rows(aged_currencies(on)))
    return answer


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
