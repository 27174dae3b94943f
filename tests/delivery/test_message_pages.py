"""The pages of the outbox and the archive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import actions
from delivery.models import Message, MessageEvent

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


NOW = timezone.now()
LONG_AGO = NOW - timedelta(hours=25)
SENT = {"state": State.SENT, "sent_at": NOW, "carrier": "postmark"}
# What is known of a message, and what its page says of it.
PAGES = {
    "waiting": ({}, ["Waiting", "Hold back"]),
    "being prepared": ({"state": State.CLAIMED}, ["Being sent"]),
    "being handed over": ({"state": State.HANDING}, ["Being sent"]),
    "sent": (SENT, ["Sent", "Send once more"]),
    "sent by a mail server": (SENT | {"carrier": "smtp"}, ["cannot be known"]),
    "kept as a file": (SENT | {"carrier": "file"}, ["nothing left this machine"]),
    "delayed": (SENT | {"deferred_at": NOW}, ["Delayed"]),
    "delivered": (
        SENT | {"delivered_at": NOW, "opened_at": NOW},
        ["Delivered", "Opened"],
    ),
    "opened": (SENT | {"opened_at": NOW}, ["Opened", "perhaps by a program"]),
    "silent": (SENT | {"sent_at": LONG_AGO}, ["No delivery report", "24 hours"]),
    "came back": (SENT | {"bounced_at": NOW}, ["Came back", "Deal with it"]),
    "refused": (SENT | {"rejected_at": NOW}, ["Refused", "Deal with it"]),
    "taken for spam": (SENT | {"complained_at": NOW}, ["reported it as spam"]),
    "failed": (
        {"state": State.FAILED, "error": "550 no such user"},
        ["There is no such mailbox.", "550 no such user", "Deal with it"],
    ),
    "unknown": ({"state": State.UNKNOWN}, ["Nobody knows", "It arrived", "send again"]),
    "printed": (
        {"state": State.UNKNOWN, "resolution": "printed", "resolved_at": NOW},
        ["Printed and posted"],
    ),
    "overtaken": (
        {"state": State.OVERTAKEN, "error": "Paid on 3 March."},
        [
            "was overtaken and did not leave",
            "Paid on 3 March.",
            "Reminders of the client",
        ],
    ),
    "held back": ({"state": State.CANCELLED}, ["Held back", "Send after all"]),
}


@pytest.mark.parametrize("what", PAGES)
def test_a_message_says_how_far_it_got_and_what_can_be_done(
    desk, queued, settings, what
):
    """F18: silence is said as such, and never shown as an arrival."""
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "relance:secret"}
    message = queued()
    values, words = PAGES[what]
    if values:
        Message.objects.update(**values)
    page = desk.get(f"/messages/{message.pk}/").content.decode()
    for word in words:
        assert word in page
    if what != "delivered":
        assert ">Delivered<" not in page
    if values.get("resolution"):
        assert "send again" not in page


def test_a_page_tells_what_the_provider_reported(desk, queued):
    message = queued()
    for turn, kind in enumerate(["delivered", "opened", "bounced"]):
        MessageEvent.objects.create(
            message=message,
            provider="postmark",
            event_key=str(turn),
            kind=kind,
            reason="550 5.1.1 gone" if kind == "bounced" else "",
            happened_at=NOW + timedelta(minutes=turn),
        )
    page = desk.get(f"/messages/{message.pk}/").content.decode()
    places = [
        page.index(words)
        for words in (
            "Delivered to the recipient",
            "Opened, perhaps by a program",
            "550 5.1.1 gone",
        )
    ]
    assert places == sorted(places)


def test_the_menu_counts_what_did_not_arrive(desk, queued, client, stranger):
    queued()
    assert (
        'nav-link-title">Undelivered</span>\n      \n'
        in desk.get("/messages/").content.decode()
    )
    Message.objects.update(state=State.FAILED)
    page = desk.get("/messages/").content.decode()
    assert '<span class="badge bg-red-lt ms-auto">1</span>' in page
    assert "1 message did not arrive" in page


def test_the_outbox_takes_as_many_queries_for_many_as_for_two(
    desk, queued, django_assert_max_num_queries
):
    for turn in range(12):
        queued(f"M-{turn}")
    with django_assert_max_num_queries(13):
        desk.get("/messages/")


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
    with django_assert_max_num_queries(11) as asked:
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
