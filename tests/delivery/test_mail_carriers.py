"""What carries the mail, and whether it can tell of arrival."""

from __future__ import annotations

import pytest

from delivery.carriers import Carrier, carrier


@pytest.mark.parametrize(
    ("backend", "anymail", "expected"),
    [
        ("delivery.eml.EmailBackend", {}, Carrier("file", tells=False)),
        ("delivery.smtp.EmailBackend", {}, Carrier("smtp", tells=False)),
        (
            "django.core.mail.backends.smtp.EmailBackend",
            {"WEBHOOK_SECRET": "a:b"},
            Carrier("smtp", tells=False),
        ),
        (
            "django.core.mail.backends.locmem.EmailBackend",
            {},
            Carrier("none", tells=False),
        ),
        (
            "anymail.backends.postmark.EmailBackend",
            {},
            Carrier("postmark", tells=False),
        ),
        (
            "anymail.backends.postmark.EmailBackend",
            {"WEBHOOK_SECRET": "a:b"},
            Carrier("postmark", tells=True),
        ),
        (
            "anymail.backends.postmark.EmailBackend",
            {"MAILGUN_WEBHOOK_SIGNING_KEY": "of another"},
            Carrier("postmark", tells=False),
        ),
        (
            "anymail.backends.mailgun.EmailBackend",
            {"MAILGUN_WEBHOOK_SIGNING_KEY": "x"},
            Carrier("mailgun", tells=False),
        ),
        (
            "anymail.backends.mailgun.EmailBackend",
            {"MAILGUN_WEBHOOK_SIGNING_KEY": "x", "WEBHOOK_SECRET": "a:b"},
            Carrier("mailgun", tells=True),
        ),
    ],
)
def test_the_carrier_is_what_the_settings_name(settings, backend, anymail, expected):
    settings.EMAIL_BACKEND, settings.ANYMAIL = backend, anymail
    assert carrier() == expected
    assert carrier().is_provider == backend.startswith("anymail.")
