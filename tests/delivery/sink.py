"""A real mail server on this machine that behaves as the address asks it to."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Moods:
    """`550@…` is refused for good, `450@…` for now, `drop@…` after it was taken."""

    def __init__(self):
        self.taken = []

    async def handle_MAIL(self, server, _session, envelope, address, _options):  # noqa: N802
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802
        mood = address.partition("@")[0]
        if mood == "gone":
            server.transport.abort()
        if mood in {"550", "450"}:
            return f"{mood} said the sink"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        mood = envelope.rcpt_tos[0].partition("@")[0]
        if mood in {"554", "451"}:
            return f"{mood} said the sink"
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        if mood == "drop":
            server.transport.abort()
        return "250 taken"


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextmanager
def running():
    """The sink, listening; gives what it took and its port."""
    moods = Moods()
    server = Controller(moods, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        yield moods.taken, server.port
    finally:
        server.stop()
