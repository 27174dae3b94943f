"""Reads the series of numbers: what comes next, and whether it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billing.billing_settings import billing_settings
from billing.models import Bill, BillKind, Credit, Invoice, NumberSeries
from clients.templatetags.format import day

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


def series_of(kind: str) -> str:
    """The prefix of the numbers of invoices or credit notes."""
    settings = billing_settings()
    if kind == BillKind.CREDIT_NOTE:
        return settings.credit_prefix
    return settings.invoice_prefix


def next_number(series: str, year: int) -> str:
    """The number that would be given now; somebody may be faster."""
    row = NumberSeries.objects.filter(name=series, year=year).first()
    return written(series, year, row.last + 1 if row else 1)


def written(series: str, year: int, count: int) -> str:
    """A number as documents bear it."""
    return f"{series}-{year}-{count:04d}"


def too_early(series: str, on: date) -> str:
    """Why the series gives no number for a day; nothing when it does."""
    rows = NumberSeries.objects.filter(name=series, year=on.year, last_on__gt=on)
    row = rows.first()
    if row is None:
        return ""
    return _(
        "The last number, %(number)s, is of %(day)s: an earlier date cannot follow it."
    ) % {"number": written(row.name, row.year, row.last), "day": day(row.last_on)}


def borne_already(series: str, numbers: Collection[str]) -> list[str]:
    """That something imported or recorded bears a number which is to be given."""
    invoices, *others = (
        model._default_manager.order_by()  # noqa: SLF001
        .filter(number__in=numbers)
        .values_list("number", flat=True)
        for model in (Invoice, Credit, Bill)
    )
    text = _(
        "The next number, %(number)s, is borne already by something imported "
        "or recorded. Choose another prefix than %(prefix)s in the billing "
        "settings."
    )
    borne = sorted(invoices.union(*others))[:1]
    return [text % {"number": number, "prefix": series} for number in borne]
