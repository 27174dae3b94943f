"""From a ticked box on the recipient's page through Stripe to the books, and back."""

import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from billing.models import Checkout, Credit, Invoice
from delivery.models import ShareLink
from tests import make
from tests.billing.paying import pay_by_stripe, report
from tests.statements.linked import linked
from tests.stripe_fake import fake_stripe

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(settings):
    cache.clear()
    with fake_stripe() as found:
        pay_by_stripe(settings, found)
        yield found


def test_4_10_ticked_paid_at_stripe_reported_and_booked(client, dupont, stripe):
    path = linked(dupont)
    ticked = list(Invoice.objects.filter(open__gt=0).values_list("pk", flat=True))
    offered = client.get(f"{path}pay/?lang=de&invoice={ticked[0]}").content.decode()
    assert "no money moves" not in offered
    going = client.post(path + "checkout/?lang=de", {"invoice": ticked, "amount": "1"})
    # A page that leads there: a form of ours may only lead to us.
    assert going.status_code == 200
    assert "form-action 'self'" in going["Content-Security-Policy"]
    [there] = set(re.findall(r'url=([^"]+)"', going.content.decode()))
    [session] = stripe.sessions.values()
    assert there == session["url"]
    # INV-2 150.00 and INV-3 300.00, less 100.00 that are not allocated.
    assert session["amount_total"] == 35000
    stripe.pay(session["id"])
    back = session["success_url"].removeprefix("http://localhost:8000")
    assert back.startswith(path)
    assert "lang=de" in back
    # Back before the report: nothing is known, and nothing is asked for twice.
    assert Checkout.objects.get().outcome == "waiting"
    assert client.get(back).status_code == 200
    assert report(client, stripe.completed(session["id"])).status_code == 200
    assert client.get(back).context["checkout"].outcome == "paid"
    credit = Credit.objects.latest("pk")
    assert credit.amount == make.money("350.00 CHF")
    assert credit.unallocated == make.money("0.00 CHF")
    # What is left of INV-3 is covered by what had not been allocated.
    [(account, _shown, _paid)] = client.get(path).context["accounts"]
    assert account.due == make.money("0.00 CHF")
    assert client.post(path + "checkout/", {"invoice": ticked}).status_code in {
        400,
        409,
    }
    assert not client.cookies
    # Whoever reads the database cannot open the page.
    token = path.strip("/").split("/")[1]
    assert ShareLink.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM billing_checkout")
        assert token not in str(cursor.fetchall())
    call_command("verify_ledger")
