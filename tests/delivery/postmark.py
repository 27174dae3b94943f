"""A provider's web service on this machine, as Postmark's, that answers as it is asked.

The part of the address before the @ is the answer: a status, or a word of `WORDS`,
`late` (taken, and no answer) or `cut` (no answer). Other addresses are taken.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

INACTIVE = (
    "You tried to send to a recipient that has been marked as inactive.\n"
    "Found inactive addresses: refused@example.org.\n"
    "Inactive recipients are ones that have generated a hard bounce."
)
WORDS = {
    "refused": (422, {"ErrorCode": 406, "Message": INACTIVE}),
    "odd": (422, {"ErrorCode": 406, "Message": "in other words"}),
    "422": (422, {"ErrorCode": 400, "Message": "Wrong sender."}),
    "garbage": (200, "taken, I think"),
    # At first.
    "busy": (429, {"ErrorCode": 1, "Message": "too many"}),
}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mood = mail["To"].partition("@")[0]
        status, said = self.what_to_say(mood)
        if mood != "cut" and status == 200:
            self.server.taken.append(mail)
        if mood == "late":
            self.server.over.wait(5)
        if mood in {"late", "cut"}:
            self.close_connection = True
        else:
            self.answer(status, said)

    def what_to_say(self, mood):
        if mood in WORDS and mood not in self.server.patient:
            self.server.patient |= {mood} & {"busy"}
            return WORDS[mood]
        if mood.isdigit():
            return int(mood), {"ErrorCode": 1, "Message": f"{mood} said the provider"}
        given = {"ErrorCode": 0, "Message": "OK", "To": f"{mood}@example.org"}
        return 200, given | {"MessageID": f"pm-{len(self.server.taken)}"}

    def answer(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        """Nobody reads it."""


@contextmanager
def listening():
    """The provider; `taken` is what it will deliver."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.taken, server.patient, server.over = [], set(), Event()
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
