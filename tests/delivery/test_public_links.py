"""The page behind a link in an e-mail: no login, no traces, and no effect of looking."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from delivery import public
from delivery.actions.sharing import revoke, share
from delivery.links import fingerprint
from delivery.models import Document, Message, ShareLink
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def link(archived):
    return share(archived(), timezone.now())


def path_of(address):
    return "/" + address.split("/", 3)[3]


def token_of(address):
    return address.rstrip("/").rpartition("/")[2]


def test_the_page_says_who_sends_what_and_until_when(client, link):
    row, address = link
    answer = client.get(path_of(address))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Fiduciaire du Léman SA" in page
    assert "Rappel M-1.pdf" in page
    assert row.document.sha256 in page
    assert "compta@leman.example" in page
    assert answer["Content-Language"] == "fr"
    assert '<html lang="fr">' in page


def test_the_file_is_what_was_archived_and_its_download_is_counted(client, link):
    row, address = link
    for time in (1, 2):
        answer = client.post(path_of(address) + "file/")
        assert answer.status_code == 200
        assert answer.content == bytes(row.document.content)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        row.refresh_from_db()
        assert row.fetches == time
    assert row.fetched_at < timezone.now()


def test_looking_twenty_times_changes_nothing(client, link):
    """140: mail scanners open every link."""
    row, address = link
    before = ShareLink.objects.filter(pk=row.pk).values().get()
    for _ in range(20):
        assert client.get(path_of(address)).status_code == 200
    assert ShareLink.objects.filter(pk=row.pk).values().get() == before
    assert not client.cookies, "and nobody is followed"


@pytest.mark.parametrize("ending", ["", "file/"])
def test_nothing_leaks_by_referrer_cache_or_search(client, link, ending):
    method = client.post if ending else client.get
    answer = method(path_of(link[1]) + ending)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_file_does_not_come_by_get_nor_the_page_by_post(client, link):
    assert client.get(path_of(link[1]) + "file/").status_code == 405
    assert client.post(path_of(link[1])).status_code == 405


def test_a_browser_that_hides_where_it_comes_from_can_fetch_the_file(link):
    """Under no-referrer a form is posted with `Origin: null`."""
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path_of(link[1]) + "file/", headers={"origin": "null"})
    assert answer.status_code == 200


def altered(token):
    other = "A" if token[0] != "A" else "B"
    yield from (other + token[1:], token.swapcase(), token + ".", token + "%20")
    yield from (token[:-1], "x", fingerprint(token), "%00", "é" * 10, "1" * 3000)


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_altered_token_is_like_an_unknown_one(client, link, method):
    """133: one character off, another case, something behind it."""
    row, address = link
    ending = "file/" if method == "post" else ""
    call = getattr(client, method)
    unknown = call("/shared/unknown/" + ending)
    assert unknown.status_code == 404
    for token in altered(token_of(address)):
        answer = call(f"/shared/{token}/{ending}")
        assert (answer.status_code, answer.content) == (404, unknown.content), token
    row.refresh_from_db()
    assert row.fetches == 0


def test_a_revoked_link_is_like_an_unknown_one(client, link):
    row, address = link
    assert revoke(row, timezone.now())
    assert not revoke(row, timezone.now()), "once"
    answer = client.get(path_of(address))
    assert answer.status_code == 404
    assert answer.content == client.get("/shared/unknown/").content
    assert client.post(path_of(address) + "file/").status_code == 404


def test_an_expired_link_says_whom_to_ask_and_shows_nothing_else(client, archived):
    """134: expired."""
    document = archived()
    row, address = share(document, timezone.now() - timedelta(days=91))
    for answer in (
        client.get(path_of(address)),
        client.post(path_of(address) + "file/"),
    ):
        page = answer.content.decode()
        assert answer.status_code == 410
        assert "Fiduciaire du Léman SA" in page
        assert document.number not in page
        assert document.sha256 not in page
    row.refresh_from_db()
    assert row.fetches == 0


def test_a_document_that_was_altered_is_not_given_out(client, letter, company):
    document = Document.objects.create(
        kind="notice",
        number="M-9",
        client=make.client(),
        language="fr",
        file_name="x.pdf",
        pages=1,
        sha256="0" * 64,
        content=letter,
    )
    row, address = share(document, timezone.now())
    assert client.post(path_of(address) + "file/").status_code == 410
    row.refresh_from_db()
    assert row.fetches == 0


@pytest.fixture
def three_turns(monkeypatch):
    """So few in a minute that seven are too many even where a new one begins."""
    monkeypatch.setattr(public, "TURNS", 3)


def test_who_guesses_is_slowed_down_and_nobody_else(client, link, three_turns):
    """138: too many wrong ones from an address; who has a link is not held up."""
    answers = [client.get(f"/shared/guess-{n}/").status_code for n in range(7)]
    assert answers[:3] == [404] * 3
    assert 429 in answers
    assert client.get(path_of(link[1])).status_code == 200


def test_a_link_that_is_asked_for_without_end_is_refused_for_a_minute(
    client, link, three_turns
):
    answers = [client.get(path_of(link[1])) for _ in range(7)]
    slow = [answer for answer in answers if answer.status_code == 429]
    assert slow
    assert slow[0]["Retry-After"] == "60"
    assert slow[0]["Cache-Control"] == "no-store"


def test_the_database_cannot_open_what_it_keeps(link):
    row, address = link
    token = token_of(address)
    assert len(token) == 43, "256 bits"
    assert row.token_sha256 == fingerprint(token)
    kept = str(ShareLink.objects.values()) + str(Message.objects.values())
    assert token not in kept


def test_another_secret_key_leaves_links_as_they_are(client, link, settings):
    """F61."""
    settings.SECRET_KEY = "another"
    assert client.get(path_of(link[1])).status_code == 200


def test_links_are_of_our_own_address_whatever_the_request_said(archived, settings):
    """111: of the setting, not of Host."""
    settings.BASE_URL = "https://relance.example"
    _row, address = share(archived(), timezone.now())
    assert address.startswith("https://relance.example/shared/")


def test_the_page_needs_no_script_and_nothing_of_others(client, link):
    page = client.get(path_of(link[1])).content.decode()
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<form") == 1
    assert "<button" in page


def test_what_is_logged_has_no_tokens(client, link):
    from config.logs import BlotOut

    token = token_of(link[1])
    record = logging.LogRecord(
        "django.request",
        logging.WARNING,
        "",
        0,
        "%s: %s",
        ("Gone", f"/shared/{token}/file/"),
        None,
    )
    assert BlotOut().filter(record)
    assert record.getMessage() == "Gone: /shared/…/file/"


def test_a_link_is_closed_on_the_page_of_its_document(desk, link):
    row, address = link
    desk.post(path_of(address) + "file/")
    about = f"/documents/{row.document_id}/about/"
    page = desk.get(about).content.decode()
    assert "Links in e-mails" in page
    assert "1 time, first" in page
    assert desk.get(f"/links/{row.pk}/close/").status_code == 405
    answer = desk.post(f"/links/{row.pk}/close/")
    assert answer["Location"] == about
    assert desk.get(path_of(address)).status_code == 404
    assert f"/links/{row.pk}/close/" not in desk.get(about).content.decode()


def test_who_may_not_change_messages_closes_no_links(client, stranger, link):
    client.force_login(stranger)
    assert client.post(f"/links/{link[0].pk}/close/").status_code == 403
    link[0].refresh_from_db()
    assert link[0].revoked_at is None
