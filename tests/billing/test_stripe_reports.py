"""Reports that are forged, broken, or about something else change nothing."""

from __future__ import annotations

import time

import pytest

from billing.models import Checkout, Credit
from tests import make
from tests.billing.paying import begin, document, pay_by_stripe, report
from tests.stripe_fake import fake_stripe

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(settings, company):
    with fake_stripe() as found:
        pay_by_stripe(settings, found)
        yield found


@pytest.fixture
def begun(stripe):
    """A session that was paid, and of which nobody has told us."""
    paper = document(make.client())
    invoice = make.invoice("100.00 CHF", to=paper.client)
    name = begin(paper, invoice).checkout.transaction_id
    stripe.pay(name)
    return name


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"secret": "whsec_other"}, 400),
        ({"at": int(time.time()) - 3600}, 400),
        ({"at": int(time.time()) + 10**12}, 400),
    ],
)
def test_124_what_is_not_signed_by_stripe_is_refused(
    stripe, begun, client, given, code
):
    answer = report(client, stripe.completed(begun), **given)
    assert (answer.status_code, Credit.objects.count()) == (code, 0)


def test_124_to_132_bad_reports_change_nothing_and_are_never_a_500(
    stripe, begun, client
):
    address = "/payments/stripe/"

    def send(body, **headers):
        kind = "application/json"
        return client.post(address, body, kind, headers=headers).status_code

    assert client.get(address).status_code == 405
    assert (
        client.post("/payments/paypal/", b"{}", "application/json").status_code == 404
    )
    for header in ("", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=é", "," * 99):
        assert send(b"{}", **{"Stripe-Signature": header}) == 400
    assert send(b"\xff\xfe{") == 400
    assert send(b" " * (512 * 1024 + 1)) == 413
    assert send(b"{}", **{"Content-Encoding": "gzip"}) == 415
    for body in (b"[" * 200_000, b"nonsense", b"1" * 5000, b"\xff"):
        assert report(client, body).status_code == 400
    # Signed, and about nothing of ours: taken, for it would only come again.
    for body in (b"[]", b"null", b"{}", b'{"type": "checkout.session.completed"}'):
        assert report(client, body).status_code == 200
    unknown = {"id": "cs_x", "client_reference_id": "42", "payment_status": "paid"}
    event = stripe.event("checkout.session.completed", unknown)
    assert report(client, event).status_code == 200
    assert report(client, stripe.event("payment_intent.created", {})).status_code == 200
    assert not Credit.objects.exists()
    assert Checkout.objects.get().outcome == "waiting"
