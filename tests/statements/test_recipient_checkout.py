"""From the ticks on the recipient's page to one payment, and back (A08)."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
import zxingcpp
from django.core.cache import cache
from PIL import Image, ImageDraw

from billing.models import Checkout, Credit, Invoice
from statements.recipient.paying import transfer_of
from tests import make
from tests.statements.linked import linked, writes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def path(dupont):
    return linked(dupont)


def keys(*numbers):
    rows = dict(Invoice.objects.values_list("number", "pk"))
    return [rows[number] for number in numbers]


def begin(client, path, *numbers, **more):
    return client.post(path + "checkout/?lang=en", {"invoice": keys(*numbers)} | more)


def on_to(answer):
    """Where the page leads by itself, and by a link for who is in a hurry."""
    [there] = set(re.findall(r'url=([^"]+)"', answer.content.decode()))
    assert f'href="{there}"' in answer.content.decode()
    return there


def test_a08_ticked_invoices_become_one_payment_with_its_allocations(client, path):
    """136: what the form says of amounts is not looked at."""
    chosen = client.get(f"{path}pay/?lang=en&invoice={keys('INV-3')[0]}")
    assert "Pay online" in chosen.content.decode()
    assert "no money moves" in chosen.content.decode()
    started = begin(client, path, "INV-2", "INV-3", amount="0.01", total="0.01")
    assert started.status_code == 200
    there = on_to(started)
    assert there.startswith(path)
    shown = client.get(there)
    assert "CHF\u00a0350.00" in shown.content.decode()
    assert writes(lambda: client.get(there)) == []
    paid = client.post(there, {"status": "confirmed"})
    assert paid.status_code == 302
    receipt = client.get(paid["Location"]).content.decode()
    assert "Paid. Thank you." in receipt
    assert '<html lang="en">' in receipt
    payment = Credit.objects.latest("pk")
    assert payment.amount == make.money("350.00 CHF")
    settled = {a.invoice.number: a.amount for a in payment.allocations.all()}
    assert sum(settled.values(), make.money("0.00 CHF")) == payment.amount
    assert set(settled) <= {"INV-2", "INV-3"}
    # Back in the other window, and pressed again.
    for _again in range(2):
        assert begin(client, path, "INV-2").status_code in {400, 409}
        client.post(there, {"status": "confirmed"})
    assert Credit.objects.latest("pk") == payment
    assert not client.cookies


def test_what_is_not_confirmed_yet_is_said_and_not_asked_for_again(client, path):
    there = on_to(begin(client, path, "INV-3"))
    waiting = client.post(there, {"status": "preauth"})
    page = client.get(waiting["Location"]).content.decode()
    assert "Waiting for the confirmation" in page
    assert 'http-equiv="refresh" content="10"' in page
    [(account, _shown, _paid)] = client.get(path).context["accounts"]
    assert account.underway.amount == 300
    assert account.due.amount == 50, "100.00 of credit are set off"
    assert begin(client, path, "INV-3").status_code == 409
    assert "being confirmed" in begin(client, path, "INV-3").content.decode()


def test_who_goes_back_at_the_provider_has_paid_nothing_and_may_go_on(client, path):
    there = on_to(begin(client, path, "INV-3"))
    back = there.replace("checkout", "paid").replace("?", "?left=1&")
    page = client.get(back).content.decode()
    assert "Nothing was paid." in page
    assert f'href="{there}"' in page
    assert "refresh" not in page
    client.post(there, {"status": "preauth"})
    assert "Waiting for the confirmation" in client.get(back).content.decode()


def test_a_card_that_is_declined_leaves_all_as_it_was(client, path):
    there = on_to(begin(client, path, "INV-3"))
    refused = client.post(there, {"status": "rejected"})
    assert "was not made" in client.get(refused["Location"]).content.decode()
    assert client.post(there, {"status": "nonsense"}).status_code in {302, 400}
    assert begin(client, path, "INV-3").status_code == 200
    assert Invoice.objects.get(number="INV-3").open.amount == 300


def test_i44_the_payment_of_another_document_is_not_there(client, dupont, path):
    other = make.client("OTHER", name="Zweite AG")
    for _ in range(2):
        make.invoice("40.00 CHF", to=other, due="2026-02-01")
    theirs = linked(other)
    begin(client, path, "INV-3")
    token = Checkout.objects.get().token
    for place in ("checkout", "paid"):
        for there in (f"{theirs}{place}/{token}/", f"{path}{place}/{uuid4()}/"):
            answer = client.get(there)
            assert answer.status_code == 404
            assert "INV-3" not in answer.content.decode()
    foreign = Invoice.objects.filter(client=other).first()
    answer = client.post(path + "checkout/", {"invoice": [foreign.pk]})
    assert answer.status_code == 400
    assert foreign.number not in answer.content.decode()
    assert Checkout.objects.count() == 1


class Part:
    """What is paid on one invoice."""

    def __init__(self, number, amount):
        self.number, self.amount = number, make.money(amount)


def scanned(drawing):
    """What an app reads in a code that was drawn with lines."""
    side, scale = int(re.search(r'viewBox="-4 -4 (\d+)', drawing)[1]), 8
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(picture)

    def box(x, y, width, height, colour):
        left, top = (float(x) + 4) * scale, (float(y) + 4) * scale
        right, low = left + float(width) * scale - 1, top + float(height) * scale - 1
        pen.rectangle((left, top, right, low), fill=colour)

    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawing):
        box(x, y, length, 1, 0)
    rects = r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#(\w)'
    for x, y, width, height, colour in re.findall(rects, drawing):
        box(x, y, width, height, 255 if colour == "f" else 0)
    picture.save(BytesIO(), "png")
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def test_a08_the_codes_ask_for_exactly_what_is_ticked(company, dupont):
    on = make.day("2026-03-01")
    two = [Part("INV-2", "150.00 CHF"), Part("INV-3", "199.95 CHF")]
    francs = transfer_of(two, [""], dupont, company, on)
    [code] = scanned(francs.swiss_code)
    lines = code.splitlines()
    assert lines[0] == "SPC"
    assert lines[3] == "CH9300762011623852957"
    assert lines[18:20] == ["349.95", "CHF"]
    assert lines[28] == francs.reference
    assert lines[29] == "INV-2 INV-3"
    assert francs.epc_code is None
    euros = transfer_of([Part("E-1", "80.00 EUR")], [""], dupont, company, on)
    [epc] = scanned(euros.epc_code)
    assert epc.split("\n")[6:8] == ["CH9300762011623852957", "EUR80"]
    own = transfer_of(two[:1], ["RF60F20260001T2"], dupont, company, on)
    assert own.reference == "RF60F20260001T2"
    assert own.reference_in_groups == "RF60 F202 6000 1T2"
    yen = transfer_of([Part("J-1", "900 JPY")], [""], dupont, company, on)
    assert (yen.swiss_code, yen.epc_code) == (None, None)
    assert yen.plain_amount == "900"
