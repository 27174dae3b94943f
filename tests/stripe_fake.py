"""A small Stripe: Checkout Sessions over HTTP, and events that are signed like its own.

What it answers has the names and kinds of docs.stripe.com/api/checkout/sessions; what
it is sent, it checks as strictly as is needed to find a client that talks nonsense.
"""

from __future__ import annotations

import hmac
import json
import threading
import time
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qsl

KEY, SECRET = "sk_test_fake", "whsec_fake"
HALF_AN_HOUR = 30 * 60


class FakeStripe:
    """The sessions, and what went wrong with whoever asked."""

    def __init__(self):
        self.sessions, self.keys, self.asked = {}, {}, []
        self.down = False
        self.numbers = count(1)
        self.address = ""

    # What the payer does on Stripe's page.

    def pay(self, session_id, *, confirmed=True):
        """The payer pays; by bank debit it is confirmed days later."""
        session = self.sessions[session_id]
        assert session["status"] == "open", session["status"]
        session |= {
            "status": "complete",
            "payment_intent": f"pi_{session_id}",
            "payment_status": "paid" if confirmed else "unpaid",
        }
        return session

    def confirm(self, session_id):
        self.sessions[session_id]["payment_status"] = "paid"
        return self.sessions[session_id]

    # What Stripe tells about it.

    def event(self, kind, thing, **over):
        return {
            "id": f"evt_{next(self.numbers)}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": dict(thing)},
        } | over

    def completed(self, session_id, **over):
        return self.event(
            "checkout.session.completed", self.sessions[session_id] | over
        )

    def refunded(self, session_id, coins):
        session = self.sessions[session_id]
        charge = {
            "id": f"ch_{session_id}",
            "object": "charge",
            "payment_intent": session["payment_intent"],
            "currency": session["currency"],
            "amount_refunded": coins,
            "metadata": session["payment_intent_data"],
        }
        return self.event("charge.refunded", charge)

    def contested(self, session_id):
        intent = self.sessions[session_id]["payment_intent"]
        dispute = {"id": "dp_1", "object": "dispute", "payment_intent": intent}
        return self.event("charge.dispute.created", dispute)

    # Its HTTP API.

    def answer(self, method, path, given, key):
        if self.down:
            return 500, {"error": {"type": "api_error", "message": "down"}}
        match path.strip("/").split("/")[1:]:
            case ["checkout", "sessions"] if method == "POST":
                return self.create(given, key)
            case ["checkout", "sessions", name] if name in self.sessions:
                return 200, self.sessions[name]
            case ["checkout", "sessions", name, "expire"] if name in self.sessions:
                return self.expire(name)
        return 404, {"error": {"type": "invalid_request_error", "message": path}}

    def create(self, given, key):
        if key in self.keys:
            return 200, self.sessions[self.keys[key]]
        lines = [name for name in given if name.endswith("[unit_amount]")]
        amounts = [int(given[name]) for name in lines]
        quantities = [v for n, v in given.items() if n.endswith("[quantity]")]
        currencies = {v for n, v in given.items() if n.endswith("[currency]")}
        left = int(given["expires_at"]) - time.time()
        fine = (
            amounts
            and min(amounts) > 0
            and set(quantities) == {"1"}
            and len(currencies) == 1
            and given["mode"] == "payment"
            and HALF_AN_HOUR < left <= 24 * 3600
        )
        if not fine:
            return 400, {"error": {"type": "invalid_request_error", "message": "no"}}
        name = f"cs_test_{next(self.numbers)}"
        self.keys[key] = name
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "url": f"{self.address}/pay/{name}",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": sum(amounts),
            "currency": currencies.pop(),
            "client_reference_id": given["client_reference_id"],
            "success_url": given["success_url"],
            "cancel_url": given["cancel_url"],
            "metadata": {"checkout": given["metadata[checkout]"]},
            "payment_intent_data": {
                "checkout": given["payment_intent_data[metadata][checkout]"]
            },
            "lines": [
                (v, int(given[n.replace("[product_data][name]", "[unit_amount]")]))
                for n, v in given.items()
                if n.endswith("[product_data][name]")
            ],
        }
        return 200, self.sessions[name]

    def expire(self, name):
        session = self.sessions[name]
        if session["status"] != "open":
            message = "Only Checkout Sessions with a status in ['open'] can be expired."
            error = {"type": "invalid_request_error", "message": message}
            return 400, {"error": error}
        session["status"] = "expired"
        return 200, session


def signed(event, *, secret=SECRET, at=None):
    """The body of an event, and the header that proves where it comes from."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    at = int(time.time()) if at is None else at
    said = hmac.new(secret.encode(), b"%d." % at + body, sha256).hexdigest()
    return body, f"t={at},v1={said}"


@contextmanager
def fake_stripe():
    """One that listens on this machine."""
    stripe = FakeStripe()

    class Handler(BaseHTTPRequestHandler):
        def turn(self):
            size = int(self.headers.get("Content-Length") or 0)
            given = dict(parse_qsl(self.rfile.read(size).decode()))
            stripe.asked.append((self.command, self.path))
            if self.headers["Authorization"] != f"Bearer {KEY}":
                code, found = 401, {"error": {"type": "invalid_request_error"}}
            else:
                key = self.headers.get("Idempotency-Key", "")
                code, found = stripe.answer(self.command, self.path, given, key)
            body = json.dumps(found).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            # Stripe says so itself where nothing would come of it.
            self.send_header("Stripe-Should-Retry", "false")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = turn  # noqa: N815 - what the server calls

        def log_message(self, *_words):
            """Tests say enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stripe.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
