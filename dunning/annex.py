"""The annex of a letter: how the interest on each invoice was worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billing.rules.money import money, zero
from billing.templatetags.figures import figure
from dunning.models import Charge
from dunning.rules.charges import THIRTY, interest, segment_of
from dunning.rules.rates import Ground

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from moneyed import Money

    from dunning.rules.charges import Segment
    from dunning.rules.planned import PlannedLine


@dataclass(frozen=True, slots=True)
class AnnexPart:
    """The interest on one invoice, day by day; its rows less `settled` are `total`.

    `settled` is what was paid or waived of interest that an earlier letter charged;
    None where nothing was.
    """

    number: str
    rows: tuple[Segment, ...]
    total: Money
    settled: Money | None

    @property
    def until(self) -> date:
        """The last day counted; the daily amount is for each day after it."""
        return self.rows[-1].until

    @property
    def daily(self) -> Money:
        """What each further day costs, as long as nothing changes."""
        return self.rows[-1].daily

    @property
    def note(self) -> str:
        """What the rates rest on and how days are counted, in the active language."""
        grounds = dict.fromkeys(row.ground for row in self.rows)
        said = [_words(ground, _references(self.rows, ground)) for ground in grounds]
        if any(row.percent is None for row in self.rows):
            said.append(
                _("Where no rate is named, none is known and no interest is charged.")
            )
        return " ".join([*said, _days(self.rows[0].day_count)])


def annex_of(charges: Iterable[Charge]) -> list[AnnexPart]:
    """The annex of an issued letter, from its frozen charges with their invoices."""
    return [
        _part(
            charge.invoice.number,
            tuple(segment_of(kept, charge.currency) for kept in charge.detail),
            money(charge.amount, charge.currency),
        )
        for charge in charges
        if charge.kind == Charge.Kind.INTEREST and charge.invoice and charge.detail
    ]


def annex_of_plan(lines: Iterable[PlannedLine]) -> list[AnnexPart]:
    """The annex of a letter that has not been issued."""
    return [
        _part(line.item.number, line.segments, line.interest)
        for line in lines
        if line.segments and line.interest.amount
    ]


def _part(number: str, rows: tuple[Segment, ...], total: Money) -> AnnexPart:
    before = interest(rows, zero(total.currency.code)) - total
    return AnnexPart(number, rows, total, -before if before.amount else None)


def _references(rows: Iterable[Segment], ground: Ground) -> str:
    """The reference rates behind the rows, as "2.27 %, 1.27 %"."""
    rates: dict[Decimal, None] = dict.fromkeys(
        row.reference
        for row in rows
        if row.ground == ground and row.reference is not None
    )
    return ", ".join(f"{figure(rate)}\u00a0%" for rate in rates) or "–"


def _words(ground: Ground, rates: str) -> str:
    return {
        Ground.LEVEL: _("Rate of our terms of payment."),
        Ground.AGREED: _("Rate agreed with you."),
        Ground.FR_FLOOR: _(
            "Three times the French legal interest rate (%(rates)s), the least that "
            "may be agreed (C. com. art. L441-10)."
        ),
        Ground.DE_BUSINESS: _(
            "Base rate of the Deutsche Bundesbank (%(rates)s) plus 9 percentage points "
            "(BGB § 288 para. 2)."
        ),
        Ground.DE_CONSUMER: _(
            "Base rate of the Deutsche Bundesbank (%(rates)s) plus 5 percentage points "
            "(BGB § 288 para. 1)."
        ),
        Ground.FR: _(
            "Refinancing rate of the European Central Bank at the beginning of the "
            "half-year (%(rates)s) plus 10 percentage points (C. com. art. L441-10)."
        ),
        Ground.EU: _(
            "Refinancing rate of the European Central Bank at the beginning of the "
            "half-year (%(rates)s) plus 8 percentage points (directive 2011/7/EU "
            "art. 2 and 3)."
        ),
        Ground.CH: _("Default interest by law (CO art. 104 para. 1)."),
    }[ground] % {"rates": rates}


def _days(day_count: str) -> str:
    if day_count == THIRTY:
        return _("Months of 30 days, years of 360 days (30E/360).")
    return _("Actual days, years of 365 days.")
