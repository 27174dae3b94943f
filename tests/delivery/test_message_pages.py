"""The pages of the outbox and the archive."""

from __future__ import annotations

import pytest
from django.utils import timezone

from delivery import actions
from delivery.models import Message

pytestmark = pytest.mark.django_db
State = Message.State


def test_the_outbox_is_narrowed_by_the_address(desk, queued):
    queued(subject="First letter")
    queued("M-2", subject="Second letter")
    Message.objects.filter(number="M-2").update(state=State.FAILED)
    for query, shown in (
        ("", {"First letter", "Second letter"}),
        ("?state=failed", {"Second letter"}),
        ("?state=nonsense", {"First letter", "Second letter"}),
        ("?q=first", {"First letter"}),
        ("?q=a%00b", {"First letter", "Second letter"}),
        ("?kind=statement", set()),
        (f"?client={Message.objects.get(number='M-2').client_id}", {"Second letter"}),
        ("?client=99999999999999999999", {"First letter", "Second letter"}),
        ("?page=99&sort=nonsense", {"First letter", "Second letter"}),
    ):
        page = desk.get(f"/messages/{query}")
        assert page.status_code == 200
        text = page.content.decode()
        found = {s for s in ("First letter", "Second letter") if s in text}
        assert found == shown, query


def test_an_empty_outbox_and_archive_say_what_to_do(desk):
    assert "No e-mail yet" in desk.get("/messages/").content.decode()
    assert "Nothing was issued yet" in desk.get("/documents/").content.decode()


def test_a_message_shows_exactly_what_was_written_and_its_file(desk, queued):
    """Point 6: a new user sees what would go out."""
    message = queued(body="Bonjour <b>Madame</b>")
    actions.send_due()
    page = desk.get(f"/messages/{message.pk}/").content.decode()
    for shown in (
        "Rappel n° 1",
        "Bonjour &lt;b&gt;Madame&lt;/b&gt;",
        "client@example.org",
        "Rappel M-1.pdf",
        "Kept as a file",
    ):
        assert shown in page
    file = desk.get(f"/messages/{message.pk}/file/")
    content = b"".join(file.streaming_content)
    assert message.message_id.encode() in content
    assert file["Content-Disposition"].startswith("attachment")


def test_a_message_without_file_has_none_to_offer(desk, queued):
    assert desk.get(f"/messages/{queued().pk}/file/").status_code == 404


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("cancel", State.QUEUED, State.CANCELLED),
        ("arrived", State.UNKNOWN, State.SENT),
        ("again", State.UNKNOWN, State.QUEUED),
        ("again", State.FAILED, State.QUEUED),
        ("cancel", State.SENT, State.SENT),
        ("again", State.SENT, State.SENT),
        ("arrived", State.QUEUED, State.QUEUED),
    ],
)
def test_what_a_person_may_do_with_a_message(desk, queued, action, before, after):
    message = queued()
    Message.objects.update(state=before, claimed_at=timezone.now())
    answer = desk.post(f"/messages/{message.pk}/{action}/", follow=True)
    assert answer.status_code == 200
    message.refresh_from_db()
    assert message.state == after


def test_a_double_click_on_send_once_more_queues_one_message(desk, queued):
    message = queued()
    Message.objects.update(state=State.SENT)
    for _click in range(2):
        desk.post(f"/messages/{message.pk}/anew/", {"occasion": "2"})
    assert Message.objects.count() == 2
    assert Message.objects.get(occasion=2).created_by.username == "anna"


@pytest.mark.parametrize("occasion", ["", "1", "-2", "x", "99999", "²"])
def test_a_forged_occasion_is_ignored(desk, queued, occasion):
    message = queued()
    desk.post(f"/messages/{message.pk}/anew/", {"occasion": occasion})
    assert Message.objects.count() == 1


def test_a_document_is_shown_as_its_archived_bytes(desk, archived):
    document = archived()
    page = desk.get(f"/documents/{document.pk}/")
    assert page.content == bytes(document.content)
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"] == 'inline; filename="Rappel M-1.pdf"'
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["ETag"] == f'"{document.sha256}"'
    again = desk.get(
        f"/documents/{document.pk}/", headers={"if-none-match": page["ETag"]}
    )
    assert again.status_code == 304
    kept = desk.get(f"/documents/{document.pk}/?download")
    assert kept["Content-Disposition"].startswith("attachment")
    assert desk.get("/documents/999/").status_code == 404


def test_the_archive_lists_documents_without_reading_their_bytes(
    desk, archived, django_assert_max_num_queries
):
    archived()
    archived("M-2")
    with django_assert_max_num_queries(10) as asked:
        page = desk.get("/documents/?q=M-2").content.decode()
    assert "M-2" in page
    assert "M-1<" not in page
    assert not [q for q in asked if '"content"' in q["sql"]]


@pytest.mark.parametrize(
    "path", ["/messages/", "/documents/", "/messages/1/", "/documents/1/"]
)
def test_a_stranger_sees_nothing(client, stranger, company, queued, path):
    queued()
    client.force_login(stranger)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("action", ["cancel", "arrived", "again", "anew"])
def test_a_stranger_changes_nothing_and_a_link_neither(
    client, desk, stranger, queued, action
):
    message = queued()
    assert desk.get(f"/messages/{message.pk}/{action}/").status_code == 405
    client.force_login(stranger)
    assert client.post(f"/messages/{message.pk}/{action}/").status_code == 403
    message.refresh_from_db()
    assert message.state == State.QUEUED
