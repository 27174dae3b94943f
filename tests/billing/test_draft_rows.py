"""Lines added, moved and removed without JavaScript, and totals as they are typed."""

from __future__ import annotations

import pytest

from billing.draft_entry import moved
from billing.models import Draft
from tests import make
from tests.billing.writing import errors, line, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def new(db):
    return f"/clients/{make.client('D-1').pk}/draft/"


def described(page):
    return [form["description"].value() for form in page.context["entry"].lines]


@pytest.mark.parametrize(
    ("button", "rows"),
    [
        ("add", ["A", "B", "C", ""]),
        ("up-1", ["B", "A", "C"]),
        ("down-1", ["A", "C", "B"]),
        ("up-0", ["A", "B", "C"]),
        ("down-2", ["A", "B", "C"]),
        ("remove-0", ["B", "C"]),
        ("remove-9", ["A", "B", "C"]),
        ("nonsense", ["A", "B", "C"]),
        ("up-999", ["A", "B", "C"]),
    ],
)
def test_a_button_moves_a_line_and_stores_nothing(desk, new, button, rows):
    sent = written(line("A"), line("B", price="a typo"), line("C"), title="Subject")
    page = desk.post(new, sent | {"lines": button})
    assert described(page) == rows
    entry = page.context["entry"]
    assert entry.head["title"].value() == "Subject"
    if "B" in rows:
        assert entry.lines[rows.index("B")]["price"].value() == "a typo"
    assert not Draft.objects.exists()


def test_a_new_line_is_proposed_the_default_rate(desk, new):
    page = desk.post(new, written(line("A"), lines="add"))
    last = page.context["entry"].lines[1]
    assert (last["quantity"].value(), last["vat_code"].value()) == ("1", "CH8.1")
    assert errors(page) == set()


def test_instalments_are_added_and_removed(desk, new):
    parts = [("30", "50"), ("60", "50")]
    page = desk.post(new, written(line(), parts=parts) | {"parts": "add"})
    assert [form["days"].value() for form in page.context["entry"].parts] == [
        "30",
        "60",
        "",
    ]
    sent = written(line(), parts=parts) | {"parts": "remove-0"}
    page = desk.post(new, sent)
    assert [form["days"].value() for form in page.context["entry"].parts] == ["60"]


@pytest.mark.parametrize("count", ["", "x", "1e9", "99999999999999999999"])
def test_a_count_of_rows_that_was_tampered_with_breaks_nothing(desk, new, count):
    sent = written(line()) | {"lines-TOTAL_FORMS": count}
    assert desk.post(new, sent).status_code == 200
    assert desk.post(new, sent | {"lines": "add"}).status_code == 200
    assert not Draft.objects.exists()


def test_moving_a_row_past_the_ends_leaves_the_rows():
    rows = [{"n": "1"}, {"n": "2"}]
    assert moved(list(rows), "up", 0, {}) == moved(list(rows), "down", 1, {}) == rows


def test_totals_come_as_they_are_typed_and_nothing_is_stored(desk, new):
    sent = written(
        line("A", "2", price="100", vat="CH8.1"),
        line("B", price="50", discount="10", vat="CH2.6"),
        line("C", price="oops"),
    )
    page = desk.post("/drafts/totals/", sent)
    entry = page.context["entry"]
    assert [f"{row.rate.code} {row.vat.amount}" for row in entry.totals.vat_rows] == [
        "CH8.1 16.20",
        "CH2.6 1.17",
    ]
    assert f"{entry.totals.total.amount}" == "262.37"
    assert [row.amount and f"{row.amount.amount}" for row in entry.rows] == [
        "200.00",
        "45.00",
        None,
    ]
    text = page.content.decode()
    assert "262.37" in text
    assert "1 line is not counted yet" in text
    assert 'id="lines-1-amount"' in text
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"currency": ""}, "Write the currency"),
        ({"currency": "XXQ"}, "Write the currency"),
        ({"lines-0-price": "-5"}, "else write a credit note"),
        ({"lines-0-price": "99999999999", "lines-0-quantity": "99999999"}, "too large"),
        ({"prices_include_vat": "True", "lines-0-vat_code": "CH8.1"}, "92.51"),
        ({"round_to_five": "on", "lines-0-price": "10.01"}, "Rounding"),
        ({"lines-0-price": "\x00"}, "not counted"),
        ({"draft": "9" * 30}, "100.00"),
        ({"draft": "x"}, "100.00"),
    ],
)
def test_totals_of_anything_are_words_or_figures(desk, more, text):
    page = desk.post("/drafts/totals/", written(line()) | more)
    assert text in page.content.decode()


def test_the_totals_of_the_page_and_of_typing_are_the_same(desk):
    draft = make.draft(("3", "33.335", "CH8.1"), "0.10", prices_include_vat=True)
    page = desk.get(f"/drafts/{draft.pk}/")
    shown = page.context["entry"].totals
    sent = written(
        line(quantity="3", price="33.335", vat="CH8.1"), line(price="0.10")
    ) | {"prices_include_vat": "True", "lines-0-price": "33.3350"}
    typed = desk.post("/drafts/totals/", sent | {"draft": draft.pk})
    assert typed.context["entry"].totals == shown
