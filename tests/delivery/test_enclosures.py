"""Messages that bring more documents along: attached, or fetched where too large."""

from __future__ import annotations

import pytest

from delivery import actions
from delivery.actions.outbox import enclose
from delivery.mail import Unsendable, email_of
from delivery.models import Document, Enclosure, Message, ShareLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(archived, letter):
    """The document of an invoice, archived."""

    def make_invoice(number="F-1", content=letter):
        return actions.archive(
            kind=Document.Kind.INVOICE,
            number=number,
            client=Document.objects.order_by("pk").first().client,
            language="fr",
            file_name=f"Facture {number}.pdf",
            content=content,
            person=None,
        )

    return make_invoice


@pytest.fixture
def with_invoices(queued, invoice, server):
    """A message that brings two invoices along; how it arrives."""
    message = queued(body="Bonjour,\n\nvoici notre rappel.\n\nSalutations")
    papers = [invoice("F-1").pk, invoice("F-2").pk]
    enclose(message.kind, {message.number: papers})
    enclose(message.kind, {message.number: papers})
    return message


def names(mail):
    return [part.get_filename() for part in mail.iter_attachments()]


def test_they_are_attached_after_the_letter_once_each(with_invoices, server, letter):
    assert actions.send_due().sent == 1
    (mail,) = server.taken
    assert names(mail) == ["Rappel M-1.pdf", "Facture F-1.pdf", "Facture F-2.pdf"]
    assert {part.get_content() for part in mail.iter_attachments()} == {letter}
    assert not ShareLink.objects.exists()


def test_too_large_together_they_are_fetched_and_the_letter_is_attached(
    client, with_invoices, server, letter, settings
):
    settings.ATTACHMENT_LIMIT = 2 * len(letter)
    settings.BASE_URL = "https://relance.example"
    assert actions.send_due().sent == 1
    (mail,) = server.taken
    assert names(mail) == ["Rappel M-1.pdf"]
    lines = mail.get_body(["plain"]).get_content().splitlines()
    addresses = [line for line in lines if line.startswith("https://")]
    assert len(addresses) == 2
    assert any("Facture F-1.pdf" in line for line in lines)
    html = mail.get_body(["html"]).get_content()
    for address in addresses:
        assert f'href="{address}"' in html.replace("=\n", "")
        answer = client.post(address.removeprefix("https://relance.example") + "file/")
        assert answer.content == letter
    shared = [row.link.document_id for row in Enclosure.objects.select_related("link")]
    assert shared == [row.document_id for row in Enclosure.objects.all()]


def test_a_letter_too_large_alone_is_fetched_with_all_it_brings(
    with_invoices, server, settings
):
    settings.ATTACHMENT_LIMIT = 10
    settings.BASE_URL = "https://relance.example"
    assert actions.send_due().sent == 1
    (mail,) = server.taken
    assert names(mail) == []
    text = mail.get_body(["plain"]).get_content()
    assert text.count("https://relance.example/") == 3


def test_one_that_was_altered_stops_the_message(with_invoices, server):
    kept = Message.objects.prefetch_related("enclosures__document").get()
    kept.enclosures.all()[1].document.content = b"%PDF-forged"
    with pytest.raises(Unsendable, match="not what was archived"):
        email_of(kept)


def test_sent_once_more_it_brings_the_same_along(with_invoices, server):
    actions.send_due()
    message = Message.objects.get()
    actions.send_anew(message, occasion=2, person=None, recipient="b@example.org")
    assert actions.send_due().sent == 1
    first, second = server.taken
    assert names(first) == names(second)


def test_what_has_left_brings_nothing_more(with_invoices, server, invoice):
    actions.send_due()
    enclose("notice", {"M-1": [invoice("F-9").pk]})
    assert Enclosure.objects.count() == 2


def test_the_page_of_the_message_names_them(desk, with_invoices):
    page = desk.get(f"/messages/{with_invoices.pk}/").content.decode()
    assert "Facture F-1.pdf" in page
    assert "Facture F-2.pdf" in page
