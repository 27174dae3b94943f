"""Mail kept as files, so that a new user sees what would go out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from django.core.mail import EmailMessage


class EmailBackend(BaseEmailBackend):
    """Writes each message as one `<time>-<id>.eml` in the mail folder."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; a file has its name only once it is complete."""
        folder: Path = settings.MAIL_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            time = timezone.now().strftime("%Y%m%dT%H%M%S")
            target = folder / f"{time}-{file_id(email)}.eml"
            part = target.with_suffix(".part")
            part.write_bytes(email.message().as_bytes())
            part.rename(target)
        return len(email_messages)


def file_id(email: EmailMessage) -> str:
    """The Message-ID as far as it may stand in a file name."""
    return safe(email.extra_headers.get("Message-ID", "")) or uuid4().hex


def safe(message_id: str) -> str:
    """Letters, digits, dots and hyphens of the part before the @."""
    return re.sub(r"[^A-Za-z0-9.-]", "", message_id.strip("<>").partition("@")[0])


def written(message_id: str) -> Path | None:
    """The newest file of a message, where it was written to one."""
    name = safe(message_id)
    return (
        max(settings.MAIL_FOLDER.glob(f"*-{name}.eml"), default=None) if name else None
    )
