"""E-mails as a mail server gets them: their parts, their headers, their names."""

from __future__ import annotations

from datetime import timedelta
from email import policy
from email.parser import BytesParser

import pytest
from django.utils import timezone

from delivery import actions
from delivery.actions import sharing
from delivery.mail import Unsendable, email_of
from delivery.models import Document, Message, ShareLink
from tests import make
from tests.delivery.mailing import logo

pytestmark = pytest.mark.django_db
State = Message.State

BODY = "Madame, Monsieur,\n\nVeuillez payer CHF 1’234.50.\n\nMeilleures salutations\nÉlodie"


@pytest.fixture
def sent(queued, server):
    """What arrives of a message that is sent."""

    def send(**given):
        queued(**{"body": BODY} | given)
        assert actions.send_due().sent == 1
        (mail,) = server.taken
        return mail

    return send


def text_of(part):
    return part.get_content().replace("\r\n", "\n").rstrip()


def kinds(mail):
    return [part.get_content_type() for part in mail.walk()]


def test_text_and_html_are_two_ways_to_read_the_same_words(sent):
    mail = sent()
    assert kinds(mail) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    assert text_of(mail.get_body(["plain"])) == BODY
    html = text_of(mail.get_body(["html"]))
    assert html == Message.objects.get().html.rstrip()
    for line in filter(None, BODY.splitlines()):
        assert line in html


def test_the_headers_say_who_and_that_no_answering_machine_should_answer(sent):
    mail = sent()
    assert mail["From"] == "Fiduciaire du Léman SA <compta@leman.example>"
    assert mail["Reply-To"] == "compta@leman.example"
    assert mail["To"] == "client@example.org"
    assert mail["Cc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    assert mail["Message-ID"] == Message.objects.get().message_id
    assert mail["Date"]


@pytest.mark.parametrize(
    "name",
    ["Widgets, Inc.", 'Müller & "Söhne" AG', "A <b@c.example>", "Œuvre; «É»", "."],
)
def test_any_name_of_a_company_is_a_right_sender(sent, name):
    """117: `From: Widgets, Inc. <…>` would be two addresses."""
    make.company(name=name)
    mail = sent()
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "compta@leman.example")


def test_the_subject_is_one_line_whatever_was_typed(sent):
    """116: a header cannot be smuggled in."""
    mail = sent(
        subject="Rappel\r\nBcc: evil@example.org\n \x07n° 1 – €\u202e" + "é" * 300
    )
    assert mail["Bcc"] is None
    subject = mail["Subject"].strip()
    assert subject.startswith("Rappel Bcc: evil@example.org n° 1 – €é")
    assert len(subject) == 200


def test_the_logo_belongs_to_the_html_and_is_no_attachment(archived, server):
    make.company(logo=logo(1000, 250))
    document = archived()
    actions.queue_message(
        kind="notice",
        number=document.number,
        client=document.client,
        language="fr",
        recipient="client@example.org",
        subject="Rappel",
        body=BODY,
        person=None,
        document=document,
    )
    assert actions.send_due().sent == 1
    (mail,) = server.taken
    assert kinds(mail) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    (picture,) = (
        part for part in mail.walk() if part.get_content_type() == "image/png"
    )
    cid = picture["Content-ID"].strip("<>")
    html = text_of(mail.get_body(["html"]))
    assert f'src="cid:{cid}"' in html
    assert picture.get_content_disposition() == "inline"
    assert len(picture.get_content()) < 20_000
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "application/pdf"


def test_rendered_twice_it_has_the_same_parts(queued):
    make.company(logo=logo())
    email = email_of(Message.objects.select_related("document").get(pk=queued().pk))
    first, second = (
        kinds(BytesParser(policy=policy.default).parsebytes(email.message().as_bytes()))
        for _ in range(2)
    )
    assert first == second


def test_a_file_name_keeps_its_accents(archived, server):
    name = "Relevé de compte 2026-01 – Fiduciaire du Léman SA.pdf"
    document = archived("M-1")
    other = Document.objects.create(
        kind="statement",
        number="R-2",
        client=document.client,
        language="fr",
        file_name=name,
        pages=1,
        sha256=document.sha256,
        content=document.content,
    )
    actions.queue_message(
        kind="statement",
        number="R-2",
        client=document.client,
        language="fr",
        recipient="client@example.org",
        subject="Relevé",
        body=BODY,
        person=None,
        document=other,
    )
    server.raw = []
    actions.send_due()
    (raw,) = server.raw
    assert b"filename*=utf-8''Relev%C3%A9" in raw, "RFC 2231"
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == name
    assert attached.get_content() == bytes(document.content)


def test_a_message_of_before_there_was_html_is_the_text_it_was(queued):
    message = queued()
    message.html = ""
    email = email_of(message)
    assert not email.alternatives
    assert email.message().get_content_type() == "multipart/mixed"


def test_nobody_is_followed_and_reports_find_their_message(queued):
    message = queued()
    email = email_of(message)
    assert (email.track_opens, email.track_clicks) == (False, False)
    assert email.metadata == {"relance": message.message_id}
    assert email.recipients() == [message.recipient], "one message, one recipient"


def test_a_provider_that_refuses_ids_of_others_gets_none(queued, settings):
    message = queued()
    assert "Message-ID" in email_of(message).extra_headers
    settings.EMAIL_BACKEND = "anymail.backends.mailjet.EmailBackend"
    assert "Message-ID" not in email_of(message).extra_headers


# A document that is too large to attach (121).


@pytest.fixture
def on_the_net(settings, letter):
    settings.ATTACHMENT_LIMIT = len(letter) - 1
    settings.BASE_URL = "https://relance.example"


def test_a_large_document_is_fetched_under_a_link(client, sent, on_the_net, letter):
    mail = sent()
    assert kinds(mail) == ["multipart/alternative", "text/plain", "text/html"]
    text = text_of(mail.get_body(["plain"]))
    (address,) = (line for line in text.splitlines() if line.startswith("https://"))
    assert text.replace("\n\n", "\n").splitlines()[0] == BODY.splitlines()[0]
    assert text.endswith("Meilleures salutations\nÉlodie")
    assert f'href="{address}"' in text_of(mail.get_body(["html"]))
    answer = client.post(address.removeprefix("https://relance.example") + "file/")
    assert answer.content == letter
    message = Message.objects.get()
    assert message.link.document_id == message.document_id
    assert address not in message.body + message.html, "its secret is kept nowhere"
    days = (message.link.expires_at - timezone.now()) / timedelta(days=1)
    assert 89 < days <= 90


def test_the_page_of_the_message_says_that_it_bore_a_link(desk, sent, on_the_net):
    sent()
    page = desk.get(f"/messages/{Message.objects.get().pk}/").content.decode()
    assert "fetched under a link" in page


def test_of_exactly_the_limit_it_is_attached(sent, on_the_net, letter, settings):
    settings.ATTACHMENT_LIMIT = len(letter)
    assert "application/pdf" in kinds(sent())
    assert not ShareLink.objects.exists()


def test_another_attempt_leaves_the_link_of_the_first_one_open(
    queued, server, on_the_net
):
    queued(recipient="450@example.org")
    actions.send_due()
    first = Message.objects.get().link
    Message.objects.update(next_try_at=timezone.now())
    actions.send_due()
    links = ShareLink.objects.order_by("pk")
    assert links[0] == first
    assert [link.revoked_at for link in links] == [None, None]
    assert Message.objects.get().link == links[1]


def test_without_an_address_on_the_net_a_large_document_is_not_sent(
    queued, server, on_the_net, settings
):
    settings.BASE_URL = "http://localhost:8000"
    message = queued()
    assert actions.send_due().failed == 1
    message.refresh_from_db()
    assert "BASE_URL" in message.error
    assert not server.taken
    with pytest.raises(Unsendable):
        sharing.share_if_large(message, timezone.now())


def test_files_on_this_machine_may_have_links_to_it(queued, on_the_net, settings):
    settings.BASE_URL = "http://localhost:8000"
    queued()
    assert actions.send_due().sent == 1
    assert ShareLink.objects.count() == 1
