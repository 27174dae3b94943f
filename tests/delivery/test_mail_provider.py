"""Mail by a provider's web service: what the service is told."""

from __future__ import annotations

import base64

import pytest

from delivery import actions
from tests import make
from tests.delivery.mailing import logo

pytestmark = pytest.mark.django_db


def test_the_provider_gets_text_html_document_and_no_wish_to_spy(
    queued, service, letter
):
    message = queued()
    assert actions.send_due().sent == 1
    (asked,) = service.taken
    assert asked["TextBody"] == message.body
    assert asked["HtmlBody"] == message.html
    assert asked["Metadata"] == {"relance": message.message_id}
    assert asked["TrackOpens"] is False
    assert asked["TrackLinks"] == "None"
    assert asked["To"] == "client@example.org"
    assert asked["ReplyTo"] == "compta@leman.example"
    headers = {header["Name"]: header["Value"] for header in asked["Headers"]}
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"] == message.message_id
    (file,) = asked["Attachments"]
    assert base64.b64decode(file["Content"]) == letter
    assert file["Name"] == "Rappel M-1.pdf"
    message.refresh_from_db()
    assert (message.carrier, message.carrier_id) == ("postmark", "pm-0")


def test_the_logo_goes_with_the_html_at_a_provider_too(archived, service):
    document = archived()
    make.company(logo=logo(), name="Widgets, Inc.")
    actions.queue_message(
        kind="notice",
        number=document.number,
        client=document.client,
        language="fr",
        recipient="client@example.org",
        subject="Rappel",
        body="Bonjour",
        person=None,
        document=document,
    )
    assert actions.send_due().sent == 1
    (asked,) = service.taken
    assert asked["From"] == '"Widgets, Inc." <compta@leman.example>'
    files = {file["ContentType"]: file for file in asked["Attachments"]}
    assert set(files) == {"image/png", "application/pdf"}
    picture = files["image/png"]
    assert picture["ContentID"].startswith("cid:")
    assert f'src="{picture["ContentID"]}"' in asked["HtmlBody"]
