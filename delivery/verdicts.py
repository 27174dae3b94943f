"""What a message becomes after an attempt, by what the server or provider answered.

An answer is believed. Without one it counts whether the message was being handed
over: before, nothing can have left; from then on nobody knows.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused

from delivery.models import Message
from delivery.rules.retry import asked_pause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

State = Message.State

# Not about the message: closing down, and who we are was not accepted.
SMTP_TROUBLE = {421, 454, 530, 534, 535, 538}
WEB_TROUBLE = {401, 403}
# What providers call a recipient they will not write to.
REFUSED = {"failed", "invalid", "rejected"}
# Names of errors of several libraries that come up before anything is sent.
NOT_CONNECTED = {
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ConnectTimeout",
    "ConnectionRefusedError",
    "SSLCertVerificationError",
}


class Server(Enum):
    """How the mail server or provider does, as far as an attempt shows."""

    WELL = "well"
    ILL = "ill"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message becomes after an attempt.

    `free` when the attempt does not count: the trouble was not the message's. `wait`
    is how long the other side asked us to.
    """

    state: str
    error: str = ""
    server: Server = Server.WELL
    free: bool = False
    wait: timedelta | None = None
    rejected: bool = False
    carrier_id: str = ""


def trouble(error: Exception, wait: timedelta | None = None) -> Verdict:
    """Nothing left, and the next message would fare no better."""
    return Verdict(State.QUEUED, sentence(error), Server.ILL, free=True, wait=wait)


def verdict(error: Exception, *, handing: bool, now: datetime) -> Verdict:
    """What an error means: try again, give up, or nobody knows."""
    if isinstance(error, AnymailError):
        return provider_verdict(error, now)
    code = reply_code(error)
    if 400 <= code < 600:
        return answered(error, code)
    if handing:
        return Verdict(State.UNKNOWN, sentence(error), Server.ILL)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Verdict(State.FAILED, sentence(error))
    ill = Server.ILL if isinstance(error, OSError) else Server.UNHEARD
    return Verdict(State.QUEUED, sentence(error), ill)


def answered(error: Exception, code: int) -> Verdict:
    """The mail server refuses: us, the message for now, or the message for good."""
    if code in SMTP_TROUBLE or isinstance(error, smtplib.SMTPHeloError):
        return trouble(error)
    if code < 500:
        return Verdict(State.QUEUED, sentence(error))
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    return Verdict(State.FAILED, sentence(error), rejected=refused)


def provider_verdict(error: AnymailError, now: datetime) -> Verdict:
    """A web service's 5xx, like silence after the request, says nothing for sure."""
    if isinstance(error, AnymailRecipientsRefused):
        return Verdict(State.FAILED, sentence(error), rejected=True)
    code = error.status_code
    if code is None:
        return unanswered(error)
    if code == 429:
        return trouble(error, asked_pause(retry_after(error), now))
    if code in WEB_TROUBLE:
        return trouble(error)
    if 400 <= code < 500:
        return Verdict(State.FAILED, sentence(error))
    return Verdict(State.UNKNOWN, sentence(error), Server.ILL)


def provider_took(status: Any) -> Verdict:
    """What a provider's answer, that is no error, says of the one recipient."""
    said = status.status or {"unknown"}
    words = ", ".join(sorted(str(word) for word in said))
    code = getattr(status.esp_response, "status_code", 200)
    if said <= REFUSED or (isinstance(code, int) and 400 <= code < 500):
        return Verdict(State.FAILED, words, rejected=True)
    if said & {"sent", "queued"}:
        name = status.message_id
        return Verdict(State.SENT, carrier_id=name if isinstance(name, str) else "")
    return Verdict(State.UNKNOWN, words)


def unanswered(error: AnymailError) -> Verdict:
    """The provider was not reached, or did not answer, or was not even asked."""
    if not isinstance(error, AnymailAPIError):
        return Verdict(State.FAILED, sentence(error), Server.UNHEARD)
    names = {kind.__name__ for one in causes(error) for kind in type(one).__mro__}
    if names & NOT_CONNECTED:
        return trouble(error)
    return Verdict(State.UNKNOWN, sentence(error), Server.ILL)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it, wherever libraries keep them."""
    waiting: list[object] = [error]
    seen = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        reason = getattr(one, "reason", None)
        waiting += [one.__cause__, one.__context__, reason, *one.args]


def reply_code(error: Exception) -> int:
    """The answer of the mail server; 0 where there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    return 0


def retry_after(error: AnymailError) -> str:
    """What the provider says about when to come again."""
    headers = getattr(error.response, "headers", None) or {}
    return str(headers.get("Retry-After", ""))


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
