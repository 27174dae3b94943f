"""A small letter, archived and addressed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from delivery import actions
from delivery.models import Document, Message
from delivery.pdf import render_pdf
from tests import make
from tests.delivery import postmark, sink

LEFT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def letter():
    return render_pdf("<h1>Reminder</h1><p>Please pay.</p>")


@pytest.fixture(autouse=True)
def mail_folder(settings, tmp_path):
    """Mail goes to files, as on a new machine; the settings of tests say locmem."""
    settings.MAIL_FOLDER = tmp_path / "mail"
    settings.EMAIL_BACKEND = "delivery.eml.EmailBackend"
    return settings.MAIL_FOLDER


@pytest.fixture
def archived(company, letter):
    def make_document(number="M-1", content=letter):
        return actions.archive(
            kind=Document.Kind.NOTICE,
            number=number,
            client=make.client(),
            language="fr",
            file_name=f"Rappel {number}.pdf",
            content=content,
            person=None,
        )

    return make_document


@pytest.fixture
def queued(archived):
    """A message with its document, waiting."""

    def queue(number="M-1", recipient="client@example.org", **given):
        document = archived(number)
        return actions.queue_message(
            **{
                "kind": document.kind,
                "number": document.number,
                "client": document.client,
                "language": "fr",
                "recipient": recipient,
                "subject": "Rappel n° 1",
                "body": "Bonjour,\nvoici notre rappel.",
                "person": None,
                "document": document,
            }
            | given
        )

    return queue


@pytest.fixture
def mail(queued):
    """A message that the provider took."""

    def make_mail(number="M-1", state=Message.State.SENT, **values):
        message = queued(number)
        given = {"claimed_at": LEFT, "sent_at": LEFT, "carrier": "postmark"}
        given |= {"carrier_id": f"pm-{message.pk}"}
        Message.objects.filter(pk=message.pk).update(state=state, **given | values)
        message.refresh_from_db()
        return message

    return make_mail


@pytest.fixture
def server(settings):
    """A mail server on this machine."""
    with sink.listening() as listening:
        settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listening.port
        settings.EMAIL_TIMEOUT = 10
        yield listening


@pytest.fixture
def service(settings):
    """A provider's web service on this machine."""
    with postmark.listening() as listening:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": "secret",
            "POSTMARK_API_URL": f"http://127.0.0.1:{listening.server_port}/",
            "REQUESTS_TIMEOUT": 10,
            "IGNORE_UNSUPPORTED_FEATURES": True,
        }
        yield listening
