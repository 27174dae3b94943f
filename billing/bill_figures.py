"""The figures of a bill as its paper prints them: lines, carry-over, totals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from billing.models import BillKind
from billing.rules.money import decimals, zero
from clients.templatetags.format import amount, figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moneyed import Money

    from billing.composing import Composed
    from billing.models import BillLine, BillVat

# From here on figures need wider columns.
LONG = Decimal(1_000_000)
OUTSIDE = "O"


def line_rows(content: Composed) -> dict[str, Any]:
    """The lines, each with what is carried over when the page ends after it."""
    lines = content.lines
    carried = zero(content.bill.currency)
    rows = []
    for line in lines:
        carried += line.amount
        rows.append(_line(line, carried))
    return {
        "rows": rows,
        "has_discounts": any(line.discount_percent for line in lines),
        "has_rates": any(line.vat_percent for line in lines)
        or len(content.vat_rows) > 1,
        "wide": any(abs(n) >= LONG for line in lines for n in _widest(line)),
    }


def total_rows(content: Composed) -> list[dict[str, Any]]:
    """From the sum of the lines to the total, VAT rate by rate."""
    bill = content.bill
    vat = [_vat_row(row, bill.prices_include_vat) for row in content.vat_rows]
    rounding = [_row(_("Rounding"), bill.rounding)] if bill.rounding else []
    final = _row(_final_label(content), bill.total) | {"is_total": True}
    net = _row(_("Total excl. VAT"), bill.net)
    if not bill.vat and len(vat) == 1:
        untaxed = content.vat_rows[0].category == OUTSIDE
        return [*([] if untaxed else vat), *rounding, final]
    if bill.prices_include_vat:
        gross = [_row(_("Total incl. VAT"), bill.net + bill.vat)] if rounding else []
        return [*gross, *rounding, final, *vat, net]
    return [net, *vat, *rounding, final]


def percent(value: Decimal) -> str:
    """8.1 %, in the figures of the company's country."""
    return f"{number(value, 0, 2)}\u00a0%"


def number(value: Decimal, least: int, most: int) -> str:
    """A figure with so many decimals at least and at most."""
    pattern = "#,##0." + "0" * least + "#" * (most - least)
    return str(format_decimal(value, format=pattern, locale=figures()))


def _line(line: BillLine, carried: Money) -> dict[str, Any]:
    places = decimals(line.currency)
    return {
        "description": line.description,
        "quantity": f"{number(line.quantity, 0, 4)} {line.unit}".strip(),
        "price": number(line.price, places, max(places, 4)),
        "discount": percent(line.discount_percent) if line.discount_percent else "",
        "rate": percent(line.vat_percent),
        "amount": line.amount,
        "carried": _("Carried forward: %(amount)s") % {"amount": amount(carried)},
        "brought": _("Brought forward: %(amount)s") % {"amount": amount(carried)},
    }


def _widest(line: BillLine) -> Sequence[Decimal]:
    return (line.price, line.amount.amount)


def _vat_row(row: BillVat, included: bool) -> dict[str, Any]:
    if included:
        label = _("including VAT at %(percent)s") % {"percent": percent(row.percent)}
    else:
        label = _("VAT %(percent)s") % {"percent": percent(row.percent)}
    return _row(label, row.vat) | {
        "base": _("on %(amount)s") % {"amount": amount(row.net)}
    }


def _row(label: str, figure: Money) -> dict[str, Any]:
    return {"label": label, "amount": figure, "base": "", "is_total": False}


def _final_label(content: Composed) -> str:
    if content.bill.kind == BillKind.CREDIT_NOTE:
        return _("Total in your favour")
    return _("Total to pay")
