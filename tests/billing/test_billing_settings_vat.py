"""VAT rates: the usual ones of a country, changed, added, no longer offered."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.actions.settings import add_usual_rates
from billing.billing_settings import (
    RATE_NAMES,
    default_code,
    rate_of,
    untaxed_code,
    vat_rates,
)
from billing.drafts import totals_of
from billing.models import VatRate
from billing.rules.money import plain
from billing.rules.vat import COUNTRIES, usual_rates
from tests import make

pytestmark = pytest.mark.django_db

STANDARD = {
    "CH": "8.1",
    "LI": "8.1",
    "FR": "20",
    "DE": "19",
    "AT": "20",
    "IT": "22",
    "BE": "21",
    "LU": "17",
}


def given(**more):
    return {
        "code": "X7",
        "name": "Old rate",
        "percent": "7.7",
        "category": "S",
        "reason": "",
        "sales_ledger": "",
        "active": "on",
    } | more


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_usual_rates_of_a_country_can_be_stored(country):
    rates = usual_rates(country)
    assert str(rates[0].percent) == STANDARD[country]
    assert len({rate.code for rate in rates}) == len(rates)
    for row in add_usual_rates(country):
        row.full_clean()
    for rate in rates:
        assert rate.kind in RATE_NAMES
        assert bool(rate.percent) == (rate.category == "S")
        assert bool(rate.reason) == (rate.category not in {"S", "Z"})


def test_a_country_without_known_rates_has_one_for_no_vat(company):
    make.company(country="US")
    assert [(rate.category, rate.percent) for rate in vat_rates()] == [("O", 0)]


def test_before_set_up_the_country_of_the_company_decides(company):
    assert default_code(vat_rates()) == "CH8.1"
    assert untaxed_code(vat_rates()) == "CH-O"
    make.company(country="FR")
    assert default_code(vat_rates()) == "FR20"
    with pytest.raises(KeyError):
        rate_of("CH8.1")


def test_usual_rates_are_added_once_and_one_is_the_default(desk):
    desk.post("/settings/vat/usual/", {"country": "FR"})
    # Drafts may bear the rates of the company's own country by then.
    assert rate_of("CH8.1").percent == Decimal("8.1")
    count = VatRate.objects.count()
    desk.post("/settings/vat/usual/", {"country": "FR"})
    desk.post("/settings/vat/usual/", {"country": "nonsense"})
    assert VatRate.objects.count() == count
    assert [row.code for row in VatRate.objects.filter(is_default=True)] == ["CH8.1"]


def test_a_first_rate_of_ones_own_leaves_the_usual_ones(desk):
    assert desk.post("/settings/vat/new/", given(is_default="on")).status_code == 302
    assert rate_of("CH8.1").percent == Decimal("8.1")
    assert default_code(vat_rates()) == "X7"
    assert VatRate.objects.filter(is_default=True).count() == 1


def test_a_change_counts_for_drafts_and_leaves_what_was_issued(desk):
    make.company(vat_number="CHE-123.456.788")
    add_usual_rates("CH")
    draft = make.draft(("1", "100", "CH8.1"))
    bill = make.bill(("1", "100", "CH8.1"))
    rate = VatRate.objects.get(code="CH8.1")
    sent = given(code="OTHER", percent="8,5", is_default="on")
    desk.post(f"/settings/vat/{rate.pk}/", sent)
    rate.refresh_from_db()
    assert (rate.code, rate.percent) == ("CH8.1", Decimal("8.5"))
    assert plain(totals_of(draft).total) == "108.50"
    bill.refresh_from_db()
    assert plain(bill.total) == "108.10"
    assert bill.vat_rows.get().percent == Decimal("8.1")


def test_a_rate_that_is_offered_no_longer_stays_on_old_drafts(desk):
    add_usual_rates("CH")
    draft = make.draft(("1", "100", "CH2.6"))
    rate = VatRate.objects.get(code="CH2.6")
    sent = given(percent="2.6")
    del sent["active"]
    desk.post(f"/settings/vat/{rate.pk}/", sent)

    def offered(path):
        entry = desk.get(path).context["entry"]
        return [code for code, _label in entry.lines[0].fields["vat_code"].choices]

    assert "CH2.6" in offered(f"/drafts/{draft.pk}/")
    assert "CH2.6" not in offered(f"/clients/{draft.client_id}/draft/")
    assert plain(totals_of(draft).total) == "102.60"


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"code": ""}, {"code"}),
        ({"code": "CH8.1"}, {"code"}),
        ({"code": "x" * 11}, {"code"}),
        ({"name": " "}, {"name"}),
        ({"percent": "51"}, {"percent"}),
        ({"percent": "-1"}, {"percent"}),
        ({"percent": "8.125"}, {"percent"}),
        ({"percent": "0"}, {"percent"}),
        ({"percent": "1e1"}, {"percent"}),
        ({"category": "E", "reason": "Art. 21"}, {"percent"}),
        ({"category": "E", "percent": "0"}, {"reason"}),
        ({"category": "AE", "percent": "0"}, {"reason"}),
        ({"category": "Q"}, {"category"}),
        ({"reason": "because"}, {"reason"}),
        ({"is_default": "on", "active": ""}, {"active"}),
    ],
)
def test_what_cannot_be_is_told_at_its_field(desk, more, wrong):
    add_usual_rates("CH")
    count = VatRate.objects.count()
    page = desk.post("/settings/vat/new/", given(**more))
    assert set(page.context["form"].errors) == wrong
    assert VatRate.objects.count() == count
