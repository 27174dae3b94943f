"""The statement on paper: its words, dates and figures, in the client's language."""

from datetime import date

import pypdfium2
import pytest
from django.utils.translation import gettext, override

from billing.models import Credit
from clients.models import Client
from delivery.pdf import render_pdf
from statements.documents import statement_html, statement_mail
from statements.facts import statement_data
from tests import make

PERIOD = (date(2026, 1, 1), date(2026, 2, 28))
TODAY = date(2026, 3, 1)


def pdf(client, kind="activity", unpaid_only=False, language="", period=PERIOD):
    data = statement_data(client, *period, kind, unpaid_only)
    return render_pdf(statement_html(client, data, language or client.language, TODAY))


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
    found = text(dupont, language="en")
    for row in (
        "01.01.2026 Opening balance 600.00",
        "10.01.2026 Invoice INV-2 500.00 1’100.00",
        "20.01.2026 Credit note CN-1 100.00 1’000.00",
        "25.01.2026 Payment PAY-2 700.00 300.00",
        "28.02.2026 Closing balance 350.00",
        "INV-2 10.01.2026 09.02.2026 500.00 350.00 150.00",
        "INV-3 05.02.2026 07.03.2026 300.00 0.00 300.00",
        "Together 800.00 350.00 450.00",
        "Credits and payments not allocated -100.00",
        "Balance due CHF 350.00",
        "300.00 150.00 0.00 0.00 0.00 450.00",
    ):
        assert row in found


def test_it_says_where_to_pay_and_what_to_quote(dupont):
    """A08: only open invoices are asked for."""
    found = text(dupont, language="en")
    assert "CH93 0076 2011 6238 5295 7" in found
    assert "INV-2 INV-3" in found


def test_who_owes_nothing_is_not_asked_to_pay(company):
    invoice = make.invoice("100.00 CHF", due="2026-02-09")
    make.payment("130.00 CHF", on="2026-02-01", to=invoice, part="100.00 CHF")
    found = text(invoice.client, language="en")
    assert "Balance in your favour CHF 30.00" in found
    assert "Please give the numbers" not in found


def test_unpaid_only_names_earlier_open_invoices_in_one_line(dupont):
    """Domain §3: the foot still equals the balance."""
    found = text(
        dupont, language="en", unpaid_only=True, period=(date(2026, 2, 1), PERIOD[1])
    )
    assert "1 earlier open invoice 150.00" in found
    assert "Balance due CHF 350.00" in found
    assert "INV-2" not in found


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
    assert "Adjustment W-1 150.00" in found
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
    assert len(found) >= 4
    for number, page in enumerate(found[1:-1], 2):
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
    subject, body = statement_mail(dupont, data, language)
    assert "Fiduciaire du Léman SA" in subject
    assert "01.01.2026" in body
    assert "CHF\u00a0350.00" in body
