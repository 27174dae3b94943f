"""The address of reports: whose are believed, and what is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from delivery import webhooks
from delivery.models import MessageEvent, Seal
from delivery.tracking import REPORTERS, missing_settings

SECRET = "relance:a-long-secret"
POSTMARK, MAILGUN = "/anymail/postmark/tracking/", "/anymail/mailgun/tracking/"


def basic(secret=SECRET):
    return {"Authorization": "Basic " + b64encode(secret.encode()).decode()}


@pytest.fixture
def postmark(settings):
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "x"}


@pytest.fixture
def mailgun(settings):
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_API_KEY": "key-1"}


def post(client, body, address=POSTMARK, secret=SECRET, **headers):
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(
        address,
        data,
        content_type="application/json",
        headers=(basic(secret) if secret else {}) | headers,
    )


def delivery(message, **changed):
    """A report as Postmark's manual shows it."""
    return {
        "MessageID": message.carrier_id,
        "Recipient": message.recipient,
        "DeliveredAt": "2026-03-02T12:05:00Z",
        "Details": "Test delivery webhook details",
        "Tag": "",
        "ServerID": 23,
        "Metadata": {"relance": message.message_id},
        "RecordType": "Delivery",
        "MessageStream": "outbound",
    } | changed


def bounce(message, **changed):
    return {
        "RecordType": "Bounce",
        "MessageStream": "outbound",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": message.carrier_id,
        "Metadata": {"relance": message.message_id},
        "ServerID": 23,
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": message.recipient,
        "From": "compta@leman.example",
        "BouncedAt": "2026-03-02T12:10:00Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Test",
    } | changed


def signed(message, event="delivered", token="t" * 50, key="key-1", **data):
    """A report as Mailgun's manual shows it, signed."""
    stamp = "1772453100"
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256)
    headers = {"message-id": message.message_id.strip("<>"), "to": message.recipient}
    return {
        "signature": {
            "token": token,
            "timestamp": stamp,
            "signature": signature.hexdigest(),
        },
        "event-data": {
            "event": event,
            "id": "DACSsAdVSeGpLid7TN03WA",
            "timestamp": 1772453100.8,
            "log-level": "info",
            "recipient": message.recipient,
            "message": {"headers": headers, "size": 111},
            "user-variables": {"relance": message.message_id},
            "delivery-status": {"code": 250, "message": "OK", "attempt-no": 1},
            "tags": [],
        }
        | data,
    }


@pytest.mark.django_db
def test_postmark_says_that_a_message_was_delivered(client, postmark, mail):
    message = mail()
    assert post(client, delivery(message)).status_code == 200
    message.refresh_from_db()
    assert message.delivered_at == datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
    event = message.events.get()
    assert (event.kind, event.provider, event.recipient) == (
        "delivered",
        "postmark",
        "client@example.org",
    )
    assert Seal.objects.filter(kind=Seal.Kind.EVENT, row=event.pk).exists()


@pytest.mark.django_db
def test_postmark_says_why_a_message_came_back(client, postmark, mail):
    message = mail()
    assert post(client, bounce(message)).status_code == 200
    message.refresh_from_db()
    assert message.bounced_at
    assert message.state == "sent"
    assert "does not exist" in message.events.get().reason


@pytest.mark.django_db
def test_mailgun_signs_what_it_says(client, mailgun, mail):
    message = mail(carrier="mailgun", carrier_id="")
    forged = signed(message, key="other")
    assert post(client, forged, MAILGUN).status_code == 400
    assert not MessageEvent.objects.exists()
    failed = {"severity": "permanent", "reason": "bounce"}
    failed["delivery-status"] = {"code": 550, "message": "5.1.1 no such user"}
    answer = post(client, signed(message, "failed", **failed), MAILGUN)
    assert answer.status_code == 200
    message.refresh_from_db()
    assert message.bounced_at
    assert message.events.get().reason == "5.1.1 no such user"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "expected"), [(None, 401), ("relance:other", 400), ("", 401), (":", 400)]
)
def test_without_the_secret_nothing_is_read(client, postmark, mail, given, expected):
    """Row 124; the body would be refused as well, were it read."""
    answer = post(client, "{" * 2000, secret=given)
    assert answer.status_code == expected
    assert post(client, delivery(mail()), secret=given).status_code == expected
    assert not MessageEvent.objects.exists()


@pytest.mark.django_db
def test_a_secret_can_be_changed_without_losing_reports(client, settings, mail):
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET, "relance:next"]}
    assert post(client, delivery(mail()), secret="relance:next").status_code == 200


@pytest.mark.django_db
def test_the_address_is_there_for_the_provider_that_is_set_and_no_other(
    client, settings
):
    def found(path):
        statuses = {client.head(path).status_code, post(client, "{}", path).status_code}
        return statuses != {404}

    assert not found(POSTMARK)
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {}
    assert not found(POSTMARK)
    settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    assert not found(POSTMARK)
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    assert found(POSTMARK)
    for other in ("mailgun", "brevo", "scaleway", "file", "x"):
        assert not found(f"/anymail/{other}/tracking/")
    assert not found("/anymail/postmark/inbound/")
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    assert not found(MAILGUN), "Mailgun signs: its key is missing"
    settings.EMAIL_BACKEND = "anymail.backends.scaleway.EmailBackend"
    assert not found("/anymail/scaleway/tracking/")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert not found("/anymail/smtp/tracking/")


def test_every_provider_of_anymail_that_reports_is_known(settings):
    from anymail.urls import urlpatterns

    names = {str(p.pattern).strip("^$/") for p in urlpatterns}
    known = {n.partition("/")[0] for n in names if n.endswith("tracking")}
    assert set(REPORTERS) == known
    settings.ANYMAIL = {}
    assert missing_settings("postal") == [
        "ANYMAIL_WEBHOOK_SECRET",
        "ANYMAIL_POSTAL_WEBHOOK_KEY",
    ]
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    for name, reporter in REPORTERS.items():
        settings.ANYMAIL |= dict.fromkeys(reporter.keys[:1], "k")
        assert missing_settings(name) == []


@pytest.mark.django_db
def test_a_browser_has_no_business_there(client, postmark):
    assert client.get(POSTMARK).status_code == 405
    assert client.head(POSTMARK).status_code == 200


BAD = {
    "nothing": "",
    "no object": "[]",
    "a list of numbers": "[1, 2]",
    "cut off": '{"RecordType": "Del',
    "not UTF-8": b'{"a": "\xff"}',
    "too deep": "[" * 200_000 + "]" * 200_000,
    "a number of 5,000 digits": '{"ID": ' + "9" * 5000 + "}",
    "more than any number": '{"RecordType": "Delivery", "x": 1e400}',
    "not a number": '{"RecordType": "Delivery", "x": NaN}',
    "infinite": '{"RecordType": "Delivery", "x": -Infinity}',
    "a wrong time": '{"RecordType": "Delivery", "DeliveredAt": "2026-13-45T99:00Z"}',
    "a time that is none": '{"RecordType": "Delivery", "DeliveredAt": 7}',
    "inbound mail": '{"FromFull": {}}',
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", BAD)
def test_what_is_no_report_is_refused_and_never_an_error_of_ours(
    client, postmark, what
):
    """Rows 126 to 128."""
    assert post(client, BAD[what]).status_code == 400
    assert not MessageEvent.objects.exists()


@pytest.mark.django_db
def test_a_body_that_is_too_large_or_packed_is_not_read(client, postmark):
    assert post(client, " " * (1024 * 1024 + 1)).status_code == 413
    packed = post(client, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert packed.status_code == 415


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 5000, 10**18, None, {}, []])
def test_whatever_text_a_report_carries_the_database_keeps_it(
    client, postmark, mail, text
):
    message = mail()
    odd = bounce(message, Details=text, ID=text, Email=text, MessageID=text)
    assert post(client, odd).status_code == 200
    assert message.events.get().kind == "bounced"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [
        {"Metadata": {"relance": "<nobody@other.example>"}, "MessageID": "zz"},
        {"Metadata": {"relance": ["x"]}, "MessageID": ""},
        {"Metadata": {}, "MessageID": "unheard"},
    ],
)
def test_a_report_of_mail_we_did_not_send_is_kept_and_changes_nothing(
    client, postmark, mail, changed
):
    """F44, row 125."""
    message = mail()
    assert post(client, delivery(message, **changed)).status_code == 200
    assert MessageEvent.objects.get().message is None
    message.refresh_from_db()
    assert message.delivered_at is None


@pytest.mark.django_db
def test_the_provider_comes_again_while_our_database_is_away(
    client, postmark, mail, monkeypatch
):
    """F45: nothing is answered with 200 that was not kept."""
    message = mail()

    def away(*_given):
        raise OperationalError("away")

    monkeypatch.setattr(webhooks, "note_report", away)
    client.raise_request_exception = False
    assert post(client, delivery(message)).status_code == 500
    monkeypatch.undo()
    assert post(client, delivery(message)).status_code == 200
    assert message.events.count() == 1


@pytest.mark.django_db
def test_the_same_report_a_hundred_times_is_one(client, postmark, mail):
    """F42, one after the other."""
    message = mail()
    for _time in range(20):
        assert post(client, bounce(message)).status_code == 200
    assert message.events.count() == 1
    assert Seal.objects.filter(kind=Seal.Kind.EVENT).count() == 1
