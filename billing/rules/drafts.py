"""What a draft must come to before it can be a bill."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from billing.rules.money import LARGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.rules.bill import Totals

HUNDRED = Decimal(100)


def totals_problem(totals: Totals) -> str:
    """Why the figures cannot be billed: "too_large", "not_positive", or nothing.

    Lines may be negative, such as a rebate, while the total stays above zero.
    """
    parts = [totals.net, totals.vat, totals.total, *totals.amounts]
    parts += [row.net for row in totals.vat_rows]
    parts += [row.vat for row in totals.vat_rows]
    if any(abs(part.amount) > LARGEST for part in parts):
        return "too_large"
    if totals.amounts and totals.total.amount <= 0:
        return "not_positive"
    return ""


def instalments_problem(parts: Sequence[tuple[int, Decimal]]) -> str:
    """Why these (days, percent) are no plan: "one", "order", "sum", or nothing."""
    if not parts:
        return ""
    if len(parts) == 1:
        return "one"
    return plan_problem(parts)


def plan_problem(parts: Sequence[tuple[int, Decimal]]) -> str:
    """Why (days, percent) do not follow each other to a whole: "order", "sum"."""
    days = [days for days, _percent in parts]
    if any(later <= earlier for earlier, later in pairwise(days)):
        return "order"
    if sum(percent for _days, percent in parts) != HUNDRED:
        return "sum"
    return ""
