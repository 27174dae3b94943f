"""The journal for the general ledger, to look at and to take along."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.bookings import documents_in
from billing.journal import journal as entries_of
from billing.journal import journal_row, ledger_accounts, sums_by_account
from billing.journal_forms import PeriodForm
from billing.lists import currencies
from clients.exporting import export_rows

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from billing.bookings import Period

HEADS = (
    _("Date"),
    _("Document"),
    _("Account"),
    _("Counter-account"),
    _("Amount"),
    _("Currency"),
    _("VAT code"),
    _("VAT amount"),
    _("Text"),
    _("Client number"),
    _("Booked"),
)
SHOWN = 50
# So many documents are added up while somebody waits; more only when asked to.
QUICK = 5000


@require_safe
@permission_required("billing.export_data", raise_exception=True)
def journal(request: HttpRequest) -> HttpResponseBase:
    """The entries of a period: the first ones, the sums by account, and the file."""
    given = request.GET if "start" in request.GET else last_month(localdate())
    form = PeriodForm(given, currencies())
    if not form.is_valid():
        return render(request, "billing/journal.html", {"form": form})
    period = form.period()
    name = f"journal-{period.start}-{period.end}"
    heads = [str(head) for head in HEADS]
    rows = (journal_row(entry) for entry in entries_of(period))
    if file := export_rows(request, name, heads, rows, documents_in(period)):
        return file
    context = {"form": form, "heads": heads, "period": period, "query": given}
    return render(request, "billing/journal.html", context | shown(request, period))


def last_month(today: date) -> dict[str, str]:
    """The month before this one: what is usually booked next."""
    end = today.replace(day=1) - timedelta(1)
    return {"start": f"{end.replace(day=1)}", "end": f"{end}"}


def shown(request: HttpRequest, period: Period) -> dict[str, Any]:
    """The first entries, and the sums where they are quick or asked for."""
    count = documents_in(period)
    adds_up = count <= QUICK or "sums" in request.GET
    return {
        "count": count,
        "entries": list(islice(entries_of(period), SHOWN)),
        "sums": sums_by_account(entries_of(period)) if adds_up else None,
        "receivables": ledger_accounts().receivables,
    }
