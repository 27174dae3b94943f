"""Lines over several pages: what is carried over is exact at every break."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.billing import bills

ROW = re.compile(r"^Pos\. (\d+)", re.MULTILINE)
CARRIED = re.compile(r"Carried forward: ([\d’.-]+)")
BROUGHT = re.compile(r"Brought forward: ([\d’.-]+)")


def figure(found):
    return Decimal(found[1].replace("’", "")) if found else None


def made(count, text="Pos. {n}", price="{n}.37", **given):
    lines = [
        bills.line(price.format(n=n), text=text.format(n=n))
        for n in range(1, count + 1)
    ]
    content = bills.content(lines, language="en", **given)
    return content, bills.pages(bills.pdf(content))


@pytest.mark.parametrize("count", [1, 10, 23, 24, 25, 60, 300])
def test_each_page_goes_on_with_what_the_one_before_came_to(count):
    content, pages = made(count)
    amounts = [line.amount.amount for line in content.lines]
    seen = 0
    for page in pages:
        rows = [int(n) for n in ROW.findall(page)]
        brought, carried = figure(BROUGHT.search(page)), figure(CARRIED.search(page))
        # Whoever reads "brought forward" finds rows or the total under it.
        assert brought == (sum(amounts[:seen]) if seen > 0 and rows else None)
        assert rows == list(range(seen + 1, seen + len(rows) + 1))
        seen += len(rows)
        assert carried == (sum(amounts[:seen]) if rows and seen < count else None)
    assert seen == count


def test_the_total_never_stands_alone_on_a_page():
    for count in range(20, 32):
        _content, pages = made(count, account={})
        [page] = [page for page in pages if "Total to pay" in page]
        assert ROW.search(page), f"{count} lines"


def test_long_texts_break_between_rows_and_carry_what_was_above():
    long = "Pos. {n} " + "mandat de conseil et de révision " * 12
    content, pages = made(30, text=long)
    amounts = [line.amount.amount for line in content.lines]
    seen = 0
    for page in pages[:-1]:
        seen += len(ROW.findall(page))
        found = CARRIED.search(page)
        assert figure(found) == (sum(amounts[:seen]) if seen < 30 else None)


def test_rows_with_negative_amounts_are_carried_too():
    _content, pages = made(40, price="-{n}.00", text="Pos. {n}")[0:2]
    assert figure(CARRIED.search(pages[0])) < 0


def test_amounts_of_ten_digits_have_room():
    lines = [bills.line("9999999999.99"), bills.line("0.01")]
    found = bills.text(bills.content(lines, language="en", rate=bills.STANDARD))
    assert "1 9’999’999’999.99 8.1 % 9’999’999’999.99" in found
    assert "Total to pay CHF 10’810’000’000.00" in found


def test_the_foot_stands_on_every_page_but_under_a_payment_part():
    _content, pages = made(60)
    assert all("Page 1 of 3" in page for page in pages[:1])
    assert "Page 2 of 3" in pages[1]
    assert "Receipt" in pages[-1]
    assert "Page 3 of 3" not in pages[-1]
