"""What stands on one letter, who charges what, and how it goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.money import plain, total
from dunning.rules.dossier import Policy, Terms
from dunning.rules.letters import Conditions
from dunning.rules.plan import plan_run
from dunning.rules.rates import book_of
from tests.dunning.cases import dossier, item, level, money

ON = date(2026, 3, 16)
FEES = Policy("Fees", (level(1, fee="5 CHF,5 EUR"), level(2, fee="20 CHF,20 EUR")))
HIGHER = {"level": 1, "deadline": "2026-02-26"}
THREE = (
    item("300.00 CHF", number="A", due="2026-01-12", **HIGHER),
    item("200.00 CHF", number="B", due="2026-02-10"),
    item("100.00 CHF", number="C", due="2026-02-20"),
)


def letters(*items, policy=FEES, on=ON, conditions=None, credit="", **given):
    found = replace(dossier(*items, policy=policy, credit=credit), **given)
    return plan_run([found], on, conditions or Conditions())


@pytest.mark.parametrize(
    ("grouping", "parts"),
    [
        ("client", [("", "ABC", "20.00", "620.00")]),
        ("level", [("L2", "A", "20.00", "320.00"), ("L1", "BC", "5.00", "305.00")]),
        ("invoice", [("A", "A", "20.00", "320.00"), ("B", "B", "5.00", "205.00"), ("C", "C", "5.00", "105.00")]),
    ],
)  # fmt: skip
def test_one_letter_for_a_client_a_level_or_an_invoice(grouping, parts):
    plan = letters(*THREE, policy=replace(FEES, grouping=grouping))
    assert [
        (
            notice.lines[0].item.number if notice.part[:1] == "I" else notice.part,
            "".join(line.item.number for line in notice.lines),
            plain(notice.fee),
            plain(notice.total),
        )
        for notice in plan.notices
    ] == parts
    assert [line.level.position for line in plan.proposed] == [2, 1, 1]


@pytest.mark.parametrize(
    ("credit", "claimed", "covered"),
    [
        ("50.00", [("A", "50.00"), ("B", "0.00"), ("C", "0.00")], ""),
        ("300.00", [("B", "0.00"), ("C", "0.00")], "A"),
        ("450.00", [("B", "150.00"), ("C", "0.00")], "A"),
        ("500.00", [("C", "0.00")], "AB"),
        ("600.00", [], "ABC"),
    ],
)
def test_credits_are_deducted_once_though_there_are_several_letters(
    credit, claimed, covered
):
    """The first letters have them; what they cover is not reminded (domain §6)."""
    policy = replace(FEES, grouping="invoice")
    plan = letters(*THREE, policy=policy, credit=f"{credit} CHF")
    assert [
        (notice.lines[0].item.number, plain(notice.credit)) for notice in plan.notices
    ] == claimed
    assert "".join(e.item.number for e in plan.excluded) == covered
    assert {e.reason for e in plan.excluded} <= {"covered_by_credit"}


@given(
    grouping=st.sampled_from(["client", "level", "invoice"]),
    amounts=st.lists(
        st.tuples(st.integers(1, 50_000), st.integers(0, 1), st.integers(0, 60_000)),
        min_size=1,
        max_size=6,
    ),
    credit=st.integers(0, 100_000),
)
def test_however_letters_are_grouped_they_ask_for_the_same_money(
    grouping, amounts, credit
):
    """Σ claimed − credits is that of one letter; no invoice is lost or doubled."""
    items = [
        replace(
            item(f"{cents / 100:.2f} CHF", level=reached, deadline="2026-02-10"),
            disputed=money(f"{min(part, cents) / 100:.2f} CHF") if part else None,
        )
        for cents, reached, part in amounts
    ]
    policy = Policy("P", (level(1), level(2)), grouping=grouping)
    plan = letters(*items, policy=policy, credit=f"{credit / 100:.2f} CHF")
    seen = [line.item.number for line in plan.proposed] + [
        left_out.item.number for left_out in plan.excluded
    ]
    assert sorted(seen) == sorted(one.number for one in items)
    claimable = total((one.claimed for one in items), "CHF")
    net = max(claimable - money(f"{credit / 100:.2f} CHF"), money("0 CHF"))
    assert total((notice.total for notice in plan.notices), "CHF") == net


def test_the_rest_of_a_disputed_invoice_is_reminded():
    """Of 1 000.00 with 300.00 disputed the letter claims 700.00 (4.9)."""
    part = replace(item("1000.00 CHF"), disputed=money("300.00 CHF"))
    [notice] = letters(part).notices
    assert (plain(notice.open), plain(notice.total)) == ("700.00", "705.00")
    whole = replace(item("1000.00 CHF"), disputed=money("1000.00 CHF"))
    [left_out] = letters(whole).excluded
    assert (left_out.reason, left_out.detail) == ("disputed", {"disputed": "1000.00"})


def test_a_fee_may_be_charged_for_each_invoice():
    policy = Policy(
        "P",
        (
            replace(level(1, fee="5 CHF"), fee_per="invoice"),
            replace(level(2, fee="20 CHF"), fee_per="invoice"),
        ),
    )
    [notice] = letters(*THREE, policy=policy).notices
    assert [plain(line.fee) for line in notice.lines] == ["20.00", "5.00", "5.00"]
    assert plain(notice.total) == "630.00"


def test_earlier_fees_are_asked_for_once_more_on_the_first_letter_only():
    """Levels of 0/20/40: after the third 60.00 are due, of which 40.00 new (§11)."""
    policy = Policy("P", (level(1), level(2, fee="20 CHF"), level(3, fee="40 CHF")))
    third = item("100.00 CHF", level=2, deadline="2026-02-26")
    [notice] = letters(third, policy=policy, earlier=money("20.00 CHF")).notices
    assert (plain(notice.earlier), plain(notice.fee)) == ("20.00", "40.00")
    assert plain(notice.total) == "160.00"
    several = letters(
        *THREE,
        policy=replace(FEES, grouping="invoice"),
        earlier=money("20.00 CHF"),
    )
    assert [plain(notice.earlier) for notice in several.notices] == [
        "20.00",
        "0.00",
        "0.00",
    ]


def test_a_letter_on_which_somebody_wants_no_fee_bears_none():
    waived = replace(THREE[1], no_fee="long-standing client")
    [notice] = letters(THREE[0], waived).notices
    assert (plain(notice.fee), plain(notice.total)) == ("0.00", "500.00")


@pytest.mark.parametrize(
    ("level_says", "client_says", "has_email", "goes_by"),
    [
        ("email", "", True, "email"),
        ("email", "", False, "post"),
        ("post", "", True, "post"),
        ("both", "", True, "both"),
        ("both", "", False, "post"),
        ("email", "post", True, "post"),
        ("post", "email", True, "email"),
        ("post", "email", False, "post"),
    ],
)
def test_the_channel_is_the_clients_or_the_levels_and_post_without_an_address(
    level_says, client_says, has_email, goes_by
):
    policy = Policy("P", (replace(level(1), channel=level_says),))
    [notice] = letters(
        item(), policy=policy, terms=Terms(channel=client_says), has_email=has_email
    ).notices
    assert notice.channel == goes_by


@pytest.mark.parametrize(
    ("term", "deadline"),
    [
        (5, "2026-03-23"),  # Saturday the 21st
        (7, "2026-03-23"),
        (10, "2026-03-26"),
        (18, "2026-04-07"),  # Good Friday, the weekend, Easter Monday
    ],
)
def test_a_deadline_that_would_end_on_a_day_off_ends_on_the_next_working_day(
    term, deadline
):
    policy = Policy("P", (level(1, term=term),), working_days=True)
    easter = Conditions(holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
    [notice] = letters(item(), policy=policy, conditions=easter).notices
    assert notice.deadline_on == date.fromisoformat(deadline)
    assert notice.lines[0].deadline_on == notice.deadline_on


BOOK = book_of(
    [
        ("bundesbank", date(2025, 7, 1), Decimal("1.27")),
        ("ecb", date(2025, 6, 11), Decimal("2.15")),
        ("ch", date(1912, 1, 1), Decimal(5)),
    ]
)


@pytest.mark.parametrize(
    ("country", "consumer", "code", "fee", "interest", "lump_sum"),
    [
        ("CH", False, "CHF", "20.00", "15.41", "0.00"),
        ("CH", True, "CHF", "20.00", "15.41", "0.00"),
        ("DE", False, "EUR", "20.00", "31.65", "40.00"),
        ("DE", True, "EUR", "20.00", "19.33", "0.00"),
        ("DE", False, "CHF", "20.00", "31.65", "0.00"),
        ("FR", False, "EUR", "0.00", "37.45", "40.00"),
        ("FR", True, "EUR", "0.00", "0.00", "0.00"),
        ("AT", False, "EUR", "20.00", "31.28", "40.00"),
    ],
)
def test_example_4_on_a_letter_with_what_the_law_of_the_client_allows(
    country, consumer, code, fee, interest, lump_sum
):
    """2 500.00 due on Friday 2026-01-30, letter of 2026-03-16: 45 days (domain §11)."""
    by_law = {"legal_interest": True, "lump_sum": True}
    policy = Policy(
        "P",
        (level(1), replace(level(2, fee="20 CHF,20 EUR"), **by_law)),
    )
    late = item(f"2500.00 {code}", due="2026-01-30", level=1, deadline="2026-03-01")
    plan = plan_run(
        [
            replace(
                dossier(late, policy=policy, currency=code),
                country=country,
                is_consumer=consumer,
            )
        ],
        ON,
        Conditions(book=BOOK),
    )
    [notice] = plan.notices
    assert [plain(part) for part in (notice.fee, notice.interest, notice.lump_sum)] == [
        fee,
        interest,
        lump_sum,
    ]
    assert notice.total == notice.open + notice.fee + notice.interest + notice.lump_sum


def test_the_lump_sum_is_charged_once_in_a_cycle():
    policy = Policy("P", (level(1), replace(level(2), lump_sum=True)))
    late = replace(
        item("10 EUR", level=1, deadline="2026-02-26"), lump_sum_charged=True
    )
    found = replace(dossier(late, policy=policy, currency="EUR"), country="DE")
    [notice] = plan_run([found], ON).notices
    assert not notice.lump_sum.amount


def test_interest_that_was_paid_or_waived_is_not_asked_for_again():
    policy = Policy("P", (level(1, rate="5"),))
    late = replace(
        item("1200.00 CHF", due="2026-01-12"), interest_settled=money("4.00 CHF")
    )
    [notice] = letters(late, policy=policy).notices
    assert plain(notice.interest) == "6.36"
    more = replace(late, interest_settled=money("50.00 CHF"))
    [notice] = letters(more, policy=policy).notices
    assert plain(notice.interest) == "0.00"


def test_in_germany_the_first_reminder_of_an_invoice_costs_nothing():
    """Neither alone nor on the letter of a higher level (BGB 286, 280 II)."""
    each = {"fee_per": "invoice"}
    policy = Policy(
        "P",
        (
            replace(level(1, fee="5 EUR"), **each),
            replace(level(2, fee="20 EUR"), **each),
        ),
    )
    second = item("300.00 EUR", level=1, deadline="2026-02-26")
    found = dossier(second, item("200.00 EUR"), policy=policy, currency="EUR")
    [notice] = plan_run([replace(found, country="DE")], ON).notices
    assert [plain(line.fee) for line in notice.lines] == ["20.00", "0.00"]


def test_no_interest_is_charged_on_what_is_disputed():
    """Of 1 200.00 with 600.00 disputed: 600 × 5 % × 63 / 365 = 5.18."""
    policy = Policy("P", (level(1, rate="5"),))
    late = item("1200.00 CHF", due="2026-01-12")
    [notice] = letters(
        replace(late, disputed=money("600.00 CHF")), policy=policy
    ).notices
    assert (plain(notice.open), plain(notice.interest)) == ("600.00", "5.18")
