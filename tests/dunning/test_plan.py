"""Who is reminded on a day, and why not the others (domain §6, §8, §9)."""

from __future__ import annotations

from datetime import date

import pytest

from billing.rules.money import plain
from dunning.rules.dossier import Policy, Reason
from dunning.rules.plan import plan_run
from tests.dunning.cases import EXAMPLE_2, day, dossier, item, level, money


def outcome(plan):
    """What became of each invoice: its new level, or the reason."""
    found = {line.item.number: line.level.position for line in plan.proposed}
    return found | {e.item.number: str(e.reason) for e in plan.excluded}


def of_one(on, *, policy=EXAMPLE_2, **given):
    plan = plan_run([dossier(item(number="I", **given), policy=policy)], day(on))
    return outcome(plan).get("I")


@pytest.mark.parametrize(
    ("on", "level", "deadline", "expected"),
    [
        # Example 2: due Monday 09.02.2026. B06: not on the due date itself.
        ("2026-02-09", 0, "", None),
        ("2026-02-10", 0, "", "deadline_running"),
        ("2026-02-14", 0, "", "deadline_running"),
        ("2026-02-15", 0, "", 1),
        ("2026-02-16", 0, "", 1),
        # Reminded on 16.02 until 26.02: 17.02 proposes nothing, nor does 03.03.
        ("2026-02-17", 1, "2026-02-26", "deadline_running"),
        ("2026-02-26", 1, "2026-02-26", "deadline_running"),
        ("2026-03-03", 1, "2026-02-26", "deadline_running"),
        ("2026-03-04", 1, "2026-02-26", 2),
        # Reminded on 04.03 until 14.03; level 3 has three grace days.
        ("2026-03-17", 2, "2026-03-14", "deadline_running"),
        ("2026-03-18", 2, "2026-03-14", 3),
        # A missed day is caught up; a year of neglect is still one level (§8).
        ("2027-03-18", 0, "", 1),
        # Nothing beyond the last level (B12).
        ("2026-03-28", 3, "2026-03-28", "deadline_running"),
        ("2026-03-29", 3, "2026-03-28", "last_level_reached"),
        ("2027-03-29", 3, "2026-03-28", "last_level_reached"),
    ],
)
def test_example_2_day_by_day(on, level, deadline, expected):
    assert of_one(on, level=level, deadline=deadline) == expected


def test_the_deadline_is_the_day_of_the_run_plus_the_term():
    plan = plan_run([dossier(item())], date(2026, 2, 16))
    assert [line.deadline_on for line in plan.proposed] == [date(2026, 2, 26)]


def test_a_running_deadline_says_until_when_and_when_next():
    [left_out] = plan_run(
        [dossier(item(level=1, deadline="2026-02-26"))], date(2026, 3, 3)
    ).excluded
    assert left_out.detail == {"deadline": "2026-02-26", "possible": "2026-03-04"}


def test_the_least_days_between_two_reminders():
    policy = Policy("slow", EXAMPLE_2.levels, min_interval_days=30)
    given = {"policy": policy, "level": 1, "deadline": "2026-02-26", "reminded": "2026-02-16"}  # fmt: skip
    assert of_one("2026-03-17", **given) == "deadline_running"
    assert of_one("2026-03-18", **given) == 2


# One row for each reason: what it takes, and nothing else in the way.
REASONS = {
    Reason.NO_POLICY: dossier(item(number="I"), policy=None),
    Reason.UNCOLLECTIBLE: dossier(item(number="I", blocks=["uncollectible"])),
    Reason.DISPUTED: dossier(item(number="I", blocks=["disputed"])),
    Reason.ON_HOLD: dossier(item(number="I", blocks=["on_hold"])),
    Reason.PROMISED: dossier(item(number="I", blocks=["promised"])),
    Reason.CLIENT_BLOCKED: dossier(item(number="I", blocks=["client_blocked"])),
    Reason.IN_ANOTHER_RUN: dossier(item(number="I", blocks=["in_another_run"])),
    Reason.DEADLINE_RUNNING: dossier(item(number="I", due="2026-03-16")),
    Reason.LAST_LEVEL_REACHED: dossier(
        item(number="I", level=3, deadline="2026-03-01")
    ),
    Reason.COVERED_BY_CREDIT: dossier(item(number="I"), credit="100.00 CHF"),
    Reason.BELOW_MINIMUM: dossier(
        item(number="I"), policy=Policy("P", (level(1, minimum="100.01 CHF"),))
    ),
}
INTERNAL = {Reason.PAID_SINCE, Reason.CHANGED, Reason.NOT_SELECTED}


@pytest.mark.parametrize("reason", sorted(set(Reason) - INTERNAL))
def test_every_reason(reason):
    [left_out] = plan_run([REASONS[reason]], date(2026, 3, 17)).excluded
    assert left_out.reason is reason


def test_a_policy_without_levels_is_no_policy():
    assert of_one("2026-03-17", policy=Policy("empty", ())) == "no_policy"


def test_the_first_reason_in_order_is_given():
    order = [reason for reason in Reason if reason in REASONS][1:7]
    for place in range(len(order)):
        blocks = list(reversed(order[place:]))
        # Level 3 is the last one, and its deadline runs: both count less.
        assert of_one("2026-03-17", blocks=blocks, level=3, deadline="2026-03-20") == order[place]  # fmt: skip
    assert of_one("2026-03-17", level=3, deadline="2026-03-20") == "deadline_running"


@pytest.mark.parametrize(
    ("credit", "expected", "total"),
    [
        ("0.00 CHF", {"A": 1, "B": 1}, "400.00"),
        ("100.00 CHF", {"A": 1, "B": 1}, "300.00"),
        ("399.99 CHF", {"A": 1, "B": 1}, "0.01"),
        ("400.00 CHF", dict.fromkeys("AB", "covered_by_credit"), None),
        ("450.00 CHF", dict.fromkeys("AB", "covered_by_credit"), None),
    ],
)
def test_section_6_credits_cover_or_are_deducted(credit, expected, total):
    plan = plan_run(
        [dossier(item("250.00 CHF", number="A"), item("150.00 CHF", number="B"), credit=credit)],
        date(2026, 3, 17),
    )  # fmt: skip
    assert outcome(plan) == expected
    assert [plain(notice.total) for notice in plan.notices] == [total] * bool(total)


def test_credits_count_only_against_invoices_that_could_be_reminded():
    plan = plan_run(
        [
            dossier(
                item("250.00 CHF", number="A"),
                item("1000.00 CHF", number="B", blocks=["disputed"]),
                credit="300.00 CHF",
            )
        ],
        date(2026, 3, 17),
    )
    assert outcome(plan) == {"A": "covered_by_credit", "B": "disputed"}


def test_the_minimum_is_compared_with_what_is_left_after_credits():
    policy = Policy("P", (level(1, minimum="300.00 CHF"),))
    for credit, expected in [("100.00 CHF", 1), ("100.01 CHF", "below_minimum")]:
        plan = plan_run(
            [dossier(item("400.00 CHF", number="A"), credit=credit, policy=policy)],
            date(2026, 3, 17),
        )
        assert outcome(plan) == {"A": expected}


def test_a_trifle_at_a_high_level_does_not_silence_the_other_invoices():
    policy = Policy("P", (level(1), level(2, minimum="500.00 CHF")))
    plan = plan_run(
        [
            dossier(
                item("10.00 CHF", number="A", level=1, deadline="2026-02-20"),
                item("50.00 CHF", number="B"),
                policy=policy,
            )
        ],
        date(2026, 3, 17),
    )
    assert outcome(plan) == {"A": "below_minimum", "B": 1}


def test_one_letter_a_client_and_currency_and_none_shares_credits():
    plan = plan_run(
        [
            dossier(item("80.00 EUR"), credit="100.00 EUR", currency="EUR"),
            dossier(item("80.00 CHF"), item("20.00 CHF")),
            dossier(item("7 JPY"), client="K-0", currency="JPY"),
        ],
        date(2026, 3, 17),
    )
    letters = [(n.dossier.client_number, plain(n.total)) for n in plan.notices]
    assert letters == [("K-0", "7"), ("K-1", "100.00")]


def test_lines_stand_by_due_date_then_number():
    plan = plan_run(
        [
            dossier(
                item(number="B", due="2026-02-02"),
                item(number="A", due="2026-02-02"),
                item(number="C", due="2026-02-01"),
            )
        ],
        date(2026, 3, 17),
    )
    assert [line.item.number for line in plan.proposed] == ["C", "A", "B"]


def section_13():
    policy = Policy(
        "§13", (level(1, fee="0 CHF"), level(2, fee="20.00 CHF", rate="5"), level(3))
    )
    return dossier(
        item("1200.00 CHF", number="INV-7", due="2026-01-12", level=1, deadline="2026-02-26"),
        item("350.00 CHF", number="INV-8", due="2026-02-20"),
        credit="50.00 CHF",
        policy=policy,
    )  # fmt: skip


def test_section_13_the_arithmetic_of_a_letter():
    [notice] = plan_run([section_13()], date(2026, 3, 16)).notices
    assert [
        plain(part)
        for part in (notice.open, notice.credit, notice.fee, notice.interest, notice.total)
    ] == ["1550.00", "50.00", "20.00", "10.36", "1530.36"]  # fmt: skip
    assert (notice.level.position, notice.deadline_on) == (2, date(2026, 3, 26))
    assert [
        (line.item.number, line.level.position, plain(line.fee), plain(line.interest), line.interest_days)
        for line in notice.lines
    ] == [("INV-7", 2, "20.00", "10.36", 63), ("INV-8", 1, "0.00", "0.00", 0)]  # fmt: skip


def test_the_fee_is_that_of_the_currency_and_nothing_where_none_is_named():
    policy = Policy("P", (level(1, fee="20.00 CHF,15.00 EUR"),))
    fees = [
        plain(notice.fee)
        for notice in plan_run(
            [
                dossier(item(f"10 {code}"), currency=code, policy=policy)
                for code in ("CHF", "EUR", "JPY", "KWD")
            ],
            date(2026, 3, 17),
        ).notices
    ]
    assert fees == ["20.00", "15.00", "0", "0.000"]


def test_nothing_open_and_nothing_late_is_not_spoken_of():
    plan = plan_run(
        [dossier(item("0.00 CHF"), item(due="2026-03-17"))], date(2026, 3, 17)
    )
    assert (plan.notices, plan.excluded) == ((), ())
    assert money("0 CHF") == money("0.00 CHF")
