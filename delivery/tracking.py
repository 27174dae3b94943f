"""Which providers report of arrival, and what must be set for it to be believed."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings


class Reporter(NamedTuple):
    """A provider that reports: Anymail's view of its reports, and its own keys.

    One of `keys` must be set: with it the provider signs what it reports. Where
    there is none, only our secret says who writes.
    """

    view: str
    keys: tuple[str, ...] = ()


REPORTERS = {
    "amazon_ses": Reporter("amazon_ses.AmazonSESTrackingWebhookView"),
    "brevo": Reporter("brevo.BrevoTrackingWebhookView"),
    "mailersend": Reporter(
        "mailersend.MailerSendTrackingWebhookView", ("MAILERSEND_SIGNING_SECRET",)
    ),
    "mailgun": Reporter(
        "mailgun.MailgunTrackingWebhookView",
        ("MAILGUN_WEBHOOK_SIGNING_KEY", "MAILGUN_API_KEY"),
    ),
    "mailjet": Reporter("mailjet.MailjetTrackingWebhookView"),
    "mailtrap": Reporter("mailtrap.MailtrapTrackingWebhookView"),
    "mandrill": Reporter(
        "mandrill.MandrillCombinedWebhookView", ("MANDRILL_WEBHOOK_KEY",)
    ),
    "postal": Reporter("postal.PostalTrackingWebhookView", ("POSTAL_WEBHOOK_KEY",)),
    "postmark": Reporter("postmark.PostmarkTrackingWebhookView"),
    "resend": Reporter("resend.ResendTrackingWebhookView"),
    "sendgrid": Reporter("sendgrid.SendGridTrackingWebhookView"),
    "sendinblue": Reporter("sendinblue.SendinBlueTrackingWebhookView"),
    "sparkpost": Reporter("sparkpost.SparkPostTrackingWebhookView"),
    "unisender_go": Reporter(
        "unisender_go.UnisenderGoTrackingWebhookView", ("UNISENDER_GO_API_KEY",)
    ),
}


def secrets() -> list[str]:
    """Our secrets for reports, `name:password` each; usually one, two to change it."""
    given = settings.ANYMAIL.get("WEBHOOK_SECRET") or []
    return [given] if isinstance(given, str) else list(given)


def missing_settings(provider: str) -> list[str]:
    """What must be set in the environment before the provider's reports are taken."""
    reporter = REPORTERS[provider]
    missing = [] if secrets() else ["ANYMAIL_WEBHOOK_SECRET"]
    if reporter.keys and not any(settings.ANYMAIL.get(key) for key in reporter.keys):
        missing.append(f"ANYMAIL_{reporter.keys[0]}")
    return missing


def takes_reports(provider: str) -> bool:
    """Whether the provider reports, and its reports can be told from forgeries."""
    return provider in REPORTERS and not missing_settings(provider)
