"""What was issued: its pages, its chain, and the link to its recipient's page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from clients.actions.merging import merge_clients
from delivery.links import fingerprint
from delivery.models import Message, ShareLink
from statements.models import Statement
from statements.recipient.renewing import renewed_token
from tests import make

JANUARY = "start=2026-01-01&end=2026-01-31&kind=activity"


def issue(desk, client, period=JANUARY, key="1"):
    url = f"/clients/{client.pk}/statement/issue/?{period}"
    desk.post(url, {"request_key": key * 32})
    return Statement.objects.latest("pk")


def page(desk, made):
    return desk.get(f"/statements/{made.pk}/").text


def addresses(text):
    found = rf'href="({re.escape(settings.BASE_URL)}/r/[^"]+)"'
    return re.findall(found, text)


@pytest.fixture
def made(desk, dupont):
    return issue(desk, dupont)


def test_what_the_client_received_is_shown_and_never_made_again(desk, made):
    text = page(desk, made)
    pictures = re.findall(r'class="leaf" src="([^"]+)"', text)
    assert len(pictures) == made.document.pages
    files = [f"/statements/{made.pk}/lines.{form}" for form in ("xlsx", "csv")]
    said = ["What the client received", made.document.sha256, "French", "anna"]
    for shown in said + files:
        assert shown in text
    before = desk.get(pictures[0])
    assert before["Content-Type"] == "image/png"
    make.credit("10.00 CHF", of=made.client, on="2026-01-15")
    assert desk.get(pictures[0]).content == before.content
    assert desk.get(f"/statements/{made.pk}/page/99.png").status_code == 404

    merge_clients(made.client, make.client("HEIR"))
    assert addresses(page(desk, made)) == addresses(text) != []


def test_the_link_is_told_closed_and_opened_again(desk, made):
    """The address is made once more: the database keeps its hash.

    What is sent again bears the link that is open, if there is one.
    """

    def mail():
        form = desk.get(f"/statements/{made.pk}/send/").context["form"]
        return form.initial["body"]

    [link] = ShareLink.objects.all()
    [first] = addresses(page(desk, made))
    token = first.rstrip("/").rpartition("/")[2]
    assert fingerprint(token) == link.token_sha256
    assert "open until" in page(desk, made)
    assert first in mail()

    close = reverse("statement_link_close", args=[made.pk, link.pk])
    assert desk.get(close).status_code == 405
    for _again in range(2):
        desk.post(close)
    assert addresses(page(desk, made)) == []
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert "/r/" not in mail()

    renew = reverse("statement_link_open", args=[made.pk])
    for _again in range(3):
        desk.post(renew, {"seen": "1"})
    assert ShareLink.objects.count() == 2, "pressed three times, it opens one"
    [second] = addresses(page(desk, made))
    assert second != first
    assert second in mail()
    for seen in ("", "x", "0", "7", "-1", "9" * 30):
        answer = desk.post(renew, {"seen": seen}, follow=True)
        assert "This page is out of date." in answer.text
    assert ShareLink.objects.count() == 2


def test_each_names_the_one_it_goes_on_from_and_the_one_that_goes_on(desk, made):
    """I11: the chain can be walked in both directions."""
    follower = issue(
        desk, made.client, "start=2026-02-01&end=2026-02-28&kind=activity", "2"
    )
    assert follower.previous == made
    back, forth = (f'href="/statements/{s.pk}/" rel=' for s in (made, follower))
    assert f'{back}"prev"' in page(desk, follower)
    assert f'{forth}"next"' in page(desk, made)
    builder = desk.get(
        f"/clients/{made.client_id}/statement/?start=2026-03-01&end=2026-03-31"
    )
    assert f"It goes on from statement {follower.number}" in builder.text

    # The link of one is not closed under the other.
    link = ShareLink.objects.get(document=follower.document)
    close = reverse("statement_link_close", args=[made.pk, link.pk])
    assert desk.post(close).status_code == 404
    assert not ShareLink.objects.exclude(revoked_at=None).exists()


def test_who_may_only_read_sees_no_address_and_closes_nothing(desk, made, accountant):
    past = timezone.now() - timedelta(days=1)
    hidden = fingerprint(renewed_token(made, 2))
    ShareLink.objects.create(
        document=made.document, token_sha256=hidden, expires_at=past
    )
    text = page(desk, made)
    assert f"expired {localdate(past):%d.%m.%Y}" in text
    assert len(addresses(text)) == 1, "of the one that is open"

    may = accountant.user_permissions.filter(codename="send_statement")
    accountant.user_permissions.remove(*may)
    text = page(desk, made)
    assert "open until" in text
    assert addresses(text) == []
    link = ShareLink.objects.earliest("pk")
    for url in (
        reverse("statement_link_close", args=[made.pk, link.pk]),
        reverse("statement_link_open", args=[made.pk]),
    ):
        assert desk.post(url, {"seen": "2"}).status_code == 403
    assert not ShareLink.objects.exclude(revoked_at=None).exists()


def test_an_email_names_the_page_of_what_it_brings(desk, dupont):
    """Also where another statement was issued while somebody read the e-mail."""
    confirm = f"/clients/{dupont.pk}/statement/send/?{JANUARY}"
    form = desk.get(confirm).context["form"].initial
    issue(desk, dupont, "start=2025-11-01&end=2025-11-30&kind=activity")
    desk.post(confirm, form)
    made = Statement.objects.latest("pk")
    [address] = addresses(page(desk, made))
    assert address in Message.objects.get().body
    assert address not in form["body"]
