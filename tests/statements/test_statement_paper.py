"""The statement on paper: its words, dates and figures, in the client's language."""

from datetime import date
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.utils.translation import gettext, override

from billing.models import Credit, InvoiceMark
from billing.rules.references import scor_reference
from clients.models import Client
from delivery.links import page_address
from delivery.pdf import render_pdf
from statements import paper
from statements.actions import issue_statement
from statements.documents import statement_mail, statement_sheet
from statements.facts import statement_data
from statements.recipient.links import statement_token
from tests import make

PERIOD = (date(2026, 1, 1), date(2026, 2, 28))
TODAY = date(2026, 3, 1)


def pdf(client, kind="activity", unpaid_only=False, language="", period=PERIOD):
    data = statement_data(client, *period, kind, unpaid_only)
    sheet = statement_sheet(client, data, language or client.language, TODAY)
    return render_pdf(sheet.html, sheet.extras)


def pages(content):
    return [
        page.get_textpage().get_text_bounded()
        for page in pypdfium2.PdfDocument(content)
    ]


def text(client, **options):
    return " ".join("\n".join(pages(pdf(client, **options))).split())


@pytest.mark.parametrize(
    ("language", "written"),
    [("fr", "1 mars 2026"), ("de", "1. März 2026"), ("en", "1 March 2026")],
)
def test_every_word_and_date_is_in_the_clients_language(dupont, language, written):
    found = text(dupont, language=language)
    assert written in found
    with override(language):
        for word in (
            "Statement of account",
            "Opening balance",
            "Closing balance",
            "Balance due",
        ):
            assert gettext(word) in found
    for figure in (
        "600.00",
        "1’100.00",
        "-100.00",
        "350.00",
        "DUPONT",
        "01.01.2026 – 28.02.2026",
    ):
        assert figure in found


def test_lines_items_and_foot_say_what_the_figures_say(dupont):
    """I16: a payment is one line, with what it was put to under it."""
    found = text(dupont, language="en")
    for row in (
        # Nothing stands between them where nothing was corrected.
        "01.01.2026 Opening balance 600.00 10.01.2026 Invoice INV-2 500.00 1’100.00",
        "20.01.2026 Credit note CN-1 INV-2 100.00 100.00 1’000.00",
        "25.01.2026 Payment PAY-2 INV-1 600.00 not allocated: 100.00 700.00 300.00",
        "28.02.2026 Closing balance 350.00",
        "INV-2 10.01.2026 09.02.2026 500.00 350.00 150.00",
        "INV-3 05.02.2026 07.03.2026 300.00 0.00 300.00",
        "Together 800.00 350.00 450.00",
        "Credits and payments not allocated -100.00",
        "Balance due CHF 350.00",
        "300.00 150.00 0.00 0.00 0.00 450.00",
    ):
        assert row in found


def test_it_bears_a_payment_part_for_the_balance_and_the_way_to_its_page(dupont):
    """A08: only open invoices are asked for, each leads to where it is paid."""
    content = pdf(dupont, language="en")
    found = " ".join("\n".join(pages(content)).split())
    data = statement_data(dupont, *PERIOD, "activity", False)
    page = page_address(statement_token(dupont, data, "en", TODAY))
    assert "Payment part" in found
    assert "CH93 0076 2011 6238 5295 7" in found
    assert "INV-2 INV-3" in found
    assert scor_reference(f"ACCT-2026-{dupont.pk:04d}") in found.replace(" ", "")
    assert "CHF 350.00" in found
    with pikepdf.open(BytesIO(content)) as document:
        links = {
            str(note.A.URI)
            for sheet in document.pages
            for note in sheet.get("/Annots", [])
        }
    opened = dupont.invoices.filter(open__gt=0)
    assert links == {page, *(f"{page}pay/?invoice={one.pk}" for one in opened)}


def test_euros_are_paid_by_a_code_of_their_own(dupont):
    """Elsewhere than in Switzerland an app reads the transfer."""
    make.company(iban="DE89 3704 0044 0532 0130 00", country="DE", currency="EUR")
    make.invoice("1250.00 EUR", to=dupont, number="EUR-1", due="2026-02-01")
    found = text(dupont, language="en")
    assert "Payment part" not in found
    assert found.count("Scan to pay") == 1
    assert "Amount to pay EUR 1’250.00" in found
    assert "Payable by" not in found


def test_what_is_disputed_is_named_and_not_asked_for(dupont):
    """4.9 and A08: the slip asks for the rest."""
    InvoiceMark.objects.create(
        invoice=dupont.invoices.get(number="INV-3"),
        kind=InvoiceMark.Kind.DISPUTED,
        since=date(2026, 2, 20),
        amount=200,
        reason="Not delivered",
    )
    found = text(dupont, language="en")
    assert "INV-3 Disputed: 200.00 05.02.2026" in found
    assert "Balance due CHF 350.00" in found
    assert "Disputed, not asked for here -200.00 To pay now CHF 150.00" in found


def test_late_bookings_are_a_block_of_their_own(dupont):
    """I11, 4.3: opening, corrections, movements and closing add up on paper."""
    january = (date(2026, 1, 1), date(2026, 1, 31))
    issue_statement(dupont, *january, issued_on=date(2026, 2, 1), request_key="jan")
    make.invoice(
        "80.00 CHF", to=dupont, number="LATE-1", issued="2026-01-15", due="2026-03-01"
    )
    found = text(dupont, language="de", period=(date(2026, 2, 1), date(2026, 2, 28)))
    with override("de"):
        block = gettext("Corrections since the last statement of %(day)s") % {
            "day": "31.01.2026"
        }
        opening, closing = gettext("Opening balance"), gettext("Closing balance")
        rest = gettext("Movements of the period")
        word = gettext("Invoice")
    assert f"{opening} 300.00 {block} 15.01.2026 {word} LATE-1 80.00 380.00" in found
    assert f"{rest} 05.02.2026 {word} INV-3 300.00 680.00" in found
    assert f"{closing} 430.00" in found


def test_a_long_account_is_summed_by_month_and_says_where_its_lines_are(
    dupont, monkeypatch
):
    """A hundred pages are read by nobody: each line stands in the file."""
    monkeypatch.setattr(paper, "MOST_ROWS", 5)
    monkeypatch.setattr(paper, "SHORT", 2)
    found = text(dupont, language="en")
    for words in (
        "January 2026 3 movements 500.00 800.00 300.00",
        "February 2026 2 movements 300.00 250.00 350.00",
        "These are 5 movements, summed by month.",
        "“movements.csv” inside this PDF",
        "Balance due CHF 350.00",
    ):
        assert words in found
    assert "PAY-2" not in found
    assert "INV-3 05.02.2026" in found


def test_who_owes_nothing_is_not_asked_to_pay(company):
    invoice = make.invoice("100.00 CHF", due="2026-02-09")
    make.payment("130.00 CHF", on="2026-02-01", to=invoice, part="100.00 CHF")
    found = text(invoice.client, language="en")
    assert "Balance in your favour CHF 30.00" in found
    assert "Please give the numbers" not in found


def test_unpaid_only_names_earlier_open_invoices_in_one_line(dupont):
    """Domain §3, I14: the foot still equals the balance."""
    found = text(
        dupont, language="en", unpaid_only=True, period=(date(2026, 2, 1), PERIOD[1])
    )
    assert "1 earlier open invoice 150.00" in found
    assert "Balance due CHF 350.00" in found
    assert "INV-2 10.01.2026" not in found


def test_a_statement_without_anything_says_so(company):
    """A12."""
    found = text(make.client(), language="en", unpaid_only=True)
    assert "No invoice of the period is unpaid." in found
    assert "Balance due CHF 0.00" in found


def test_writing_off_does_not_read_as_a_waiver(dupont):
    make.credit(
        "150.00 CHF",
        of=dupont,
        on="2026-02-20",
        number="W-1",
        kind=Credit.Kind.WRITE_OFF,
    )
    found = text(dupont, language="en")
    assert "Adjustment W-1 not allocated: 150.00 150.00" in found
    assert "rite-off" not in found


def test_two_currencies_are_two_accounts(dupont):
    make.invoice("1250.00 EUR", to=dupont, number="EUR-1", due="2026-02-01")
    found = text(dupont, language="en")
    assert found.index("Account in CHF") < found.index("Account in EUR")
    assert "Balance due EUR 1’250.00" in found
    assert "1’600" not in found


def test_many_rows_repeat_their_head_on_every_page(dupont):
    for n in range(90):
        make.invoice("10.00 CHF", to=dupont, number=f"M-{n:03d}", due="2026-02-20")
    found = pages(pdf(dupont, language="en"))
    assert len(found) >= 5
    for number, page in enumerate(found[1:-2], 2):
        assert "Balance CHF" in page or "Open CHF" in page
        assert f"Page {number} of {len(found)}" in " ".join(page.split())


def test_equal_figures_make_equal_bytes(dupont):
    """A16."""
    assert pdf(dupont) == pdf(dupont)


def test_a_hostile_name_is_text(dupont):
    Client.objects.filter(pk=dupont.pk).update(name="<b>Bold</b> & Söhne {{ x }}")
    assert "<b>Bold</b> & Söhne {{ x }}" in text(Client.objects.get(pk=dupont.pk))


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_mail_says_the_same_as_the_paper(dupont, language):
    data = statement_data(dupont, *PERIOD, "activity", False)
    page = "https://relance.example/r/token/"
    subject, body = statement_mail(dupont, data, language, page)
    assert page in body.splitlines()
    assert "Fiduciaire du Léman SA" in subject
    assert "01.01.2026" in body
    assert "CHF\u00a0350.00" in body
