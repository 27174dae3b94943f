"""Amounts and dates in the reader's language, as the company's country writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from clients.templatetags.format import amount, day, figures, long_day

LANGUAGES = ("de", "en", "fr", "it")
COUNTRIES = ("CH", "FR", "DE", "AT", "IT", "BE", "LU", "LI", "GB", "ZZ")


def in_french_company(settings, language, write):
    settings.COUNTRY = "FR"
    with translation.override(language):
        return write()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_written_in_every_country(settings, language):
    for country in COUNTRIES:
        settings.COUNTRY = country
        with translation.override(language):
            assert amount(Money("1234.5", "EUR"))[-3:] in {",50", ".50"}
            assert day(date(2026, 3, 4)).startswith("04")
            assert "2026" in long_day(date(2026, 3, 4))


def test_german_in_france_has_french_figures_and_german_months(settings):
    def both():
        return amount(Money("1234.5", "EUR")), long_day(date(2026, 3, 4))

    assert in_french_company(settings, "de", both) == ("1\u202f234,50", "4. März 2026")


def test_a_swiss_company_writes_its_figures_alike_in_every_language():
    for language in LANGUAGES:
        with translation.override(language):
            assert amount(Money("-1234567.891", "CHF")) == "-1’234’567.89"


@given(
    st.decimals(-(10**12), 10**12, places=3),
    st.sampled_from([("JPY", 0), ("CHF", 2), ("KWD", 3)]),
)
def test_amounts_are_written_as_babel_writes_them(figure, currency):
    code, digits = currency
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    with translation.override("fr"):
        expected = format_decimal(figure, format=pattern, locale=figures())
        assert amount(Money(Decimal(figure), code)) == expected
