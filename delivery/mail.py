"""A message row as an e-mail, and what a mail server's refusal means for it."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from hashlib import sha256

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from delivery.models import Message

State = Message.State

# Once one of these had begun, the message may have left whatever happened after.
HANDING_OVER = {("smtplib", "data"), ("requests.sessions", "send")}


class Unsendable(Exception):
    """A message that no attempt can send; the text says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message becomes after an attempt; `stop` when no other would do better."""

    state: str
    error: str = ""
    stop: bool = False


def email_of(message: Message) -> EmailMessage:
    """The e-mail, with the archived bytes attached; raises Unsendable.

    The bytes are compared with their fingerprint first: what was altered is not sent.
    """
    document = message.document
    if document is None:
        raise Unsendable(_("The document of the message is not ready yet."))
    if not message.sender:
        raise Unsendable(_("The company has no e-mail address to send from."))
    content = bytes(document.content)
    if sha256(content).hexdigest() != document.sha256:
        raise Unsendable(_("The archived document is not what was archived."))
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=message.sender,
        to=[message.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
        attachments=[(document.file_name, content, "application/pdf")],
    )


def verdict_at_open(error: Exception) -> Verdict:
    """No connection: nothing left, and the next message would fare no better."""
    return Verdict(State.QUEUED, sentence(error), stop=True)


def verdict(error: Exception) -> Verdict:
    """What an error while handing over means: try again, give up, or nobody knows."""
    code = reply_code(error)
    if code is None:
        state = state_without_code(error)
    elif 500 <= code < 600 and not is_web(error):
        state = State.FAILED
    elif 400 <= code < 500:
        state = State.FAILED if is_web(error) and code != 429 else State.QUEUED
    else:
        state = State.UNKNOWN
    return Verdict(state, sentence(error))


def reply_code(error: Exception) -> int | None:
    """The answer of the mail server or of the provider, where there was one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    code = getattr(error, "status_code", None)
    return code if isinstance(code, int) else None


def is_web(error: Exception) -> bool:
    """Whether a web service answered: its 5xx does not say that nothing was sent."""
    return not isinstance(error, smtplib.SMTPException)


def state_without_code(error: Exception) -> str:
    """Cut off: unknown once the text was on its way, else safe to try again."""
    if may_have_left(error):
        return State.UNKNOWN
    return State.QUEUED if isinstance(error, OSError) else State.FAILED


def may_have_left(error: BaseException) -> bool:
    """Whether the error came up inside a call that hands the text over.

    smtplib raises the same SMTPServerDisconnected before, during and after.
    """
    step = error.__traceback__
    while step is not None:
        frame = step.tb_frame
        if (frame.f_globals.get("__name__"), frame.f_code.co_name) in HANDING_OVER:
            return True
        step = step.tb_next
    return error.__context__ is not None and may_have_left(error.__context__)


def sentence(error: Exception) -> str:
    """The error as one line that fits its column."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = (f"{code} {plain(text)}" for code, text in error.recipients.values())
        text = "; ".join(replies)
    elif isinstance(error, smtplib.SMTPResponseException):
        text = f"{error.smtp_code} {plain(error.smtp_error)}"
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.replace("\0", "").split())[:500]


def plain(text: bytes | str) -> str:
    """A server's words as text, whatever bytes it sent."""
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
