"""The paper of a bill is drawn once and kept; sending it takes what is kept."""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.db import IntegrityError, transaction

from billing.actions.papers import PaperRefusal, bill_document, send_bill
from billing.models import Bill
from billing.tasks import archive_bill
from clients.actions.saving import save_company
from clients.models import Client, Contact
from delivery.models import Document, Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill(company):
    return make.bill("100.00", to=make.client("K-1", name="Dupont SA"))


def test_it_is_kept_with_its_fingerprint(bill, accountant):
    document = bill_document(bill, accountant)
    content = bytes(document.content)
    assert content.startswith(b"%PDF")
    assert document.sha256 == sha256(content).hexdigest()
    assert (document.kind, document.number) == ("invoice", "F-2026-0001")
    assert document.file_name == "Facture F-2026-0001 – Fiduciaire du Léman SA.pdf"
    assert (document.client, document.language) == (bill.client, "fr")
    assert document.created_by == accountant
    assert Bill.objects.get(pk=bill.pk).document == document


def test_it_is_never_drawn_again(bill):
    first = bill_document(bill)
    home = bill.client
    Client.objects.filter(pk=home.pk).update(name="Autre SA")
    company = make.company(name="Another Company")
    save_company(company)
    again = bill_document(Bill.objects.get(pk=bill.pk))
    assert again == first
    assert Document.objects.count() == 1
    assert bytes(again.content) == bytes(first.content)


def test_two_who_draw_at_once_keep_one(bill):
    other = Bill.objects.get(pk=bill.pk)
    assert bill_document(bill) == bill_document(other)
    assert Document.objects.count() == 1


def test_what_was_kept_but_not_noted_is_found_again(bill):
    """The process was stopped between the two writes."""
    first = bill_document(bill)
    Bill.objects.filter(pk=bill.pk).update(document=None)
    assert bill_document(Bill.objects.get(pk=bill.pk)) == first
    assert Bill.objects.get(pk=bill.pk).document == first


def test_the_database_keeps_the_bytes(bill):
    document = bill_document(bill)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(content=b"%PDF-forged")


def test_a_task_keeps_it_too(bill):
    archive_bill.func(bill.pk)
    archive_bill.func(bill.pk)
    assert Document.objects.count() == 1


def test_a_credit_note_is_kept_as_one(bill):
    note = make.bill(
        "40.00", to=bill.client, kind="credit_note", corrects=bill.invoices.get()
    )
    document = bill_document(note)
    assert (document.kind, document.number) == ("credit_note", note.number)


def send(bill, occasion=1, recipient="compta@dupont.example"):
    return send_bill(
        bill,
        recipient=recipient,
        subject="Facture",
        body="Bonjour",
        occasion=occasion,
        person=None,
    )


def test_sending_takes_what_is_kept(bill):
    message = send(bill)
    assert message.document == bill_document(bill)
    assert (message.kind, message.number) == ("invoice", bill.number)
    assert message.state == Message.State.QUEUED


def test_a_double_click_sends_once_and_a_new_occasion_again(bill):
    assert send(bill) == send(bill)
    assert send(bill, occasion=2) != send(bill)
    assert Message.objects.count() == 2
    assert Document.objects.count() == 1


def test_the_mail_is_in_the_language_of_whoever_gets_it(bill):
    Contact.objects.create(
        client=bill.client, purpose="invoice", email="b@dupont.example", language="de"
    )
    assert send(bill).language == "de"


def test_nothing_goes_to_nobody(bill):
    with pytest.raises(PaperRefusal, match="no e-mail address"):
        send(bill, recipient="")
    assert not Message.objects.exists()
