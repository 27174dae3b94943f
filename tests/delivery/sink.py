"""A real mail server on this machine that behaves as badly as it is asked to.

The part of the address before the @ (or before a +) says how a message is met; most
are taken. `greeting` says how a connection is met. What was taken is recorded before
the answer is sent, as a server does that dies right afterwards.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

AT_RECIPIENT = {"450", "451", "452", "421", "550", "553"}
# Said in answer to the dot: data-451@example.org.
AT_DOT = "data-"


@dataclass
class Sink:
    """What was taken, and how the server behaves."""

    port: int = 0
    greeting: str = "220 sink"
    taken: list[EmailMessage] = field(default_factory=list)
    # As bytes, where thousands come.
    raw: list[bytes] | None = None
    on_taken: Callable[[], object] = lambda: None
    connections: int = 0
    # Who was put off once: grey@example.org.
    known: set[str] = field(default_factory=set)
    closing: Event = field(default_factory=Event)

    def take(self, text: bytes) -> None:
        if self.raw is None:
            self.taken.append(message_from_bytes(text, policy=policy.default))
        else:
            self.raw.append(text)
        self.on_taken()


class Gone(Exception):
    """The server leaves without a word."""


class Session(StreamRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True

    def handle(self):
        self.sink = self.server.sink
        self.sink.connections += 1
        self.mood = ""
        try:
            self.greet()
            while line := self.rfile.readline():
                if not self.answer(line.decode("utf-8", "replace").strip()):
                    break
        except (Gone, ConnectionError):
            pass

    def greet(self):
        greeting = self.sink.greeting
        if greeting == "silent":
            self.hang()
        self.say(greeting)
        if not greeting.startswith("220"):
            raise Gone

    def answer(self, line):
        """Answer one command; whether the conversation goes on."""
        word, _, rest = line.partition(" ")
        match word.upper():
            case "EHLO" | "HELO":
                self.say("250-sink", "250 8BITMIME")
            case "RCPT":
                return self.recipient(rest)
            case "DATA":
                return self.data()
            case "QUIT":
                if self.mood == "quit":
                    raise Gone
                self.say("221 bye")
                return False
            case _:
                self.say("250 well")
        return True

    def recipient(self, rest):
        address = rest.partition("<")[2].partition(">")[0]
        self.mood = address.partition("@")[0].partition("+")[0]
        if self.mood == "gone":
            raise Gone
        refusal = self.mood if self.mood in AT_RECIPIENT else ""
        if self.mood == "grey" and address not in self.sink.known:
            self.sink.known.add(address)
            refusal = "450"
        if refusal:
            self.say(f"{refusal} said the sink")
            return refusal != "421"
        self.say("250 well")
        return True

    def data(self):
        if self.mood == "slow":
            self.hang()
        if self.mood == "cut":
            raise Gone
        self.say("354 go on")
        text = self.text()
        if self.mood.startswith(AT_DOT):
            self.say(f"{self.mood.removeprefix(AT_DOT)} said the sink")
            return True
        self.sink.take(text)
        if self.mood == "drop":
            raise Gone
        if self.mood == "hang":
            self.hang()
        self.say("250 taken")
        return True

    def text(self):
        """The text up to the dot; without a dot nothing is taken."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\r\n"):
                raise Gone
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def hang(self):
        """Say nothing until the other side has gone, or the test is over."""
        self.connection.settimeout(0.05)
        while not self.sink.closing.is_set():
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
        raise Gone

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, sink):
        self.sink = sink
        super().__init__(("127.0.0.1", sink.port), Session)

    def handle_error(self, request, client_address):
        """A client that was killed is what many tests are about."""


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextmanager
def listening(**given):
    """The server, listening."""
    sink = Sink(**given)
    with Server(sink) as server:
        sink.port = server.server_address[1]
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield sink
        finally:
            sink.closing.set()
            server.shutdown()


@contextmanager
def running():
    """What the server took, and its port."""
    with listening() as sink:
        yield sink.taken, sink.port
