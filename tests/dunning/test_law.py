"""What the law of each country lets a letter charge (4.6; domain §12)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from billing.rules.money import money
from dunning.rules.dossier import Dossier, Level, Policy, Terms
from dunning.rules.law import charges_fee, lump_sum, regime_of, steps_for
from dunning.rules.plan import Conditions, plan_run
from dunning.rules.rates import EMPTY, Ground, book_of
from tests.dunning.cases import day, item

FIRST, SECOND = Level(1, "Reminder"), Level(2, "Notice", legal_interest=True)
POLICY = Policy("Law", (FIRST, SECOND))
BOOK = book_of(
    (table, day(since), Decimal(percent))
    for table, since, percent in [
        ("ecb", "2024-06-12", "4.25"),
        ("ecb", "2024-12-18", "3.15"),
        ("ecb", "2025-04-23", "2.40"),
        ("ecb", "2025-06-11", "2.15"),
        ("bundesbank", "2025-01-01", "2.27"),
        ("bundesbank", "2025-07-01", "1.27"),
        ("bundesbank", "2026-01-01", "1.27"),
        ("fr_legal", "2024-07-01", "4.92"),
        ("fr_legal", "2025-01-01", "3.71"),
        ("fr_legal", "2025-07-01", "2.76"),
        ("ch", "1912-01-01", "5"),
    ]
)


def owing(country="CH", *, consumer=False, currency="EUR", policy=POLICY, **terms):
    nothing = money(0, currency)
    return Dossier(
        1, "K-1", "Lac SA", "fr", currency, nothing, policy, (),
        country=country, is_consumer=consumer, terms=Terms(**terms),
    )  # fmt: skip


def rates(client, level=SECOND, first="2025-01-01", last="2025-12-31", book=BOOK):
    steps = steps_for(level, client.policy, client, book, "CH", day(first), day(last))
    return [
        (f"{step.since}", None if step.percent is None else f"{step.percent:f}")
        for step in steps
    ]


@pytest.mark.parametrize(
    ("chosen", "client", "home", "law"),
    [
        ("auto", "CH", "DE", "ch"),
        ("auto", "DE", "CH", "de"),
        ("auto", "FR", "CH", "fr"),
        ("auto", "AT", "CH", "eu"),
        ("auto", "GR", "CH", "eu"),
        # Outside: the company's law.
        ("auto", "US", "CH", "ch"),
        ("auto", "GB", "FR", "fr"),
        ("auto", "LI", "IT", "eu"),
        ("auto", "US", "GB", "none"),
        # The policy's choice counts before all.
        ("de", "FR", "CH", "de"),
        ("ch", "US", "GB", "ch"),
    ],
)
def test_whose_law_counts(chosen, client, home, law):
    assert regime_of(replace(POLICY, regime=chosen), client, home) == law


@pytest.mark.parametrize(
    ("law", "everybody", "client", "at_first", "later"),
    [
        # Everybody agreed; what this client agreed; a fee at level 1, at level 2.
        ("ch", False, None, False, False),
        ("ch", True, None, True, True),
        ("ch", False, True, True, True),
        ("ch", True, False, False, False),
        ("de", False, None, False, True),
        ("de", True, True, False, True),
        ("de", True, False, False, False),
        ("fr", True, None, False, False),
        ("fr", True, True, False, False),
        ("eu", False, None, True, True),
        ("eu", True, False, False, False),
        ("none", False, None, True, True),
    ],
)
def test_a_fee_is_charged_only_where_the_law_lets(
    law, everybody, client, at_first, later
):
    policy = replace(POLICY, fees_agreed=everybody)
    debtor = owing(fees_agreed=client)
    charged = [charges_fee(law, policy, debtor, level) for level in (FIRST, SECOND)]
    assert charged == [at_first, later]


@pytest.mark.parametrize(
    ("law", "consumer", "currency", "charged"),
    [
        ("de", False, "EUR", "40"),
        ("fr", False, "EUR", "40"),
        ("eu", False, "EUR", "40"),
        ("de", True, "EUR", None),
        ("fr", True, "EUR", None),
        ("eu", True, "EUR", None),
        ("de", False, "CHF", None),
        ("fr", False, "USD", None),
        ("ch", False, "EUR", None),
        ("ch", False, "CHF", None),
        ("none", False, "EUR", None),
    ],
)
def test_the_lump_sum_is_for_businesses_in_the_union_and_in_euros(
    law, consumer, currency, charged
):
    due = lump_sum(law, owing(consumer=consumer, currency=currency))
    assert due == (charged and money(charged, "EUR"))


def test_three_late_invoices_on_a_letter_are_three_lump_sums():
    """C-78/22: for each of them, however small."""
    level = Level(1, "Mahnung", lump_sum=True)
    late = [
        item(f"{amount} EUR", due="2026-02-09")
        for amount in ("12.00", "300.00", "5000.00")
    ]
    company = replace(
        owing("DE", policy=replace(POLICY, levels=(level,))), items=tuple(late)
    )
    [letter] = plan_run([company], day("2026-03-16")).notices
    assert letter.lump_sum == money(120, "EUR")
    [letter] = plan_run([replace(company, is_consumer=True)], day("2026-03-16")).notices
    assert letter.lump_sum == money(0, "EUR")


@pytest.mark.parametrize("country", ["CH", "DE", "FR", "AT", "US"])
def test_no_letter_ever_charges_what_the_law_forbids(country):
    """Whatever the policy wants, and whatever was agreed."""
    fees = {"EUR": money(20, "EUR"), "CHF": money(20, "CHF")}
    for currency, consumer, everybody, client, fee_per, interest in product(
        ["EUR", "CHF"],
        [False, True],
        [False, True],
        [None, False, True],
        ["letter", "invoice"],
        [{}, {"interest_rate": Decimal(9)}, {"legal_interest": True}],
    ):
        level = Level(1, "Any", fees=fees, fee_per=fee_per, lump_sum=True, **interest)
        levels = (level, replace(level, position=2))
        debtor = owing(
            country,
            consumer=consumer,
            currency=currency,
            policy=replace(POLICY, levels=levels, fees_agreed=everybody),
            fees_agreed=client,
        )
        first = item(f"10.00 {currency}", due="2025-06-16")
        late = replace(first, level=1, deadline_on=day("2025-07-16"))
        [letter] = plan_run(
            [replace(debtor, items=(late, first))], day("2025-09-01"), Conditions(BOOK)
        ).notices
        law = regime_of(debtor.policy, country, "CH")
        agreed = everybody if client is None else client
        may_fee = {"fr": False, "ch": agreed}.get(law, client is not False)
        assert (letter.fee.amount > 0) == may_fee
        may_lump = not consumer and currency == "EUR" and law != "ch"
        assert (letter.lump_sum.amount > 0) == may_lump
        of_nobody = consumer and law in {"fr", "eu"}
        may_interest = interest and not (of_nobody and level.legal_interest)
        assert (letter.interest.amount > 0) == bool(may_interest)


@pytest.mark.parametrize(
    ("country", "consumer", "steps"),
    [
        ("CH", False, [("2025-01-01", "5")]),
        ("CH", True, [("2025-01-01", "5")]),
        ("DE", False, [("2025-01-01", "11.27"), ("2025-07-01", "10.27")]),
        ("DE", True, [("2025-01-01", "7.27"), ("2025-07-01", "6.27")]),
        # 3.15 of 1 January to the end of June, though 2.40 came in April.
        ("FR", False, [("2025-01-01", "13.15"), ("2025-07-01", "12.15")]),
        ("AT", False, [("2025-01-01", "11.15"), ("2025-07-01", "10.15")]),
        # Neither L441-10 nor the directive speaks of consumers.
        ("FR", True, []),
        ("AT", True, []),
    ],
)
def test_the_rate_of_the_law(country, consumer, steps):
    assert rates(owing(country, consumer=consumer)) == steps


def test_outside_of_every_law_only_what_was_agreed_is_charged():
    away = owing("US", policy=replace(POLICY, regime="none"))
    assert rates(away) == []
    assert rates(replace(away, terms=Terms(agreed_rate=Decimal(7)))) == [
        ("2025-01-01", "7")
    ]


def test_an_agreed_rate_takes_the_place_of_the_laws_and_the_levels():
    agreed = owing("DE", agreed_rate=Decimal("6.50"))
    fixed = Level(2, "Fixed", interest_rate=Decimal(8))
    assert rates(agreed) == rates(agreed, fixed) == [("2025-01-01", "6.50")]
    assert rates(owing("DE"), fixed) == [("2025-01-01", "8")]


def test_a_level_without_interest_has_none_whatever_was_agreed():
    assert rates(owing("DE", agreed_rate=Decimal(9)), FIRST) == []


def test_an_agreed_rate_of_nothing_means_none():
    assert rates(owing("FR", agreed_rate=Decimal(0))) == []
    assert rates(owing("CH", agreed_rate=Decimal(0))) == []


def test_in_france_an_agreed_rate_is_no_lower_than_three_times_the_legal_rate():
    low = owing("FR", agreed_rate=Decimal(9))
    steps = steps_for(
        SECOND, POLICY, low, BOOK, "CH", day("2024-07-01"), day("2025-12-31")
    )
    assert [(f"{s.since}", f"{s.percent:f}", s.ground) for s in steps] == [
        ("2024-07-01", "14.76", Ground.FR_FLOOR),
        ("2025-01-01", "11.13", Ground.FR_FLOOR),
        ("2025-07-01", "9", Ground.AGREED),
    ]
    assert rates(owing("FR", consumer=True, agreed_rate=Decimal(9))) == [
        ("2025-01-01", "9")
    ]


def test_a_floor_nobody_knows_leaves_the_agreed_rate():
    low = owing("FR", agreed_rate=Decimal(2))
    assert rates(low, book=EMPTY) == [("2025-01-01", "2")]
    # The legal rate is known from July 2024 on.
    assert rates(low, first="2024-06-01", last="2024-07-31") == [
        ("2024-06-01", "2"),
        ("2024-07-01", "14.76"),
    ]


def test_a_rate_nobody_knows_is_not_guessed():
    assert rates(owing("DE"), first="2024-12-01", last="2025-01-31") == [
        ("2024-12-01", None),
        ("2025-01-01", "11.27"),
    ]
    assert rates(owing("AT"), book=EMPTY) == [("2025-01-01", None)]


def test_an_unchanged_rate_entered_again_makes_no_step():
    assert rates(owing("DE"), first="2025-07-01", last="2026-06-30") == [
        ("2025-07-01", "10.27")
    ]


def test_the_newest_rate_holds_until_one_is_entered():
    assert rates(owing("DE"), first="2030-01-01", last="2031-01-01") == [
        ("2030-01-01", "10.27")
    ]
