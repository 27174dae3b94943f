"""A mail server spoken to in two phases.

A server takes a message with the line that has nothing but a dot. Until then nothing
can have left; from then on only its answer says. `before_dot` is called in between.
Cut off before the dot, a server throws away what it got (RFC 5321, 4.1.1.4).
"""

from __future__ import annotations

import re
import smtplib
import socket
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend as DjangoBackend
from django.core.mail.message import sanitize_address

from delivery import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage

LINE_END = re.compile(rb"\r\n|\r|\n")
DOT_FIRST = re.compile(rb"(?m)^\.")


def nothing() -> None:
    """What happens before the dot when nobody asked for anything."""


class TwoPhases(smtplib.SMTP):
    """The protocol; only the command DATA is different."""

    before_dot: Callable[[], None] = staticmethod(nothing)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the text, say that it is about to be taken, send the dot."""
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        try:
            faults.hit("mail.before_body")
            self.send(quoted(msg))
            self.before_dot()
        except BaseException:
            # Whatever is written to this connection now would be text of the
            # message: the only way out is to leave.
            self.close()
            raise
        self.send(b".\r\n")
        faults.hit("mail.after_dot")
        return self.getreply()


class TwoPhasesEncrypted(TwoPhases, smtplib.SMTP_SSL):
    """The same where the connection is encrypted from its first byte."""


class EmailBackend(DjangoBackend):
    """Django's way to a mail server, in two phases."""

    @property
    def connection_class(self) -> type[TwoPhases]:
        """The connection that knows two phases."""
        return TwoPhasesEncrypted if self.use_ssl else TwoPhases

    def open(self) -> bool | None:
        """Open the connection where it is not; the dot is not to wait for others.

        It is a packet of its own: held back until the text before it is confirmed
        (Nagle), it would cost a twenty-fifth of a second for each message.
        """
        opened = super().open()
        if opened and self.connection is not None and self.connection.sock is not None:
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def send_in_phases(
        self, email: EmailMessage, text: bytes, before_dot: Callable[[], None]
    ) -> None:
        """Send `text`, the rendered e-mail, over the connection that is open.

        What `before_dot` raises comes out here, and the message has not left.
        """
        encoding = email.encoding or settings.DEFAULT_CHARSET
        line: Any = self.connection
        line.before_dot = before_dot
        try:
            line.sendmail(
                sanitize_address(email.from_email, encoding),
                [sanitize_address(one, encoding) for one in email.recipients()],
                text,
            )
        finally:
            line.before_dot = nothing


def rendered(email: EmailMessage) -> bytes:
    """The e-mail as it goes over the line."""
    mime: Any = email.message()
    return bytes(mime.as_bytes(linesep="\r\n"))


def quoted(text: bytes | str) -> bytes:
    """The text with every line ended, and no line that a server takes for the end."""
    raw = text.encode("ascii") if isinstance(text, str) else text
    lines = DOT_FIRST.sub(b"..", LINE_END.sub(b"\r\n", raw))
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"
