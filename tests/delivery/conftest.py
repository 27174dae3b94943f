"""A small letter, archived and addressed."""

from __future__ import annotations

import pytest

from delivery import actions
from delivery.models import Document
from delivery.pdf import render_pdf
from tests import make
from tests.delivery import sink


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
def server(settings):
    """A mail server on this machine; nobody waits long for it."""
    with sink.listening() as listening:
        settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listening.port
        settings.EMAIL_TIMEOUT = 0.3
        yield listening
