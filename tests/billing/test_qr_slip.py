"""The Swiss payment part: what it says, what its code says, where it stands."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from stdnum import iso11649
from stdnum.ch import esr

from billing.paper.slips import SlipRefusal, payment_slip, wants_slip
from tests.billing import bills

WORDS = {
    "fr": ("Section paiement", "Récépissé", "Payable par", "Point de dépôt"),
    "de": ("Zahlteil", "Empfangsschein", "Zahlbar durch", "Annahmestelle"),
    "it": ("Sezione pagamento", "Ricevuta", "Pagabile da", "Punto di accettazione"),
    "en": ("Payment part", "Receipt", "Payable by", "Acceptance point"),
}
MILLIMETRE = 72 / 25.4


def scanned(content, page=-1):
    """What a banking app reads off the paper."""
    document = pypdfium2.PdfDocument(BytesIO(content))
    image = document[page % len(document)].render(scale=4).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(image)]


def positions(content, page=-1):
    """Each piece of text: left, bottom, right, top in millimetres, and what it says."""
    document = pypdfium2.PdfDocument(BytesIO(content))
    textpage = document[page % len(document)].get_textpage()
    rects = [textpage.get_rect(n) for n in range(textpage.count_rects())]
    return [
        (*(side / MILLIMETRE for side in rect), textpage.get_text_bounded(*rect))
        for rect in rects
    ]


def test_the_code_says_what_the_standard_wants_line_by_line():
    given = bills.content()
    [code] = scanned(bills.pdf(given))
    reference = given.invoices[0].reference
    assert code.split("\r\n") == [
        "SPC",
        "0200",
        "1",
        "CH4431999123000889012",
        *["S", "Fiduciaire du Léman SA", "Rue du Marché", "12", "1204", "Genève", "CH"],
        *[""] * 7,
        "108.10",
        "CHF",
        *["S", "Weber & Söhne AG", "Bahnhofstrasse", "1", "8001", "Zürich", "CH"],
        "QRR",
        reference,
        "F-2026-0001",
        "EPD",
    ]
    assert esr.is_valid(reference)
    assert len(reference) == 27


def test_an_ordinary_iban_gets_a_creditor_reference():
    given = bills.content(currency="EUR", account=bills.PLAIN_IBAN)
    [code] = scanned(bills.pdf(given))
    lines = code.split("\r\n")
    assert lines[3] == "CH9300762011623852957"
    assert lines[18:20] == ["108.10", "EUR"]
    assert lines[27] == "SCOR"
    assert iso11649.is_valid(lines[28])


@pytest.mark.parametrize("language", WORDS)
def test_its_words_are_those_of_the_standard(language):
    found = bills.text(bills.content(language=language))
    for word in WORDS[language]:
        assert word in found


def test_the_words_stand_where_the_style_guide_wants_them():
    found = positions(bills.pdf(bills.content(language="de")))

    def left_and_top(word, n=0):
        hits = [(box[0], 105 - box[3]) for box in found if box[4].strip() == word]
        return hits[n]

    # Left edges: receipt 5, payment part 67, information 118; from the top of the part.
    for word, left, top, n in [
        ("Empfangsschein", 5, 5, 0),
        ("Zahlteil", 67, 5, 0),
        ("Konto / Zahlbar an", 5, 12, 0),
        ("Konto / Zahlbar an", 118, 5, 1),
        ("Annahmestelle", None, 82, 0),
    ]:
        x, y = left_and_top(word, n)
        assert left is None or x == pytest.approx(left, abs=0.5), word
        assert y == pytest.approx(top, abs=1.5), word
    assert max(box[2] for box in found if box[3] < 105) <= 205


def test_the_code_is_46_millimetres_wide_with_the_cross_in_its_middle():
    document = pypdfium2.PdfDocument(BytesIO(bills.pdf(bills.content())))
    image = document[0].render(scale=10 / MILLIMETRE, draw_annots=False).to_pil()
    image = image.convert("L")
    left, top = 670, (297 - 105 + 17) * 10
    code = image.crop((left, top, left + 460, top + 460))
    assert code.point(lambda grey: 255 - grey).getbbox() == pytest.approx(
        (0, 0, 460, 460), abs=2
    )
    # The white bars of the cross on their black field, in a white frame of 7 mm.
    for x, y, white in [
        (230, 230, True),
        (230, 215, True),
        (215, 230, True),
        (205, 205, False),
        (197, 230, True),
    ]:
        assert (code.getpixel((x, y)) > 128) is white, (x, y)


def test_a_line_and_scissors_say_where_to_cut():
    document = pypdfium2.PdfDocument(BytesIO(bills.pdf(bills.content())))
    image = document[0].render(scale=10 / MILLIMETRE).to_pil().convert("L")
    across = image.crop((0, (297 - 105) * 10 - 4, 2100, (297 - 105) * 10 + 4))
    down = image.crop((616, (297 - 105) * 10, 624, 2970))
    for strip in (across, down):
        long, wide = max(strip.size), min(strip.size)
        parts = [
            (n, 0, n + 5, wide) if strip.width == long else (0, n, wide, n + 5)
            for n in range(0, long, 5)
        ]
        dark = [part for part in parts if strip.crop(part).getextrema()[0] < 128]
        assert len(dark) > len(parts) * 0.4


def test_a_buyer_without_address_gets_corners_to_write_in():
    unknown = bills.BUYER | {"postcode": "", "city": "", "address": "Weber AG"}
    given = bills.content(language="en", buyer=unknown)
    found = bills.text(given)
    assert found.count("Payable by (name/address)") == 2
    [code] = scanned(bills.pdf(given))
    assert code.split("\r\n")[20:27] == [""] * 7


def test_each_instalment_has_a_part_of_its_own():
    given = bills.content(language="en", instalments=((30, 50), (60, 25), (90, 25)))
    content = bills.pdf(given)
    pages = bills.pages(content)
    for place, invoice in enumerate(given.invoices):
        page = len(pages) - 3 + place
        [code] = scanned(content, page)
        lines = code.split("\r\n")
        assert lines[18] == str(invoice.total.amount)
        assert lines[28] == invoice.reference
        assert f"Instalment {place + 1} of 3" in pages[page]


def test_a_draft_shows_the_part_without_anything_to_scan():
    given = bills.content(number="", language="en")
    content = bills.pdf(given, draft=True)
    assert "Payment part" in "".join(bills.pages(content))
    assert scanned(content) == []


@pytest.mark.parametrize("lines", [1, 6, 9, 12, 22, 40])
def test_it_never_covers_what_stands_above_it(lines):
    content = bills.pdf(bills.content([bills.line()] * lines, language="en"))
    found = positions(content)
    labels = {"Receipt", "Payment part"}
    top = max(box[3] for box in found if box[4].strip() in labels)
    above = [box for box in found if box[1] > top]
    assert all(box[1] >= 105 for box in above)
    assert scanned(content)


def test_long_names_and_odd_letters_are_made_fit():
    name = "Ωmega Żółw & Šimůnek Gesellschaft für Beratung, Treuhand und Revision mbH & Co. KG"
    given = bills.content(buyer=bills.BUYER | {"name": name, "street": "Gasse " * 20})
    [code] = scanned(bills.pdf(given))
    debtor = code.split("\r\n")[20:27]
    assert debtor[1].startswith(".mega Żółw & Šimůnek")
    assert len(debtor[1]) <= 70
    assert len(debtor[2]) <= 70


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, True),
        ({"currency": "EUR", "account": bills.PLAIN_IBAN}, True),
        ({"currency": "USD"}, False),
        ({"account": bills.GERMAN_IBAN, "currency": "EUR"}, False),
        ({"account": {}}, False),
        ({"kind": "credit_note"}, False),
    ],
)
def test_francs_and_euros_to_a_swiss_account_are_paid_by_it(change, wanted):
    given = bills.content(language="en", **change)
    assert wants_slip(given.bill) is wanted
    assert ("Payment part" in bills.text(given)) is wanted


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": bills.SWISS | {"postcode": ""}},
        {"lines": [bills.line("999999999.99")]},
        {"account": bills.QR_IBAN | {"qr_iban": "CH0000000000000000000"}},
    ],
)
def test_what_the_standard_refuses_has_no_part(change):
    given = bills.content(**change)
    with pytest.raises(SlipRefusal):
        payment_slip(given.bill, given.invoices[0], draft=False)
    assert scanned(bills.pdf(given)) == []


def test_amounts_are_grouped_by_blanks():
    free = bills.content(
        [bills.line("1234567.80", rate=bills.Rate("Z", Decimal(0), "Z"))]
    )
    slip = payment_slip(free.bill, free.invoices[0], draft=False)
    assert slip.amount == "1 234 567.80"
    small = bills.content([bills.line("0.50", rate=bills.Rate("Z", Decimal(0), "Z"))])
    assert payment_slip(small.bill, small.invoices[0], draft=False).amount == "0.50"
