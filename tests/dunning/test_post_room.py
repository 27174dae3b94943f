"""4.14: the PDF of what goes by post, as the post room wants it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from dunning.actions.posting import paper_pdf
from dunning.models import ClientTerms, Run
from dunning.postroom import Order, Printing
from tests import make
from tests.dunning import desk as office

TODAY = localdate()
LATE = TODAY - timedelta(days=30)
ADDRESSES = [
    ("K-1", "1204", "Genève", "CH"),
    ("K-2", "69001", "Lyon", "FR"),
    ("K-3", "1003", "Lausanne", "CH"),
]


@pytest.fixture
def run(issued, company):
    """Three letters by post, the first of two pages, the last with its invoice."""
    return Run.objects.get()


@pytest.fixture(scope="module")
def issued(kept):
    with kept():
        make.company()
        write()


def write():
    office.policy([{"name": "Rappel", "channel": "post", "attach_invoices": True}])
    for number, postcode, city, country in ADDRESSES:
        to = make.client(
            number, name=f"Client {number}", postcode=postcode, city=city,
            country=country, language="en",
        )  # fmt: skip
        make.invoice("100.00 CHF", to=to, due=LATE)
    three = to
    make.bill("5.00", to=three, on=f"{LATE - timedelta(days=31)}")
    by_mail = make.client("K-4", name="By e-mail", email="a@example.org")
    for n in range(6):
        make.invoice("10.00 CHF", to=by_mail, due=LATE - timedelta(days=n))
    ClientTerms.objects.create(client=by_mail, channel="email")
    office.issue(f"{TODAY}")


def outline(content):
    document = pypdfium2.PdfDocument(content)
    return [
        (entry.get_title(), entry.get_dest().get_index())
        for entry in document.get_toc()
    ]


def pages(content):
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def number(run, client):
    return run.notices.get(client__number=client).number


def test_each_letter_has_its_entry_and_its_invoices_follow_it(run):
    content = paper_pdf(run, TODAY, Printing())
    assert [title for title, _at in outline(content)] == [
        f"Client {client} · {number(run, client)}" for client in ("K-1", "K-2", "K-3")
    ]
    texts = pages(content)
    assert "Invoice F-" in texts[-1], "the invoice comes after its letter"
    assert not any("By e-mail" in text for text in texts)


def test_by_postcode_those_of_our_own_country_come_first(run):
    content = paper_pdf(run, TODAY, Printing(Order.POSTCODE))
    assert [title.split(" ·")[0] for title, _at in outline(content)] == [
        *("Client K-3", "Client K-1", "Client K-2")
    ]


@pytest.mark.parametrize("order", Order)
def test_on_both_sides_every_letter_and_invoice_begins_on_a_sheet(run, order):
    plain = paper_pdf(run, TODAY, Printing(order))
    both = paper_pdf(run, TODAY, Printing(order, duplex=True))
    texts = pages(both)
    assert len(texts) % 2 == 0
    assert [text for text in texts if text] == pages(plain)
    assert all(at % 2 == 0 for _title, at in outline(both))
    assert paper_pdf(run, TODAY, Printing(order, duplex=True)) == both


def test_the_list_on_top_names_letters_addressees_and_pages(run):
    content = paper_pdf(run, TODAY, Printing(cover=True))
    texts = pages(content)
    assert outline(content)[0] == ("Letters to post", 0)
    for client, postcode, city, _country in ADDRESSES:
        assert number(run, client) in texts[0]
        assert f"{postcode} {city}" in texts[0]
    assert "69001 Lyon, FRANCE" in texts[0]
    assert "3 letters" in texts[0]
    assert f"{TODAY:%d.%m.%Y}" in texts[0]
    assert f" {len(texts) - 1} " in f"{texts[0]} ", "the sum of the pages"
    assert "Page 1 of 1" in texts[0]


def test_page_labels_begin_anew_with_each_letter(run):
    content = paper_pdf(run, TODAY, Printing(duplex=True))
    document = pypdfium2.PdfDocument(content)
    labels = [document.get_page_label(n) for n in range(len(document))]
    starts = [at for _title, at in outline(content)]
    assert [labels[at] for at in starts] == ["1", "1", "1"]
    assert labels[starts[0] + 1] == "2"


def test_the_page_offers_it_and_keeps_the_choice_in_its_address(desk, run):
    address = reverse("run_post", args=[run.pk])
    page = desk.get(address).content.decode()
    assert 'name="duplex"' in page
    assert page.index("Client K-1") < page.index("Client K-3")
    page = desk.get(address, {"order": "postcode"}).content.decode()
    assert page.index("Client K-3") < page.index("Client K-1")
    assert '<option value="postcode" selected>' in page


@pytest.mark.parametrize(
    ("asked", "first", "even"),
    [
        ({"order": "postcode", "duplex": "on", "cover": "on"}, "Letters to post", True),
        ({"order": "nonsense"}, "Client K-1", False),
        ({}, "Client K-1", False),
    ],
)
def test_the_pdf_is_what_the_address_says(desk, run, asked, first, even):
    answer = desk.get(reverse("run_post_pdf", args=[run.pk]), asked)
    assert answer["Content-Type"] == "application/pdf"
    assert outline(answer.content)[0][0].startswith(first)
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert ("/ViewerPreferences" in pdf.Root) is even


def test_many_letters_take_the_questions_of_a_few(
    run, django_assert_num_queries, django_assert_max_num_queries
):
    paper_pdf(run, TODAY, Printing())
    with django_assert_max_num_queries(25) as few:
        paper_pdf(run, TODAY, Printing())
    for n in range(6):
        make.invoice("10.00 CHF", to=make.client(f"K-N{n}", email=""), due=LATE)
    more = office.issue(f"{TODAY}").run
    paper_pdf(more, TODAY, Printing())
    with django_assert_num_queries(len(few)):
        paper_pdf(more, TODAY, Printing())
