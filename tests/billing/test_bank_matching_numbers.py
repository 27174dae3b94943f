"""Which invoice numbers are found in what payers write, and which are not."""

from __future__ import annotations

import pytest

from billing.rules.matching.numbers import Numbers

NUMBERS = [
    "INV-12",
    "INV-123",
    "F-2026-0001",
    "F-2026-0002/1",
    "F-2026-0002/2",
    "10234",
    "10235",
    "12",
    "2026-0042",
    "GR.4711",
    "A",
]


def named(text):
    found = Numbers((n, at) for at, n in enumerate(NUMBERS)).named_in(text)
    return [NUMBERS[i] for n in found for i in n.ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INV-12", ["INV-12"]),
        ("inv 12", ["INV-12"]),
        ("Zahlung Inv.12 danke", ["INV-12"]),
        ("INV12", ["INV-12"]),
        ("INV_12;INV#123", ["INV-12", "INV-123"]),
        ("INV-123", ["INV-123"]),
        ("INV-12/INV-123", ["INV-12", "INV-123"]),
        ("F-2026-0001", ["F-2026-0001"]),
        ("F20260001", ["F-2026-0001"]),
        ("f 2026 0001, f-2026-0002/2", ["F-2026-0001", "F-2026-0002/2"]),
        ("Rechnung F-2026-0001.", ["F-2026-0001"]),
        ("(F-2026-0001)", ["F-2026-0001"]),
        ("F-2026-0002", ["F-2026-0002/1", "F-2026-0002/2"]),
        ("10234", ["10234"]),
        ("Rechnung 10234/10235", ["10234", "10235"]),
        ("10234, 10235", ["10234", "10235"]),
        ("10234,10235", ["10234", "10235"]),
        ("10234+10235", ["10234", "10235"]),
        ("RE10234", ["10234"]),
        ("Rg.10234", ["10234"]),
        ("RNR:10234", ["10234"]),
        ("facture 2026-0042 du 02/03/2026", ["2026-0042"]),
        ("20260042", ["2026-0042"]),
        ("gr4711", ["GR.4711"]),
        ("ＩＮＶ－１２", ["INV-12"]),
    ],
)
def test_a_number_that_is_named(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "Rechnung 12",
        "INV-1",
        "INV-1234",
        "INV 12.50",
        "INV-12-13",
        "INV-12A",
        "XINV-12",
        "REF-2026-0001",
        "F-2026-00011",
        "110234",
        "102345",
        "10234.50",
        "10234,50",
        "1'10234",
        "1.10234",
        "10234-10240",
        "10234:15",
        "AB10234",
        "CH93 0076 2011 6238 5295 7",
        "A",
        "INV and then 12",
        "F-2026 vom 0001",
    ],
)
def test_a_number_that_is_not(text):
    assert named(text) == []


def test_a_number_inside_an_account_number_is_none():
    numbers = Numbers([("2011", 0), ("6238", 1)])
    assert numbers.named_in("von CH93 0076 2011 6238 5295 7") == []
    assert len(numbers.named_in("von CH94 0076 2011 6238 5295 7")) == 2


def test_a_range_names_no_more_than_its_ends():
    numbers = Numbers([(f"INV-{n}", n) for n in range(10, 20)])
    found = numbers.named_in("INV-10 - INV-15")
    assert [n.ids for n in found] == [(10,), (15,)]


def test_equal_numbers_of_several_clients_are_all_found():
    (found,) = Numbers([("R-100", 0), ("R 100", 1)]).named_in("R-100")
    assert found.ids == (0, 1)


def test_each_number_is_found_once():
    assert named("INV-12 / Inv 12") == ["INV-12"]
