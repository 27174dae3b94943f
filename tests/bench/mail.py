"""Messages leave, over one connection, to a mail server on this machine."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from django.db import connections
from django.test import override_settings

from delivery.actions import archive, send_due
from delivery.models import Message
from delivery.pdf import render_pdf
from tests import make
from tests.bench.measure import cost, row
from tests.delivery import sink

COUNT = 1_000
LARGE = 50
MEGABYTE = 1_000_000


def measure_mail(_folder: Path) -> None:
    """A thousand messages with a letter of one page, and some with a large one."""
    make.company()
    letter = render_pdf("<h1>Reminder</h1><p>Please pay.</p>")
    with server():
        for name, count, content in (
            ("the first", 1, letter),
            (f"{COUNT:,} messages", COUNT, letter),
            (f"{LARGE} messages of 5 MB", LARGE, letter + b"\n%" * (5 * MEGABYTE // 2)),
        ):
            fill(name, count, content)
            before = peak()
            with cost() as spent:
                counts = send_due()
            assert counts.sent == count, counts
            row(
                f"sent: {name}",
                spent,
                f"{count / spent.wall:.0f} a second, {spent.cpu / count * 1000:.1f} ms CPU "
                f"and {spent.queries / count:.1f} queries each, "
                f"{peak() - before} MB more memory",
            )


def fill(number: str, count: int, content: bytes) -> None:
    document = archive(
        kind="statement",
        number=number,
        client=make.client(),
        language="fr",
        file_name="x.pdf",
        content=content,
        person=None,
    )
    Message.objects.bulk_create(
        Message(
            document=document,
            kind=document.kind,
            number=number,
            client=document.client,
            language="fr",
            recipient=f"c{n}@example.org",
            sender="compta@leman.example",
            subject="Rappel",
            body="Bonjour,\nvoici notre rappel.",
            message_id=f"<{number}.{n}@leman.example>".replace(" ", "-"),
        )
        for n in range(count)
    )


@contextmanager
def server() -> Iterator[None]:
    """A mail server in a process of its own, and the settings that lead to it."""
    context = get_context("fork")
    here, there = context.Pipe()
    connections.close_all()
    process = context.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        with override_settings(
            EMAIL_BACKEND="delivery.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=here.recv(),
        ):
            yield
    finally:
        here.send("over")
        process.join()


def serve(there) -> None:
    with sink.listening(raw=[]) as listening:
        listening.take = lambda _text: None
        there.send(listening.port)
        there.recv()


def peak() -> int:
    """The most memory this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
