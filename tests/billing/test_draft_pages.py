"""The page on which an invoice is written: stored as meant, or told what is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.models import Draft
from billing.rules.money import plain
from tests import make
from tests.billing.writing import errors, line, stored, written

pytestmark = pytest.mark.django_db

BLANK = ("", "1", "", "", "", "CH8.1")


@pytest.fixture
def client_(db):
    return make.client("D-1", language="de", currency="CHF")


@pytest.fixture
def new(client_):
    return f"/clients/{client_.pk}/draft/"


def test_it_starts_with_what_the_client_is_used_to(desk, client_, new):
    client_.terms_days = 10
    client_.save()
    entry = desk.get(new).context["entry"]
    values = [entry.head[name].value() for name in ("language", "currency")]
    assert values == ["de", "CHF"]
    assert entry.head["terms_days"].value() == 10
    assert entry.head["round_to_five"].value() is True
    assert [form["vat_code"].value() for form in entry.lines] == ["CH8.1"] * 3
    assert not Draft.objects.exists()


def test_what_is_written_is_stored_in_its_order(desk, accountant, new):
    sent = written(
        line("Work\nin May", "12.5", "h", "150", "5", "CH8.1"),
        BLANK,
        line("Rebate", "1", "", "-20,5"),
        issued_on="2026-05-31",
        title="May",
        opening="Dear  Sirs",
        order_reference="PO 7",
        discount_percent="2",
        discount_days="10",
        round_to_five="on",
    )
    answer = desk.post(new, sent)
    draft = Draft.objects.get()
    assert answer.url == f"/drafts/{draft.pk}/"
    assert stored(draft) == [("Work\nin May", "12.5", "150"), ("Rebate", "1", "-20.5")]
    assert draft.lines.first().discount_percent == 5
    assert (draft.title, draft.opening) == ("May", "Dear Sirs")
    assert (draft.discount_percent, draft.discount_days) == (Decimal(2), 10)
    assert (draft.created_by, draft.round_to_five) == (accountant, True)
    entry = desk.get(answer.url).context["entry"]
    assert plain(entry.totals.total) == "1905.05"


def test_a_double_click_stores_it_once(desk, new):
    sent = written(line())
    first, again = desk.post(new, sent), desk.post(new, sent)
    assert first.url == again.url
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("button", "page"),
    [("stay", ""), ("pdf", "pdf/"), ("issue", "issue/"), ("nonsense", "")],
)
def test_the_button_says_what_comes_next(desk, new, button, page):
    answer = desk.post(new, written(line(), then=button))
    assert answer.url == f"/drafts/{Draft.objects.get().pk}/{page}"


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (written(line(price="1e5")), {"lines-0-price"}),
        (written(line(price="1_000")), {"lines-0-price"}),
        (written(line(price="１２.５０")), {"lines-0-price"}),
        (written(line(price="NaN")), {"lines-0-price"}),
        (written(line(price="1.234")), {"lines-0-price"}),
        (written(line(price="0.12345")), {"lines-0-price"}),
        (written(line(price="100000000000")), {"lines-0-price"}),
        (written(line(price="")), {"lines-0-price"}),
        (written(line(description=" \u00a0\t")), {"lines-0-description"}),
        (written(line(description="x" * 1001)), {"lines-0-description"}),
        (written(line(unit="x" * 21)), {"lines-0-unit"}),
        (written(line(quantity="")), {"lines-0-quantity"}),
        (written(line(quantity="1.123456789")), {"lines-0-quantity"}),
        (written(line(quantity="999999999")), {"lines-0-quantity"}),
        (written(line(discount="101")), {"lines-0-discount_percent"}),
        (written(line(discount="-5")), {"lines-0-discount_percent"}),
        (written(line(discount="5.125")), {"lines-0-discount_percent"}),
        (written(line(vat="XX")), {"lines-0-vat_code"}),
        (written(line(vat="")), {"lines-0-vat_code"}),
        (written(line(price="-1")), {"total"}),
        (written(line(price="0")), {"total"}),
        (written(line(), line(price="-100.01")), {"total"}),
        (written(line(quantity="11", price="99999999999")), {"total"}),
        (written(line(), currency="XXQ"), {"currency"}),
        (written(line(), currency="CLF"), {"currency"}),
        (written(line(), currency=""), {"currency"}),
        (written(line(), language="xx"), {"language"}),
        (written(line(), issued_on="2026-02-29"), {"issued_on"}),
        (written(line(), issued_on="0001-01-01"), {"issued_on"}),
        (written(line(), terms_days="-1"), {"terms_days"}),
        (written(line(), terms_days="٣"), {"terms_days"}),
        (written(line(), terms_days="366"), {"terms_days"}),
        (written(line(), terms_days="10.5"), {"terms_days"}),
        (written(line(), discount_percent="2"), {"discount_days"}),
        (written(line(), discount_days="5"), {"discount_percent"}),
        (
            written(line(), discount_percent="2", discount_days="31"),
            {"discount_days"},
        ),
        (written(line(), title="x" * 121), {"title"}),
        (written(line(), parts=[("30", "100")]), {"parts"}),
        (written(line(), parts=[("30", "50"), ("60", "49.99")]), {"parts"}),
        (written(line(), parts=[("60", "50"), ("30", "50")]), {"parts"}),
        (written(line(), parts=[("30", ""), ("60", "50")]), {"parts-0-percent"}),
        (written(line(), parts=[("30", "0"), ("60", "100")]), {"parts-0-percent"}),
        (written(line(), key="nonsense"), {"key"}),
        (written(line(), version="x"), {"version"}),
    ],
)
def test_what_is_wrong_is_told_there_and_nothing_is_lost(desk, new, sent, wrong):
    page = desk.post(new, sent)
    assert page.status_code == 200
    assert errors(page) == wrong
    assert not Draft.objects.exists()
    entry = page.context["entry"]
    assert entry.lines[0]["price"].value() == sent["lines-0-price"]
    assert entry.head["title"].value() == sent["title"]


@pytest.mark.parametrize(
    ("currency", "price", "total"),
    [
        ("JPY", "1000.5", "1001"),
        ("KWD", "1.234", "1.234"),
        ("KWD", "1,2345", "1.235"),
        ("EUR", "1'234.5678", "1234.57"),
        ("EUR", "1 234,50", "1234.50"),
        ("EUR", "1.234,50", "1234.50"),
        ("CHF", "0.1249", "0.12"),
    ],
)
def test_prices_are_read_as_people_write_them(desk, new, currency, price, total):
    answer = desk.post(new, written(line(price=price), currency=currency))
    entry = desk.get(answer.url).context["entry"]
    assert plain(entry.totals.total) == total
    # What the page shows can be sent as it is.
    shown = entry.lines[0]["price"].value()
    again = desk.post(answer.url, written(line(price=shown), currency=currency))
    assert again.status_code == 302
    assert desk.get(answer.url).context["entry"].totals.total == entry.totals.total


def test_only_francs_are_rounded_to_five(desk, new):
    for currency, total in [("CHF", "10.00"), ("EUR", "10.01")]:
        sent = written(line(price="10.01"), currency=currency, round_to_five="on")
        entry = desk.get(desk.post(new, sent).url).context["entry"]
        assert plain(entry.totals.total) == total


def test_instalments_are_stored_with_the_draft(desk, new):
    parts = [("30", "33.33"), ("60", "33.33"), ("", ""), ("90", "33.34")]
    desk.post(new, written(line(), parts=parts))
    rows = Draft.objects.get().instalments.values_list("position", "days")
    assert list(rows) == [(1, 30), (2, 60), (3, 90)]


def test_three_hundred_lines_are_stored_and_one_more_is_refused(desk, new):
    answer = desk.post(new, written(*[line(price=str(n + 1)) for n in range(300)]))
    draft = Draft.objects.get()
    assert answer.url == f"/drafts/{draft.pk}/"
    assert [row.price for row in draft.lines.all()] == list(range(1, 301))
    entry = desk.get(answer.url).context["entry"]
    assert plain(entry.totals.total) == "45150.00"
    page = desk.post(new, written(*[line()] * 301))
    assert errors(page) == {"lines"}
    assert Draft.objects.count() == 1


def test_the_page_of_a_draft_needs_few_queries(desk, django_assert_max_num_queries):
    draft = make.draft(*["5.00"] * 60, instalments=[(30, "50"), (60, "50")])
    desk.get(f"/drafts/{draft.pk}/")
    with django_assert_max_num_queries(16):
        desk.get(f"/drafts/{draft.pk}/")
