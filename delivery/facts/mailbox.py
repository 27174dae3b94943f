"""Reads how mail leaves now, how the service does, and what was tested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from clients.facts import company
from delivery.carriers import carrier
from delivery.facts.outbox import under_way
from delivery.facts.standings import IN_TROUBLE
from delivery.models import MailCheck, MailService, Message
from delivery.tracking import REPORTERS, missing_settings

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Message.State


@dataclass(frozen=True, slots=True)
class Way:
    """How mail leaves: what one may see of it; never a password or a key."""

    name: str
    tells: bool
    host: str = ""
    encryption: str = ""
    user: str = ""
    has_password: bool = False
    folder: str = ""
    # Where a provider's reports come in, and what is not set yet for them.
    reports_at: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages there are on their way, and how many need somebody."""

    waiting: int
    under_way: int
    failed: int
    unknown: int


def way() -> Way:
    """What carries the mail now, from the settings."""
    by = carrier()
    if by.name == "file":
        return Way(by.name, tells=False, folder=str(settings.MAIL_FOLDER))
    if by.name == "smtp":
        return Way(
            by.name,
            tells=False,
            host=f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
            encryption=encryption(),
            user=settings.EMAIL_HOST_USER,
            has_password=bool(settings.EMAIL_HOST_PASSWORD),
        )
    if by.name not in REPORTERS:
        return Way(by.name, tells=False)
    return Way(
        by.name,
        tells=by.tells,
        reports_at=settings.BASE_URL + reverse("reports", args=[by.name]),
        missing=tuple(missing_settings(by.name)),
    )


def encryption() -> str:
    """How the line to the mail server is encrypted; empty where it is not."""
    if settings.EMAIL_USE_SSL:
        return "TLS"
    return "STARTTLS" if settings.EMAIL_USE_TLS else ""


def mail_service() -> MailService:
    """The one row about the mail service."""
    row = MailService.objects.select_related("held_by").filter(pk=1).first()
    return row or MailService(pk=1)


def sender_is_missing() -> bool:
    """Whether there is no address to write from: nothing can be sent."""
    return not (company().email or settings.DEFAULT_FROM_EMAIL)


def counts() -> Counts:
    """How many messages wait, are under way, failed, or are unknown; one query each.

    Each has an index of its own; counting all states would read every message.
    """
    rows = Message.objects.order_by()
    open_trouble = rows.filter(IN_TROUBLE, resolution="")
    return Counts(
        waiting=rows.filter(state=State.QUEUED).count(),
        under_way=under_way().count(),
        failed=open_trouble.filter(state=State.FAILED).count(),
        unknown=open_trouble.filter(state=State.UNKNOWN).count(),
    )


def latest_checks(count: int = 3) -> QuerySet[MailCheck]:
    """The last test mails, newest first."""
    return MailCheck.objects.select_related("created_by")[:count]
