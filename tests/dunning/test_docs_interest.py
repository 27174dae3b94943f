"""The tables of docs/interest.md are what the product does (4.6; domain §11, §12)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings

from billing.rules.money import plain
from dunning.facts.rates import rate_book
from dunning.rules.law import REGIMES, charges_fee, lump_sum, regime_of
from tests.dunning.cases import day
from tests.dunning.test_interest import by_law
from tests.dunning.test_law import FIRST, POLICY, SECOND, owing

PAGE = (settings.BASE_DIR / "docs" / "interest.md").read_text(encoding="utf-8")


def table(heading):
    """The rows of the first table after a heading, without its head."""
    lines = PAGE.split(f"{heading}\n", 1)[1].splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows[2:]


def test_whose_law_counts():
    for chosen, client, company, law in table("## Whose law"):
        assert regime_of(replace(POLICY, regime=chosen), client, company) == law


def test_the_rules_of_each_country():
    policy = replace(POLICY, fees_agreed=False)
    rows = table("## The rules of each country")
    assert {row[0] for row in rows} == set(REGIMES)
    for law, client, reference, margin, lump, first, later in rows:
        debtor = owing(consumer=client == "consumer", policy=policy)
        regime = REGIMES[law]
        rate = regime.consumer if debtor.is_consumer else regime.business
        assert (rate.table if rate else "") == reference
        assert (f"{rate.margin}" if rate else "") == margin
        charged = lump_sum(law, debtor)
        assert (plain(charged) if charged else "") == lump
        fees = [charges_fee(law, policy, debtor, level) for level in (FIRST, SECOND)]
        assert ["yes" if fee else "no" for fee in fees] == [first, later]


@pytest.mark.django_db
def test_the_example_to_the_cent():
    rows = table("### Worked example: a part payment and a change of rates")
    assert len(rows) == 6
    for country, client, days, segments, charged in rows:
        found, total = by_law(
            owing(country, consumer=client == "consumer"),
            "10000.00",
            "2025-06-16",
            "2025-09-01",
            [("2025-07-21", "4000.00")],
            days,
        )
        said = " ".join(f"{one.days}: {plain(one.interest)}" for one in found)
        assert (said, total) == (segments, charged)


@pytest.mark.django_db
def test_the_rates_that_are_there_from_the_start():
    book = rate_book()
    for since, *rates in table("## The reference rates"):
        known = [
            book.percent_on(name, day(since))
            for name in ("ecb", "bundesbank", "fr_legal")
        ]
        said = ["" if rate is None else f"{rate:.2f}" for rate in known]
        assert said == rates, since
