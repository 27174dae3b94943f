"""A provider's web service: what it is told, and what its answers mean."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import actions
from delivery.models import MailService, Message
from tests import make
from tests.delivery import provider as stub
from tests.delivery import sink
from tests.delivery.mailing import logo

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def provider(settings):
    with stub.listening() as listening:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": "test",
            "POSTMARK_API_URL": listening.address,
            "REQUESTS_TIMEOUT": 0.3,
            "IGNORE_UNSUPPORTED_FEATURES": True,
        }
        yield listening


def test_the_provider_gets_text_html_document_and_no_wish_to_spy(
    queued, provider, letter
):
    message = queued()
    assert actions.send_due().sent == 1
    (asked,) = provider.asked
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
    assert (message.carrier, message.carrier_id) == ("postmark", "pm-1")


def test_the_logo_goes_with_the_html_at_a_provider_too(archived, provider):
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
    (asked,) = provider.asked
    assert asked["From"] == '"Widgets, Inc." <compta@leman.example>'
    files = {file["ContentType"]: file for file in asked["Attachments"]}
    assert set(files) == {"image/png", "application/pdf"}
    picture = files["image/png"]
    assert picture["ContentID"].startswith("cid:")
    assert f'src="{picture["ContentID"]}"' in asked["HtmlBody"]


@pytest.mark.parametrize(
    ("mood", "state", "attempts", "ill"),
    [
        ("422", State.FAILED, 1, False),
        ("413", State.FAILED, 1, False),
        ("429", State.QUEUED, 0, True),
        ("401", State.QUEUED, 0, True),
        ("500", State.UNKNOWN, 1, True),
        ("503", State.UNKNOWN, 1, True),
        ("drop", State.UNKNOWN, 1, True),
        ("hang", State.UNKNOWN, 1, True),
    ],
)
def test_what_the_answer_of_a_provider_means(
    queued, provider, mood, state, attempts, ill
):
    """F17: a 5xx or silence after the request says nothing for sure."""
    provider.mood = mood
    message = queued()
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, attempts)
    assert message.error or MailService.objects.get().last_error
    assert bool(MailService.objects.get().failures) == ill
    assert len(provider.asked) == 1


def test_a_provider_that_says_when_is_left_alone_until_then(queued, provider):
    """F17: `Retry-After` is obeyed at once."""
    provider.mood = "429"
    before = timezone.now()
    queued(), queued("M-2")
    actions.send_due()
    assert len(provider.asked) == 1
    pause = MailService.objects.get().paused_until - before
    assert timedelta(seconds=119) <= pause <= timedelta(seconds=180)


def test_a_provider_that_cannot_be_reached_got_nothing(queued, provider, settings):
    settings.ANYMAIL |= {"POSTMARK_API_URL": f"http://127.0.0.1:{sink.free_port()}/"}
    message = queued()
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)
