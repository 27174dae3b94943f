"""The page about a document: what it is, who got it, and whether it was touched."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from delivery.actions.marking import mark_sent
from delivery.models import Document, Message, MessageEvent, Seal
from tests.sealing import melt_archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(queued):
    message = queued()
    mark_sent(
        message.pk,
        now=timezone.now(),
        carrier="mailgun",
        carrier_id="x",
        before=[Message.State.QUEUED],
    )
    MessageEvent.objects.create(
        message=message,
        provider="mailgun",
        event_key="1",
        kind="bounced",
        reason="550 no such user",
        happened_at=timezone.now(),
    )
    return message


def test_it_says_what_is_kept_and_who_got_it(desk, sent):
    row, seal = sent.document, Seal.objects.get(kind="document")
    page = desk.get(f"/documents/{row.pk}/about/").content.decode()
    for shown in (
        row.sha256,
        row.edition,
        seal.chain,
        row.client.name,
        "1 page",
        sent.recipient,
        "550 no such user",
        f"/documents/{row.pk}/?download",
    ):
        assert shown in page
    assert "Nothing was changed" not in page


def test_it_is_checked_when_somebody_asks(desk, sent):
    path = f"/documents/{sent.document_id}/about/?check=1"
    assert "Nothing was changed" in desk.get(path).content.decode()
    melt_archive()
    Document.objects.update(content=b"%PDF other")
    page = desk.get(path).content.decode()
    assert "not as it was sealed" in page
    assert "Its bytes were changed." in page
    Seal.objects.filter(kind="document").delete()
    assert "It has no seal." in desk.get(path).content.decode()


def test_the_list_leads_there_and_says_where_the_chain_ends(desk, sent):
    page = desk.get("/documents/").content.decode()
    assert f"/documents/{sent.document_id}/about/" in page
    assert Seal.objects.order_by("-position").first().chain in page
    exported = desk.get("/documents/?export=csv")
    content = b"".join(exported) if exported.streaming else exported.content
    assert sent.document.sha256.encode() in content


def test_only_who_may_see_documents_and_mails(desk, sent, accountant, stranger, client):
    path = f"/documents/{sent.document_id}/about/"
    assert desk.get("/documents/999999/about/").status_code == 404
    assert desk.post(path).status_code == 405
    accountant.user_permissions.remove(Permission.objects.get(codename="view_message"))
    assert sent.recipient not in desk.get(path).content.decode()
    client.force_login(stranger)
    assert client.get(path).status_code == 403
