"""Reads days sales outstanding, today and at the end of the months before."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing.models import Allocation, Invoice, InvoiceMark, exact_sum
from billing.rules.money import from_units, zero
from dunning.rules.effect import dso

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from dunning.rules.effect import Dso

Series = dict[str, dict["date", "Money"]]
"""What was booked on each day, by currency."""

MONTHS = 6
# Sales that receivables are counted back over; older ones would take seconds to add up.
SALES = timedelta(days=366)


def dso_history(
    today: date, *, currency: str = "", client: int | None = None
) -> dict[str, list[Dso]]:
    """Each currency's figures at the end of the last months, and today; four queries.

    What was open then is what is open now, less what was invoiced since, plus what was
    settled since. What is "Non payé" today is left out for every day (domain §14).
    """
    given: dict[str, Any] = {"currency": currency} if currency else {}
    owner = {"client": client} if client else {}
    days = month_ends(today)
    invoices = Invoice.objects.filter(**given, **owner)
    sales = _by_day(invoices.filter(issued_on__gt=today - SALES), "issued_on", "total")
    settled = Allocation.objects.filter(effective_on__gt=days[0], **given)
    if client:
        settled = settled.filter(invoice__client=client)
    paid = _by_day(settled, "effective_on", "amount")
    lost = _given_up(given, client)
    opened = invoices.filter(open__above_zero=True).order_by().values_list("currency")
    now = {
        code: from_units(units, code)
        for code, units in opened.annotate(units=exact_sum("open"))
    }
    return {
        code: [
            dso(
                now.get(code, zero(code))
                - _after(sales[code], day, code)
                + _after(paid[code], day, code)
                - _until(lost[code], day, code),
                sales[code],
                day,
            )
            for day in days
        ]
        for code in sorted(now.keys() | sales.keys())
    }


def month_ends(today: date) -> list[date]:
    """The last days of the months before, the oldest first, and today."""
    found, last = [today], today
    for _month in range(MONTHS - 1):
        last -= timedelta(days=last.day)
        found.append(last)
    return found[::-1]


def _by_day(rows: Any, day: str, field: str) -> Series:
    found: Series = defaultdict(dict)
    grouped = rows.order_by().values_list("currency", day)
    for code, on, units in grouped.annotate(units=exact_sum(field)):
        found[code][on] = from_units(units, code)
    return found


def _given_up(given: dict[str, Any], client: int | None) -> Series:
    """What is open of invoices that nobody expects to be paid, by day of issue."""
    marks = InvoiceMark.objects.filter(
        kind=InvoiceMark.Kind.UNCOLLECTIBLE,
        ended_on=None,
        invoice__open__gt=0,
        **{f"invoice__{name}": value for name, value in given.items()},
    )
    if client:
        marks = marks.filter(invoice__client=client)
    found: Series = defaultdict(dict)
    grouped = marks.order_by().values_list("invoice__currency", "invoice__issued_on")
    for code, on, units in grouped.annotate(units=exact_sum("invoice__open")):
        found[code][on] = from_units(units, code)
    return found


def _after(series: dict[date, Money], day: date, code: str) -> Money:
    return sum((sum_ for on, sum_ in series.items() if on > day), zero(code))


def _until(series: dict[date, Money], day: date, code: str) -> Money:
    return sum((sum_ for on, sum_ in series.items() if on <= day), zero(code))
