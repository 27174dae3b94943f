"""Which open invoices a payment is matched to, how surely, and why."""

from __future__ import annotations

import dataclasses

import pytest

from billing.rules.money import plain
from billing.rules.references import qr_reference, scor_reference
from tests.billing.matching import invoice, matched, paid, short

QRR = qr_reference("F-2026-0001")
SCOR = scor_reference("F-2026-0001")
OTHER = qr_reference("F-2026-0002")
IBAN = "CH9300762011623852957"


@pytest.mark.parametrize(
    ("amount", "reference", "expected"),
    [
        ("100.00", QRR, "exact reference 0:100.00"),
        ("60.00", QRR, "exact reference 0:60.00"),
        ("130.00", QRR, "exact reference 0:100.00"),
        ("100.00", OTHER, "none unknown_reference"),
        ("100.00", QRR[:-1] + str((int(QRR[-1]) + 1) % 10), "none bad_reference"),
        ("100.00", "RF00F20260001", "none bad_reference"),
    ],
)
def test_a_structured_reference_decides_alone(amount, reference, expected):
    payment = paid(amount, reference=reference, text="F-2026-0009")
    rows = [invoice("F-2026-0001", reference=QRR), invoice("F-2026-0009")]
    assert short(matched(payment, *rows)) == expected


def test_a_creditor_reference_likewise_with_or_without_blanks():
    row = invoice("F-2026-0001", reference=SCOR)
    payment = paid(reference=f"{SCOR[:4]} {SCOR[4:8]} {SCOR[8:]}")
    assert short(matched(payment, row)) == "exact reference 0:100.00"


def test_what_a_reference_leaves_is_told():
    row = invoice("F-2026-0001", reference=QRR)
    less = matched(paid("60.00", reference=QRR), row)
    more = matched(paid("130.00", reference=QRR), row)
    assert plain(less.detail["short"]) == "40.00"
    assert plain(more.detail["left"]) == "30.00"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"amount": "0.00"}, "none paid"),
        ({"currency": "EUR"}, "none currency"),
    ],
)
def test_a_reference_that_cannot_be_paid_still_tells_the_client(row, expected):
    match = matched(
        paid(reference=QRR), invoice("F-2026-0001", reference=QRR, client=7, **row)
    )
    assert (short(match), match.client_id) == (expected, 7)


def test_an_unknown_reference_from_a_known_account_tells_the_client():
    match = matched(paid(reference=QRR, iban=IBAN), invoice("X-1", iban=IBAN, client=7))
    assert (short(match), match.client_id) == ("none unknown_reference", 7)


ROWS = [
    invoice("F-2026-0001", "100.00"),
    invoice("F-2026-0002", "40.00", due=1),
    invoice("F-2026-0003", "60.00", due=2),
    invoice("F-2026-0004", "0.00"),
    invoice("F-2026-0005", "100.00", currency="EUR"),
    invoice("F-2026-0006", "100.00", client=2),
    invoice("F-2026-0007/1", "20.00", due=3),
    invoice("F-2026-0007/2", "20.00", due=4),
    invoice("F-2026-0007/3", "30.00", due=5),
    invoice("4711", "77.00", client=3),
]


@pytest.mark.parametrize(
    ("amount", "text", "expected"),
    [
        ("100.00", "F-2026-0001", "high number 0:100.00"),
        ("40.00", "Rg. F-2026-0002 vom 1.3.", "high number 1:40.00"),
        ("100.00", "F-2026-0002 + F-2026-0003", "high numbers 1:40.00 2:60.00"),
        ("90.00", "F-2026-0001", "low number_part 0:90.00"),
        ("110.00", "F-2026-0001", "low number_over 0:100.00"),
        ("60.00", "F-2026-0002, F-2026-0003", "low number_part 2:60.00"),
        ("50.00", "F-2026-0002, F-2026-0003", "low number_part 1:40.00 2:10.00"),
        ("120.00", "F-2026-0003/F-2026-0002", "low number_over 1:40.00 2:60.00"),
        ("100.00", "F-2026-0004", "none paid"),
        ("100.00", "F-2026-0004 F-2026-0001", "high number 0:100.00"),
        ("100.00", "F-2026-0005", "none currency"),
        ("200.00", "F-2026-0001, F-2026-0006", "none ambiguous"),
        ("20.00", "F-2026-0007/2", "high number 7:20.00"),
        ("30.00", "F-2026-0007", "high number 8:30.00"),
        ("20.00", "F-2026-0007", "low instalment 6:20.00"),
        ("70.00", "F-2026-0007", "high numbers 6:20.00 7:20.00 8:30.00"),
        ("25.00", "F-2026-0007", "low instalment 6:20.00 7:5.00"),
        ("77.00", "4711", "high number 9:77.00"),
        ("50.00", "4711", "none nothing"),
        ("117.00", "F-2026-0002 Kd 4711", "low number_over 1:40.00"),
        ("40.00", "F-2026-0002 vom 4711", "high number 1:40.00"),
    ],
)
def test_numbers_that_are_named(amount, text, expected):
    assert short(matched(paid(amount, text), *ROWS)) == expected


def test_a_number_may_be_the_end_to_end_id():
    match = matched(paid(end_to_end="F-2026-0001"), *ROWS)
    assert short(match) == "high number 0:100.00"
    assert match.detail == {"numbers": ["F-2026-0001"], "where": "end_to_end"}


def test_the_place_that_tells_most_counts():
    match = matched(
        paid(end_to_end="F-2026-0002", text="F-2026-0002 F-2026-0003"), *ROWS
    )
    assert short(match) == "high numbers 1:40.00 2:60.00"
    assert match.detail["where"] == "text"


def test_a_reference_that_is_no_structured_one_may_be_a_number():
    match = matched(paid(reference="F-2026-0001"), *ROWS)
    assert short(match) == "high number 0:100.00"


def test_a_structured_reference_in_the_text_is_very_likely():
    row = invoice("F-2026-0001", reference=QRR)
    written = (
        f"QRR: {QRR[:2]} {QRR[2:7]} {QRR[7:12]} {QRR[12:17]} {QRR[17:22]} {QRR[22:]}"
    )
    assert short(matched(paid("100.00", written), row)) == "high number 0:100.00"
    other = invoice("F-2026-0001", reference=SCOR)
    text = f"{SCOR[:4]} {SCOR[4:]} Danke"
    assert short(matched(paid("100.00", text), other)) == "high number 0:100.00"


def test_equal_numbers_of_two_clients_are_told_apart_by_amount_or_payer():
    rows = [invoice("R-100", "50.00"), invoice("R-100", "60.00", client=2, name="Nord")]
    assert short(matched(paid("60.00", "R-100"), *rows)) == "high number 1:60.00"
    assert short(matched(paid("55.00", "R-100"), *rows)) == "none ambiguous"
    payment = paid("55.00", "R-100", name="Nord AG")
    assert short(matched(payment, *rows)) == "low number_part 1:55.00"


KNOWN = [
    invoice("A-1", "100.00", client=1, name="Seeblick AG", iban=IBAN),
    invoice("A-2", "30.00", client=1, name="Seeblick AG", iban=IBAN, due=1),
    invoice("A-3", "45.00", client=1, name="Seeblick AG", iban=IBAN, due=2),
    invoice("B-1", "100.00", client=2, name="Bergblick Hotel GmbH"),
    invoice("B-2", "30.00", client=2, name="Bergblick Hotel GmbH"),
    invoice("B-3", "30.00", client=2, name="Bergblick Hotel GmbH"),
    invoice("C-1", "55.00", client=3, name="Muster Hans", currency="EUR"),
    invoice("C-2", "66.00", client=3, name="Muster Hans"),
]


@pytest.mark.parametrize(
    ("amount", "payer", "expected"),
    [
        ("100.00", {"iban": IBAN}, "low iban 0:100.00"),
        ("100.00", {"name": "SEEBLICK"}, "low name 0:100.00"),
        ("100.00", {"name": "Bergblick Hotel"}, "low name 3:100.00"),
        ("100.00", {"text": "VON BERGBLICK HOTEL GMBH"}, "low name 3:100.00"),
        ("30.00", {"name": "Bergblick Hotel"}, "none ambiguous"),
        ("130.00", {"iban": IBAN}, "low sum 0:100.00 1:30.00"),
        ("175.00", {"iban": IBAN}, "low sum 0:100.00 1:30.00 2:45.00"),
        ("75.00", {"iban": IBAN}, "low sum 1:30.00 2:45.00"),
        ("145.00", {"iban": IBAN}, "low sum 0:100.00 2:45.00"),
        ("99.00", {"iban": IBAN}, "none client"),
        ("66.00", {"iban": IBAN}, "none client"),
        ("66.00", {"name": "Seeblick AG"}, "low amount 7:66.00"),
        ("66.00", {}, "low amount 7:66.00"),
        ("66.00", {"name": "Niemand"}, "low amount 7:66.00"),
        ("100.00", {}, "none nothing"),
        ("55.00", {}, "none nothing"),
        ("99.00", {}, "none nothing"),
    ],
)
def test_a_payer_that_is_known_and_amounts(amount, payer, expected):
    assert short(matched(paid(amount, **payer), *KNOWN)) == expected


def test_an_account_that_two_clients_use():
    rows = [invoice("A-1", "10.00", iban=IBAN), invoice("B-1", "20.00", 2, iban=IBAN)]
    assert short(matched(paid("20.00", iban=IBAN), *rows)) == "low iban 1:20.00"


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        (paid("98.00", "F-1", reference=QRR), "exact reference 0:98.00+2.00"),
        (paid("98.00", "INV-77"), "high number 0:98.00+2.00"),
        (paid("98.00", name="Seeblick AG"), "low discount 0:98.00+2.00"),
        (paid("148.00", "INV-77 INV-78"), "high numbers 0:98.00+2.00 1:50.00"),
        (paid("98.00"), "none nothing"),
        (paid("97.00", "INV-77"), "low number_part 0:97.00"),
    ],
)
def test_a_discount_that_was_agreed(payment, expected):
    rows = [
        invoice("INV-77", reference=QRR, discount="2.00", name="Seeblick AG"),
        invoice("INV-78", "50.00", due=1, name="Seeblick AG"),
    ]
    assert short(matched(payment, *rows)) == expected


def test_a_discount_is_not_to_be_had_after_its_day():
    row = invoice("INV-77", discount="2.00", until=-1)
    assert short(matched(paid("98.00", "INV-77"), row)) == "low number_part 0:98.00"


@pytest.mark.parametrize(
    "payment",
    [
        paid("98.00", "F-2026-0001", charges="2.00"),
        paid("100.00", "F-2026-0001", charges="2.00"),
    ],
    ids=["kept back from what was sent", "borne by the payer"],
)
def test_charges_of_the_bank(payment):
    match = matched(payment, ROWS[0])
    assert short(match) == "high number 0:100.00"
    is_borne = payment.paid != ROWS[0]["open"]
    assert ("paid" in match.detail) == is_borne


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"amount": "-100.00"}, "outgoing"),
        ({"amount": "-100.00", "is_reversal": True}, "reversal"),
        ({"is_reversal": True}, "reversal"),
        ({"count": 14}, "batch"),
    ],
)
def test_what_is_no_payment_pays_nothing(values, reason):
    payment = paid(values.pop("amount", "100.00"), reference=QRR, **values)
    row = invoice("F-2026-0001", reference=QRR)
    assert short(matched(payment, row)) == f"none {reason}"


def test_without_invoices_nothing_fits():
    assert short(matched(paid(reference=QRR))) == "none unknown_reference"
    assert short(matched(paid("1.00", "INV-1", name="A", iban=IBAN))) == "none nothing"


def test_the_order_of_the_invoices_does_not_matter():
    payment = paid("50.00", "F-2026-0003 F-2026-0002")
    rows = ROWS[::-1]
    match = matched(payment, *rows)
    assert [dataclasses.astuple(p)[0] for p in match.parts] == [
        rows.index(ROWS[1]),
        rows.index(ROWS[2]),
    ]
