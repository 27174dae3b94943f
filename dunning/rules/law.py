"""What the law lets a creditor charge, by country (docs/interest.md, its sources).

Guard rails, not advice: where the law forbids something it is never charged, whatever
the policy says.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.rules.money import money
from dunning.rules.rates import Ground, Step, highest

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from dunning.rules.dossier import Dossier, Level, Policy
    from dunning.rules.rates import RateBook

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
NONE = "none"
LUMP_SUM = money(40, "EUR")
# A rate agreed with a French business is at least so many times the legal rate.
FR_FLOOR = 3


@dataclass(frozen=True, slots=True)
class LegalRate:
    """A reference rate plus a margin."""

    ground: Ground
    table: str
    margin: Decimal
    half_yearly: bool = False


@dataclass(frozen=True, slots=True)
class Regime:
    """The law of a country on late payment.

    `fees`: always, agreed (only where agreed with its amount), after_first (not at the
    first level), or never.
    """

    name: str
    business: LegalRate | None = None
    consumer: LegalRate | None = None
    lump_sum: bool = False
    fees: str = "always"
    floor: bool = False


CH_RATE = LegalRate(Ground.CH, "ch", Decimal(0))
REGIMES = {
    regime.name: regime
    for regime in (
        # CO 104 al. 1: 5 % for everybody; a fee only where agreed with its amount.
        Regime("ch", CH_RATE, CH_RATE, fees="agreed"),
        # BGB 288: base rate (247) plus 9 points, plus 5 for consumers; 40 EUR (V).
        # The reminder that puts the debtor in default (286) costs nothing.
        Regime(
            "de",
            LegalRate(Ground.DE_BUSINESS, "bundesbank", Decimal(9)),
            LegalRate(Ground.DE_CONSUMER, "bundesbank", Decimal(5)),
            lump_sum=True,
            fees="after_first",
        ),
        # C. com. L441-10 and D441-5 (between professionals only); CPCE L111-8.
        Regime(
            "fr",
            LegalRate(Ground.FR, "ecb", Decimal(10), half_yearly=True),
            lump_sum=True,
            fees="never",
            floor=True,
        ),
        # Directive 2011/7 art. 2, 3 and 6: no consumers.
        Regime(
            "eu",
            LegalRate(Ground.EU, "ecb", Decimal(8), half_yearly=True),
            lump_sum=True,
        ),
        # Anywhere else only what was agreed.
        Regime(NONE),
    )
}


def regime_of(policy: Policy, country: str, home_country: str) -> str:
    """Whose law counts: the policy's choice, else the client's country's.

    A client outside of Switzerland and the European Union is under the law of the
    company; a company outside of them too charges nothing by law.
    """
    if policy.regime != "auto":
        return policy.regime
    return _law_of(country) or _law_of(home_country) or NONE


def _law_of(country: str) -> str:
    if country in {"CH", "DE", "FR"}:
        return country.lower()
    return "eu" if country in EU else ""


def charges_fee(regime: str, policy: Policy, dossier: Dossier, level: Level) -> bool:
    """Whether a letter of a level may cost a fee.

    What was agreed with the client counts before what the policy says of everybody.
    """
    rule, agreed = REGIMES[regime].fees, dossier.terms.fees_agreed
    if rule == "never" or agreed is False:
        return False
    if rule == "agreed":
        return policy.fees_agreed if agreed is None else agreed
    return rule != "after_first" or level.position > policy.levels[0].position


def lump_sum(regime: str, dossier: Dossier) -> Money | None:
    """40 EUR for each late invoice; none to consumers or in another currency."""
    if dossier.is_consumer or dossier.currency != "EUR":
        return None
    return LUMP_SUM if REGIMES[regime].lump_sum else None


def steps_for(
    level: Level,
    policy: Policy,
    dossier: Dossier,
    book: RateBook,
    home_country: str,
    first: date,
    last: date,
) -> tuple[Step, ...]:
    """The rates of an invoice's interest, day by day; empty where there is none.

    At a level that bears interest a rate agreed with the client takes the place of
    the law's and the level's. An agreed rate of 0 means that none is charged.
    """
    if not (level.legal_interest or level.interest_rate):
        return ()
    regime = REGIMES[regime_of(policy, dossier.country, home_country)]
    agreed = dossier.terms.agreed_rate
    if agreed is not None:
        return _agreed(agreed, regime, dossier, book, first, last)
    if not level.legal_interest:
        return (Step(first, level.interest_rate),)
    rate = regime.consumer if dossier.is_consumer else regime.business
    if rate is None:
        return ()
    return by_law(rate, book, first, last)


def by_law(
    rate: LegalRate, book: RateBook, first: date, last: date
) -> tuple[Step, ...]:
    """A legal rate day by day."""
    return book.steps(
        rate.table,
        rate.margin,
        first,
        last,
        half_yearly=rate.half_yearly,
        ground=rate.ground,
    )


def _agreed(
    percent: Decimal,
    regime: Regime,
    dossier: Dossier,
    book: RateBook,
    first: date,
    last: date,
) -> tuple[Step, ...]:
    if not percent:
        return ()
    agreed = (Step(first, percent, Ground.AGREED),)
    if not regime.floor or dossier.is_consumer:
        return agreed
    # C. com. L441-10 II: day by day no lower than three times the legal rate.
    floor = book.steps(
        "fr_legal",
        Decimal(0),
        first,
        last,
        times=FR_FLOOR,
        ground=Ground.FR_FLOOR,
    )
    return highest(agreed, floor)
