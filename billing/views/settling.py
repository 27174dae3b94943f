"""Settles what is left of an invoice without money: loss, difference, discount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from billing.actions.ledger import LedgerRefusal, settle_discount, write_off
from billing.entry_forms import key_of
from billing.models import Credit, Invoice
from billing.rules.money import money, plain
from billing.rules.settling import discount_of, largest_difference
from billing.settling_forms import DiscountForm, WriteOffForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest, HttpResponse
    from moneyed import Money

    from billing.settling_forms import DayForm


@permission_required("billing.write_off", raise_exception=True)
def invoice_write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass an invoice to loss, or write a small difference off (domain §7)."""
    row = get_object_or_404(Invoice.objects.select_related("client"), pk=pk)
    if row.allocations.filter(credit__import_key=key_of(request.POST)).exists():
        return redirect("invoice", pk)
    open_ = amount = money(row.open, row.currency)
    small = open_ <= largest_difference(row.currency) and open_ < row.total
    form = WriteOffForm(
        request.POST or None,
        invoice=row,
        today=localdate(),
        initial={
            "amount": plain(open_),
            "dated_on": localdate(),
            "cause": Credit.Cause.DIFFERENCE if small else Credit.Cause.LOSS,
        },
    )

    def book(given: dict[str, Any]) -> Credit:
        return write_off(
            row,
            given["money"],
            given["dated_on"],
            given["reason"],
            request.user,
            cause=given["cause"],
            key=str(given["key"]),
        )

    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["money"]
        if confirmed(request, form, amount) and booked(request, form, book):
            return redirect("invoice", pk)
    context = {
        "limit": largest_difference(row.currency),
        **page(row, form, amount),
    }
    return render(request, "billing/invoice_write_off.html", context)


@permission_required("billing.book_payment", raise_exception=True)
def invoice_discount(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant the discount that was offered on an invoice; late only with a reason."""
    row = get_object_or_404(Invoice.objects.select_related("client"), pk=pk)
    if row.allocations.filter(credit__import_key=key_of(request.POST)).exists():
        return redirect("invoice", pk)
    whole = discount_of(money(row.total, row.currency), row.discount_percent)
    form = DiscountForm(
        request.POST or None,
        invoice=row,
        today=localdate(),
        initial={"dated_on": localdate()},
    )

    def book(given: dict[str, Any]) -> Credit:
        return settle_discount(
            row,
            given["dated_on"],
            request.user,
            given["reason"],
            key=str(given["key"]),
        )

    amount = min(whole, money(row.open, row.currency))
    sent = request.method == "POST" and form.is_valid()
    if sent and confirmed(request, form, amount) and booked(request, form, book):
        return redirect("invoice", pk)
    context = {"whole": whole, **page(row, form, amount)}
    return render(request, "billing/invoice_discount.html", context)


def confirmed(request: HttpRequest, form: DayForm, amount: Money) -> bool:
    """Whether the person has seen exactly what is about to be booked."""
    return "book" in request.POST and request.POST.get("seen") == seen(form, amount)


def seen(form: DayForm, amount: Money) -> str:
    """What is shown to be confirmed."""
    return f"{plain(amount)} {form.cleaned_data['dated_on']}"


def booked(
    request: HttpRequest, form: DayForm, book: Callable[[dict[str, Any]], Credit]
) -> bool:
    """Whether it is booked now; why not stands in the form."""
    try:
        made = book(form.cleaned_data)
    except LedgerRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(number)s is booked.") % {"number": made.number})
    return True


def page(row: Invoice, form: DayForm, amount: Money) -> dict[str, Any]:
    """The form; when it is right also what will be booked, to be confirmed."""
    context = {"invoice": row, "client": row.client, "form": form}
    if form.is_valid():
        left = money(row.open, row.currency) - amount
        cause = form.cleaned_data.get("cause")
        kind = Credit.Cause(cause).label if cause else Credit.Kind.DISCOUNT.label
        context |= {"amount": amount, "left": left, "seen": seen(form, amount)}
        context["what"] = kind
    return context
