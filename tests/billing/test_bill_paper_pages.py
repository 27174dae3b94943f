"""Pages of paper: the kept PDF, the preview of a draft, sending."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from django.urls import reverse

from billing.actions.papers import bill_document
from billing.models import Draft
from clients.models import Contact
from delivery.models import Document, Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill(company):
    return make.bill("100.00", to=make.client("K-1", name="Dupont SA"))


def text(content):
    pages = pypdfium2.PdfDocument(BytesIO(content))
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


def test_the_pdf_is_what_was_kept(desk, bill):
    document = bill_document(bill)
    answer = desk.get(reverse("bill_pdf", args=[bill.pk]))
    assert answer.content == bytes(document.content)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline; ")
    assert "Facture%20F-2026-0001%20" in answer["Content-Disposition"]
    kept = desk.get(reverse("bill_pdf", args=[bill.pk]), {"download": ""})
    assert kept["Content-Disposition"].startswith("attachment")


def test_before_it_is_kept_the_same_bytes_are_shown(desk, bill):
    shown = desk.get(reverse("bill_pdf", args=[bill.pk])).content
    assert not Document.objects.exists()
    assert shown == bytes(bill_document(bill).content)


def test_a_draft_is_shown_and_nothing_is_kept(desk, company):
    draft = make.draft("12.50", to=make.client(name="Dupont SA"))
    answer = desk.get(reverse("draft_pdf", args=[draft.pk]))
    assert answer.status_code == 200
    found = text(answer.content)
    assert "12.50" in found
    assert "Dupont SA" in found
    assert "Brouillon" in found
    assert not Document.objects.exists()
    assert Draft.objects.count() == 1


def test_a_draft_with_an_unknown_vat_code_is_told(desk, company):
    draft = make.draft(("1", "10", "GONE"))
    answer = desk.get(reverse("draft_pdf", args=[draft.pk]), follow=True)
    assert "GONE" in answer.text
    assert answer.redirect_chain[0][0] == reverse("draft", args=[draft.pk])


def fields(page):
    return page.context["form"].initial


def test_the_mail_is_proposed_to_the_contact_for_invoices(desk, bill):
    Contact.objects.create(
        client=bill.client, purpose="invoice", email="b@dupont.example", language="en"
    )
    page = desk.get(reverse("bill_send", args=[bill.pk]))
    mail = fields(page)
    assert mail["recipient"] == "b@dupont.example"
    assert mail["subject"] == "Invoice F-2026-0001 – Fiduciaire du Léman SA"
    assert "our invoice F-2026-0001" in mail["body"]
    assert "Facture F-2026-0001 – Fiduciaire du Léman SA.pdf" in page.text
    assert not Message.objects.exists()


def test_sending_queues_it_with_the_kept_pdf(desk, bill, accountant):
    url = reverse("bill_send", args=[bill.pk])
    answer = desk.post(url, fields(desk.get(url)))
    assert answer["Location"] == reverse("bill", args=[bill.pk])
    message = Message.objects.get()
    assert message.document.number == bill.number
    assert message.created_by == accountant


def test_again_is_a_new_occasion_with_the_same_bytes(desk, bill):
    url = reverse("bill_send", args=[bill.pk])
    first = fields(desk.get(url))
    desk.post(url, first)
    desk.post(url, first)
    page = desk.get(url)
    assert "Send once more" in page.text
    desk.post(url, fields(page))
    assert list(Message.objects.order_by("pk").values_list("occasion", flat=True)) == [
        1,
        2,
    ]
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recipient", "nobody"),
        ("recipient", "a@[127.0.0.1]"),
        ("recipient", "a@b.example\nBcc: c@d.example"),
        ("subject", "One\nTwo"),
        ("subject", ""),
        ("occasion", "0"),
        ("occasion", "many"),
        ("body", ""),
    ],
)
def test_bad_input_sends_nothing(desk, bill, name, value):
    url = reverse("bill_send", args=[bill.pk])
    answer = desk.post(url, fields(desk.get(url)) | {name: value})
    assert answer.status_code == 200
    assert answer.context["form"].errors[name]
    assert not Message.objects.exists()


def test_without_an_address_one_can_be_typed(desk, company):
    bill = make.bill("10.00", to=make.client(email=""))
    url = reverse("bill_send", args=[bill.pk])
    page = desk.get(url)
    assert "has no e-mail address for invoices" in page.text
    desk.post(url, fields(page) | {"recipient": "new@dupont.example"})
    assert Message.objects.get().recipient == "new@dupont.example"


def test_what_the_paper_lacks_is_told_before_it_is_sent(desk):
    make.company(iban="")
    bill = make.bill("10.00")
    page = desk.get(reverse("bill_send", args=[bill.pk]))
    assert "No account is known for CHF" in page.text


@pytest.mark.parametrize("name", ["bill_pdf", "bill_send"])
def test_strangers_see_nothing(client, stranger, bill, name):
    client.force_login(stranger)
    assert client.get(reverse(name, args=[bill.pk])).status_code == 403


def test_a_stranger_sees_no_draft(client, stranger, company):
    client.force_login(stranger)
    draft = make.draft("10")
    assert client.get(reverse("draft_pdf", args=[draft.pk])).status_code == 403


def test_what_is_not_there_is_not_found(desk):
    for name in ("bill_pdf", "bill_send", "draft_pdf"):
        assert desk.get(reverse(name, args=[999])).status_code == 404


def test_the_archive_lists_both_kinds(desk, bill):
    note = make.bill("4.00", to=bill.client, kind="credit_note")
    for row in (bill, note):
        bill_document(row)
    page = desk.get(reverse("documents"))
    assert bill.number in page.text
    assert note.number in page.text
    only = desk.get(reverse("documents"), {"kind": "credit_note"})
    assert bill.number not in only.text
    assert note.number in only.text
