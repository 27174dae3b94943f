"""Interest by the law of every country, to the cent (domain §11, examples 3 and 4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.rules.items import Settlement
from billing.rules.money import money, plain, zero
from dunning.facts.rates import rate_book, unchecked_tables
from dunning.models import Rate
from dunning.rules.charges import interest, interest_segments, segment_json, segment_of
from dunning.rules.dossier import Level, Policy
from dunning.rules.law import steps_for
from dunning.rules.rates import Ground, Step
from tests.dunning.cases import day
from tests.dunning.test_law import owing

LEGAL = Level(1, "By law", legal_interest=True)


def by_law(debtor, total, due, until, paid=(), day_count="365"):
    code = debtor.currency
    policy = Policy("Law", (LEGAL,), day_count=day_count)
    steps = steps_for(LEGAL, policy, debtor, rate_book(), "CH", day(due), day(until))
    settled = [Settlement(day(on), money(part, code)) for on, part in paid]
    segments = interest_segments(
        money(total, code), settled, steps, day(due), day(until), day_count
    )
    return segments, plain(interest(segments, zero(code)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "consumer", "day_count", "segments", "charged"),
    [
        ("DE", False, "365", "14:43.23 21:59.09 42:70.91", "173.23"),
        ("DE", True, "365", "14:27.88 21:36.07 42:43.29", "107.24"),
        ("FR", False, "365", "14:50.44 21:69.90 42:83.88", "204.22"),
        ("BE", False, "365", "14:42.77 21:58.40 42:70.08", "171.25"),
        ("CH", False, "365", "35:47.95 42:34.52", "82.47"),
        ("CH", True, "365", "35:47.95 42:34.52", "82.47"),
        ("CH", False, "30/360", "35:48.61 40:33.33", "81.94"),
    ],
)
def test_example_3_with_a_part_payment_and_a_change_of_rates(
    country, consumer, day_count, segments, charged
):
    found, total = by_law(
        owing(country, consumer=consumer),
        "10000.00",
        "2025-06-16",
        "2025-09-01",
        [("2025-07-21", "4000.00")],
        day_count,
    )
    assert " ".join(f"{s.days}:{plain(s.interest)}" for s in found) == segments
    assert total == charged
    ends = [f"{s.until}" for s in found]
    assert ends == ["2025-06-30", "2025-07-21", "2025-09-01"][-len(found) :]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "consumer", "charged"),
    [
        ("DE", False, "31.65"),
        ("DE", True, "19.33"),
        ("FR", False, "37.45"),
        ("NL", False, "31.28"),
        ("CH", False, "15.41"),
    ],
)
def test_example_4_of_45_days(country, consumer, charged):
    debtor = owing(country, consumer=consumer)
    found, total = by_law(debtor, "2500.00", "2026-01-30", "2026-03-16")
    assert ([s.days for s in found], total) == ([45], charged)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day_count", "days", "charged"), [("365", 63, "10.36"), ("30/360", 64, "10.67")]
)
def test_section_13_in_both_day_counts(day_count, days, charged):
    debtor = owing("CH", currency="CHF")
    late = ("2026-01-12", "2026-03-16")
    found, total = by_law(debtor, "1200.00", *late, day_count=day_count)
    assert ([s.days for s in found], total) == ([days], charged)


def test_thirty_days_a_month_add_up_over_the_end_of_a_month():
    steps = (Step(day("2026-01-01"), Decimal(36)),)

    def segments(until, *settled):
        paid = [Settlement(day(on), money("100", "CHF")) for on in settled]
        return interest_segments(
            money(1000, "CHF"), paid, steps, day("2026-01-30"), day(until), "30/360"
        )

    # The 31st is no day of its own; February has the days it has, March makes up.
    assert segments("2026-01-31") == []
    assert [s.days for s in segments("2026-02-28")] == [28]
    assert [s.days for s in segments("2026-03-01")] == [31]
    assert [s.days for s in segments("2026-03-01", "2026-02-28")] == [28, 3]
    assert [s.days for s in segments("2026-03-01", "2026-01-31")] == [31]


def test_a_rate_counts_from_its_own_day_and_a_payment_from_the_next():
    steps = (
        Step(day("2026-01-01"), Decimal(10)),
        Step(day("2026-02-01"), Decimal(20)),
    )
    paid = [Settlement(day("2026-02-01"), money("50.00", "CHF"))]
    found = interest_segments(
        money("100.00", "CHF"), paid, steps, day("2026-01-30"), day("2026-02-03")
    )
    assert [(f"{s.since}", f"{s.until}", s.percent, plain(s.principal)) for s in found] == [
        ("2026-01-31", "2026-01-31", 10, "100.00"),
        ("2026-02-01", "2026-02-01", 20, "100.00"),
        ("2026-02-02", "2026-02-03", 20, "50.00"),
    ]  # fmt: skip


def test_the_disputed_part_bears_no_interest():
    steps = (Step(day("2026-01-01"), Decimal(5)),)
    dates = day("2026-01-12"), day("2026-03-16")
    claimed = interest_segments(
        money(1200, "CHF"), [], steps, *dates, less=money(400, "CHF")
    )
    assert claimed == interest_segments(money(800, "CHF"), [], steps, *dates)


def test_a_credit_note_for_more_than_is_owed_leaves_no_principal():
    steps = (Step(day("2026-01-01"), Decimal(5)),)
    gone = [Settlement(day("2026-02-01"), money(900, "CHF"))]
    found = interest_segments(
        money(1200, "CHF"),
        gone,
        steps,
        day("2026-01-12"),
        day("2026-03-16"),
        less=money(400, "CHF"),
    )
    assert [plain(s.principal) for s in found] == ["800.00", "0.00"]
    assert found[-1].interest == found[-1].daily == zero("CHF")


def test_each_further_day_costs_what_is_left_after_a_payment_of_the_day():
    steps = (Step(day("2026-01-01"), Decimal(5)),)
    paid = [Settlement(day("2026-03-16"), money(4000, "CHF"))]
    [only] = interest_segments(
        money(10000, "CHF"), paid, steps, day("2026-01-12"), day("2026-03-16")
    )
    assert (plain(only.principal), plain(only.daily)) == ("10000.00", "0.82")


def test_days_without_a_known_rate_bear_none_and_say_so():
    steps = (Step(day("2026-01-01"), None, Ground.EU), Step(day("2026-02-01"), Decimal(5), Ground.EU))  # fmt: skip
    found = interest_segments(
        money(1000, "CHF"), [], steps, day("2026-01-12"), day("2026-02-12")
    )
    assert [(s.percent, s.days, plain(s.interest)) for s in found] == [
        (None, 19, "0.00"),
        (5, 12, "1.64"),
    ]


def test_without_steps_there_is_no_interest():
    assert (
        interest_segments(money(9, "CHF"), [], (), day("2026-01-12"), day("2026-02-12"))
        == []
    )


@pytest.mark.parametrize("code", ["CHF", "JPY", "KWD"])
def test_a_segment_is_read_as_it_was_kept(code):
    steps = (Step(day("2026-01-01"), Decimal("10.27"), Ground.DE_BUSINESS, Decimal("1.27")), Step(day("2026-02-01"), None))  # fmt: skip
    found = interest_segments(
        money(1000, code), [], steps, day("2026-01-12"), day("2026-02-12"), "30/360"
    )
    assert [segment_of(segment_json(one), code) for one in found] == found


@pytest.mark.django_db
def test_the_rates_of_the_half_year_are_asked_for_once_nobody_looked():
    end = day("2026-06-30")
    assert unchecked_tables(end) == []
    assert unchecked_tables(day("2026-07-01")) == [
        ("ecb", end),
        ("bundesbank", end),
        ("fr_legal", end),
    ]
    Rate.objects.create(table="ecb", since=day("2026-07-01"), percent=Decimal("2.15"))
    Rate.objects.filter(table="fr_legal").delete()
    assert unchecked_tables(day("2026-12-31")) == [
        ("bundesbank", end),
        ("fr_legal", None),
    ]


@pytest.mark.django_db
def test_the_base_rate_follows_the_ecb_as_the_law_says():
    """BGB 247: both move by the same points on 1 January and 1 July."""
    book = rate_book()
    days = [day(f"{year}-{start}") for year in range(2012, 2026) for start in ("01-01", "07-01")]  # fmt: skip
    apart = {book.percent_on("ecb", on) - book.percent_on("bundesbank", on) for on in days}  # fmt: skip
    assert apart == {Decimal("0.88")}


@pytest.mark.django_db
def test_the_book_of_rates_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        rate_book()
