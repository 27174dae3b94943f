"""The bank's pages: accounts and files, a file, its exact payments, its undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billing.actions.bank_booking import book_exact, exact_entries
from billing.actions.bank_undo import undo_file
from billing.actions.ledger import LedgerRefusal
from billing.bank.desk import (
    account_states,
    balance_of,
    freshness,
    obstacles,
    payments_of,
    state_counts,
    waiting_by,
)
from billing.bank.matching import exact_payments
from billing.bank.tables import EntryTable
from billing.bank.wording import noted
from billing.models import BankEntry, BankFile
from billing.rules.money import money, total
from clients.exporting import export_rows, export_table
from clients.paging import PER_PAGE, show_table

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from billing.bank.forms import BankFileForm
    from clients.sheets import Cell

State = BankEntry.State


def show_bank(
    request: HttpRequest, form: BankFileForm, more: dict[str, Any] | None = None
) -> HttpResponseBase:
    """Accounts with their newest day, what waits, every file, and the upload."""
    today = localdate()
    rows = BankFile.objects.select_related("account", "created_by").defer("content")
    if answer := export_rows(request, "bank-files", head(), map(row, rows)):
        return answer
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "billing/bank.html",
        {
            "form": form,
            "accounts": account_states(today),
            "fresh": freshness(today),
            "page": page,
            "waiting": waiting_by("file", [row.pk for row in page]),
            **(more or {}),
        },
    )


def head() -> list[str]:
    """The names of the columns of the files' list."""
    return [
        _("File"),
        _("Account"),
        _("From"),
        _("To"),
        _("Currency"),
        _("Opening balance"),
        _("Closing balance"),
        _("Entries"),
        _("Known before"),
        _("Read"),
        _("By"),
        _("Undone"),
    ]


def row(file: BankFile) -> list[Cell]:
    """A file as a row of the list's own file."""
    balances = [
        None if amount is None else money(amount, file.currency)
        for amount in (file.opening, file.closing)
    ]
    return [
        file.name,
        str(file.account),
        file.first_on,
        file.last_on,
        file.currency,
        *balances,
        file.found,
        file.known_before,
        file.created_at,
        str(file.created_by or ""),
        file.undone_at,
    ]


@permission_required("billing.import_bank", raise_exception=True)
def bank_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file: its proof, what became of its entries, and the exact ones to book."""
    file = the_file(pk)
    chosen = request.GET.get("state", "")
    rows = file.entries.select_related("client", "credit", "returns")
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    table = EntryTable(rows)
    if answer := export_table(request, table, f"bank-{file.pk}"):
        return answer
    counts = state_counts(file)
    return render(
        request,
        "billing/bank_file.html",
        {
            "file": file,
            "balance": balance_of(file),
            "counts": [(s, State(s).label, n) for s, n in counts.items()],
            "waiting": counts.get(State.WAITING, 0),
            "chosen": chosen if chosen in State.values else "",
            "notes": [noted(code, values) for code, values in file.notes],
            "table": show_table(request, table),
            **exact_of(file, localdate()),
        },
    )


def the_file(pk: int) -> BankFile:
    """A file without its bytes."""
    rows = BankFile.objects.select_related("account", "created_by", "undone_by")
    return get_object_or_404(rows.defer("content"), pk=pk)


def exact_of(file: BankFile, today: date) -> dict[str, Any]:
    """How many payments of a file references identify, and their sum."""
    if file.undone_at:
        return {"exact": 0}
    payments, _invoices = exact_payments(list(exact_entries(file, today)))
    return {
        "exact": len(payments),
        "exact_sum": total((p.paid for p in payments), file.currency),
    }


@require_POST
@permission_required("billing.import_bank", raise_exception=True)
def bank_accept_exact(request: HttpRequest, pk: int) -> HttpResponse:
    """Book every payment of a file that a reference identifies."""
    file = the_file(pk)
    booked = book_exact(file, today=localdate(), person=request.user)
    text = ngettext(
        "%(count)s payment is booked.", "%(count)s payments are booked.", booked
    )
    messages.success(request, text % {"count": booked})
    seen = request.POST.get("seen", "")
    less = int(seen) - booked if seen.isdecimal() and len(seen) < 9 else 0
    if less > 0:
        text = ngettext(
            "%(count)s changed meanwhile and was left as it is.",
            "%(count)s changed meanwhile and were left as they are.",
            less,
        )
        messages.warning(request, text % {"count": less})
    return redirect("bank_file", pk)


@permission_required("billing.import_bank", raise_exception=True)
def bank_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing the reading of a file takes back; and doing it."""
    file = the_file(pk)
    if file.undone_at:
        messages.info(request, _("The file is undone already."))
        return redirect("bank_file", pk)
    if request.method == "POST":
        try:
            if undo_file(file, today=localdate(), person=request.user):
                messages.success(request, _("The file is undone."))
            return redirect("bank_file", pk)
        except LedgerRefusal as refusal:
            messages.error(request, str(refusal))
    return render(
        request,
        "billing/bank_undo.html",
        {
            "file": file,
            "counts": state_counts(file),
            "payments": payments_of(file),
            "obstacles": obstacles(file),
            "today": localdate(),
        },
    )
