"""A provider's web service on this machine, in the manner of Postmark."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@dataclass
class Provider:
    """What it was asked, and how it answers: a status, `drop` or `hang`."""

    mood: str = "200"
    asked: list[dict] = field(default_factory=list)
    closing: Event = field(default_factory=Event)
    address: str = ""


class Request(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self):
        provider = self.server.provider
        length = int(self.headers["Content-Length"])
        provider.asked.append(json.loads(self.rfile.read(length)))
        if provider.mood == "hang":
            provider.closing.wait(5)
        if provider.mood in {"hang", "drop"}:
            self.close_connection = True
            return
        self.answer(int(provider.mood))

    def answer(self, status):
        recipient = self.server.provider.asked[-1]["To"]
        said = {
            200: {
                "ErrorCode": 0,
                "Message": "OK",
                "MessageID": "pm-1",
                "To": recipient,
            },
            422: {
                "ErrorCode": 406,
                "Message": "You tried to send to recipient(s) that have been marked as "
                f"inactive. Found inactive addresses: {recipient}. Inactive recipients "
                "are ones that have generated a hard bounce.",
            },
        }
        body = json.dumps(
            said.get(status, {"ErrorCode": 10, "Message": "no"})
            | {"SubmittedAt": "2026-03-16T10:00:00Z"}
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "120")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said):
        """Nothing to the terminal."""


@contextmanager
def listening():
    provider = Provider()
    with ThreadingHTTPServer(("127.0.0.1", 0), Request) as server:
        server.provider = provider
        provider.address = f"http://127.0.0.1:{server.server_port}/"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            provider.closing.set()
            server.shutdown()
            thread.join()
