"""The ageing bar: shares of what is open, drawn without scripts or inline styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from moneyed import Money

    from billing.rules.ageing import Ageing

LABELS = {
    "not_due": _("not due"),
    "1-30": _("1–30 days"),
    "31-60": _("31–60 days"),
    "61-90": _("61–90 days"),
    "over_90": _("over 90 days"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One bucket of the bar: where it starts and how wide it is, in thousandths."""

    name: str
    label: str
    amount: Money
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The ageing of one currency."""

    currency: str
    parts: list[Part]
    ageing: Ageing


def ageing_bar(ageing: Ageing) -> Bar:
    """The bar of one currency; its parts fill it exactly."""
    whole, sofar, parts = ageing.open.amount, 0, []
    passed = ageing.open * 0
    for name, amount in ageing.buckets.items():
        passed += amount
        end = int(passed.amount * 1000 / whole) if whole else 0
        parts.append(Part(name, str(LABELS[name]), amount, sofar, end - sofar))
        sofar = end
    return Bar(ageing.currency, parts, ageing)
