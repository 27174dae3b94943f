"""What cannot be issued is refused with every reason, and nothing happens."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now

from billing.actions.issuing import IssueRefusal, issue_draft
from billing.models import Bill, Draft, NumberSeries, Recurrence
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 10)


@pytest.fixture(autouse=True)
def home(company):
    return company


def refused(draft, *, today=DAY, version=None):
    """The reasons; and nothing has changed."""
    before = list(Bill.objects.values_list("pk")), list(NumberSeries.objects.values())
    with pytest.raises(IssueRefusal) as caught:
        issue_draft(draft, today=today, person=None, version=version or draft.version)
    assert before == (
        list(Bill.objects.values_list("pk")),
        list(NumberSeries.objects.values()),
    )
    assert str(caught.value) == " ".join(caught.value.problems)
    return caught.value.problems


@pytest.mark.parametrize(
    ("lines", "given", "word"),
    [
        ([("0", "100", "CH-O")], {}, "more than zero"),
        (["-5"], {}, "more than zero"),
        (["0.004"], {}, "more than zero"),
        ([("99999999", "99999999999", "CH-O")], {}, "too large"),
        ([("1", "100", "CH8.1")], {}, "no VAT number"),
        (["100", ("1", "100", "XX")], {}, "code XX"),
        (["100"], {"issued_on": date(2026, 2, 11)}, "31 days ahead"),
        (["100"], {"instalments": [(10, "60"), (20, "60")]}, "120 %, not to 100 %"),
        (["100"], {"instalments": [(10, "30"), (20, "30")]}, "60 %, not to 100 %"),
        (["100"], {"instalments": [(20, "50"), (20, "50")]}, "after the one before"),
        (["100"], {"instalments": [(20, "0"), (30, "100")]}, "comes to nothing"),
        (
            ["100"],
            {"discount_percent": Decimal(2), "discount_days": 11, "terms_days": 10},
            "longer than the days",
        ),
    ],
)
def test_a_draft_that_cannot_be(lines, given, word):
    [problem] = refused(make.draft(*lines, **given))
    assert word in problem


def test_a_draft_without_lines():
    draft = make.draft()
    draft.lines.all().delete()
    [problem] = refused(draft)
    assert problem == "It has no lines."


@pytest.mark.parametrize("missing", ["name", "postcode", "city"])
def test_a_company_without_name_or_address(missing):
    make.company(**{missing: ""})
    [problem] = refused(make.draft())
    assert "address of the company" in problem


@pytest.mark.parametrize("merged", [True, False])
def test_a_client_that_is_gone(merged):
    owner = make.client(
        archived_at=now(), merged_into=make.client() if merged else None
    )
    [problem] = refused(make.draft(to=owner))
    assert ("merged" if merged else "archived") in problem


def test_the_pattern_of_a_recurring_invoice():
    draft = make.draft()
    Recurrence.objects.create(draft=draft, first_on=DAY)
    [problem] = refused(draft)
    assert "pattern" in problem


def test_a_draft_that_was_changed_or_discarded_meanwhile():
    draft = make.draft()
    [problem] = refused(draft, version=7)
    assert "changed" in problem
    Draft.objects.all().delete()
    [problem] = refused(draft)
    assert "discarded" in problem


def test_a_date_before_the_last_number():
    make.bill(on="2026-01-12")
    [problem] = refused(make.draft())
    assert "F-2026-0001" in problem
    assert "12.01.2026" in problem
    assert make.bill(on="2026-01-12").number == "F-2026-0002"
    # Another year and another kind count for themselves.
    assert make.bill(on="2025-12-31").number == "F-2025-0001"
    assert make.bill(kind="credit_note", on="2026-01-10").number == "CN-2026-0001"


def test_every_reason_is_told_at_once():
    make.bill(on="2026-01-12")
    make.company(city="")
    draft = make.draft(
        ("1", "100", "CH8.1"),
        to=make.client(archived_at=now()),
        instalments=[(10, "60"), (20, "60")],
    )
    assert len(refused(draft)) == 5


@pytest.mark.parametrize(
    ("kind", "number"), [("invoice", "F-2026-0001"), ("credit_note", "CN-2026-0001")]
)
def test_a_number_that_something_imported_bears(kind, number):
    owner = make.client()
    if kind == "invoice":
        make.invoice(to=owner, number=number)
    else:
        make.credit("10.00 CHF", of=owner, on=DAY, number=number)
    [problem] = refused(make.draft(kind=kind, to=owner))
    assert number in problem
    assert "another prefix" in problem


def test_a_number_of_an_instalment_that_something_imported_bears():
    make.invoice(number="F-2026-0001/2")
    parts = [(10, "50"), (20, "50")]
    [problem] = refused(make.draft(instalments=parts))
    assert "F-2026-0001/2" in problem


@pytest.mark.parametrize("shares", [["33.33"] * 3, ["50"], ["60", "41"]], ids=str)
def test_shares_that_do_not_come_to_the_whole(shares):
    parts = [(10 * n, share) for n, share in enumerate(shares, start=1)]
    [problem] = refused(make.draft(instalments=parts))
    assert "100 %" in problem


def test_the_last_day_ahead_is_not_refused():
    bill = make.bill(issued_on=DAY + timedelta(31), on=DAY)
    assert bill.issued_on == DAY + timedelta(31)
