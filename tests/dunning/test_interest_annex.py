"""The annex of a letter explains its interest row by row, to the printed sum (4.6)."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils import translation

from billing.rules.money import plain, total
from dunning.annex import annex_of, annex_of_plan
from dunning.facts.planning import plan
from dunning.models import Charge, ClientTerms, Notice
from dunning.paper import draft_sheets, letter_sheets
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(company):
    """Example 3: a German business, paid in part, after the change of rates."""
    desk.policy([{"name": "Mahnung", "legal_interest": True}])
    client = make.client(country="DE", currency="EUR", language="en")
    invoice = make.invoice(
        "10000.00 EUR", to=client, number="INV-3", issued="2025-05-16", due="2025-06-16"
    )
    make.payment("4000.00 EUR", on="2025-07-21", to=invoice)
    return client


def words(html):
    """What a reader sees of the annex, cells apart."""
    annex = html.partition("How the interest")[2].partition("</table>")[0]
    text = re.sub(r"<[^>]+>", "|", annex)
    return re.sub(r"[|\s]*\|[|\s]*", "|", unescape(text).replace("\u00a0", " "))


def test_the_annex_of_a_letter_adds_up_to_its_interest(late):
    desk.issue("2025-09-01")
    notice = Notice.objects.get()
    [charge] = Charge.objects.filter(kind="interest").select_related("invoice")
    [part] = annex_of([charge])
    printed = [plain(row.interest) for row in part.rows]
    assert printed == ["43.23", "59.09", "70.91"]
    assert (part.number, part.settled) == ("INV-3", None)
    assert part.total == total((row.interest for row in part.rows), "EUR")
    assert plain(part.total) == "173.23" == plain(make.money(f"{notice.interest.amount} EUR"))  # fmt: skip
    assert f"{part.until}" == "2025-09-01"
    assert plain(part.daily) == "1.69"


def test_the_annex_stands_on_the_letter_with_the_law_it_rests_on(late):
    desk.issue("2025-09-01")
    [sheet] = letter_sheets(Notice.objects.all())
    said = words(sheet.html)
    assert "|17.06.2025|30.06.2025|10’000.00|11.27 %|14|43.23|" in said
    assert "|01.07.2025|21.07.2025|10’000.00|10.27 %|21|59.09|" in said
    assert "|22.07.2025|01.09.2025|6’000.00|10.27 %|42|70.91|" in said
    assert "|Interest to 01.09.2025; each further day 1.69|173.23|" in said
    assert "Bundesbank (2.27 %, 1.27 %) plus 9 percentage points (BGB § 288" in said
    assert "Actual days, years of 365 days." in said


def test_a_draft_bears_the_same_annex_as_the_letter(late):
    planned = plan(make.day("2025-09-01"))
    [draft] = annex_of_plan(planned.notices[0].lines)
    [sheet] = draft_sheets(planned.notices, planned.run_on)
    desk.issue("2025-09-01")
    [charge] = Charge.objects.filter(kind="interest").select_related("invoice")
    assert annex_of([charge]) == [draft]
    assert words(sheet.html) == words(letter_sheets(Notice.objects.all())[0].html)


def test_a_letter_without_interest_has_no_annex(company):
    desk.policy([{"name": "Rappel"}])
    make.invoice(due="2026-02-09", to=make.client(language="en"))
    desk.issue("2026-03-16")
    [sheet] = letter_sheets(Notice.objects.all())
    assert "How the interest" not in sheet.html


def test_interest_paid_before_is_deducted_in_the_annex(late):
    [item] = plan(make.day("2025-09-01")).proposed
    [whole] = annex_of_plan([item])
    charge = Charge(
        kind="interest",
        currency="EUR",
        amount=Decimal("150.00"),
        invoice=late.invoices.get(),
        detail=[],
    )
    assert annex_of([charge]) == []
    desk.issue("2025-09-01")
    kept = Charge.objects.get(kind="interest").detail
    charge.detail = kept
    [part] = annex_of([charge])
    assert (plain(part.settled), plain(part.total)) == ("-23.23", "150.00")
    assert part.rows == whole.rows


@pytest.mark.parametrize(
    ("country", "agreed", "said"),
    [
        ("CH", None, "Default interest by law (CO art. 104 para. 1)."),
        ("CH", "8", "Rate agreed with you."),
        ("FR", None, "half-year (3.15 %, 2.15 %) plus 10 percentage points"),
        ("FR", "9", "Three times the French legal interest rate (3.71 %)"),
        ("NL", None, "directive 2011/7/EU"),
    ],
)
def test_each_rate_says_what_it_rests_on(late, country, agreed, said):
    late.country = country
    late.save()
    if agreed:
        ClientTerms.objects.create(client=late, agreed_rate=Decimal(agreed))
    [part] = annex_of_plan(plan(make.day("2025-09-01")).proposed)
    with translation.override("en"):
        assert said in part.note.replace("\u00a0", " ")


def test_days_without_a_known_rate_are_named_in_the_annex(late):
    make.invoice("500.00 EUR", to=late, issued="2011-01-01", due="2011-11-30")
    parts = annex_of_plan(plan(make.day("2025-09-01")).proposed)
    with translation.override("en"):
        notes = ["none is known" in part.note for part in parts]
    assert notes == [True, False]
    assert parts[0].rows[0].percent is None
    assert plain(parts[0].rows[0].interest) == "0.00"
