"""Two windows that begin to pay, and reports that come, at the same moment."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("checkout_at_once")]

FILL = """
from tests import make
from tests.billing.paying import document
make.company()
paper = document(make.client("OLD"))
make.client("NEW")
for number in ("A", "B"):
    make.invoice("100.00 CHF", to=paper.client, number=number)
answer = None
"""
IMPORTS = """
import time
from django.db import transaction
from django.utils.timezone import now
from billing.actions import confirming
from billing.actions.checkouts import CheckoutRefusal, submit_form
from billing.audit import audit
from billing.models import Checkout, Credit, Invoice
from billing.rules.stripe_events import Said
from clients.actions.merging import merge_clients
from clients.models import Client
from delivery.models import Document
from tests.billing.paying import PAGES, begin
paper = Document.objects.select_related("client").get()
one, two = Invoice.objects.order_by("number")
"""
BEGIN = """
try:
    answer = [begin(paper, {ticked}).checkout.token]
except CheckoutRefusal as refusal:
    answer = []
"""
REPORT = """
checkout = Checkout.objects.get()
said = Said(checkout.token, status="confirmed", amount=20000, currency="CHF", at=now())
answer = confirming.note(said, now())
"""
STATE = """
answer = [
    Checkout.objects.filter(parts__standing=True).distinct().count(),
    [str(credit.amount.amount) for credit in Credit.objects.all()],
    [str(invoice.open.amount) for invoice in (one, two)],
    list(Credit.objects.values_list("client__number", flat=True)),
    [str(finding) for finding in audit()],
]
"""


@pytest.fixture
def run(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("paying")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as db:
        db.run(FILL)
        yield lambda *scripts: db.at_once(list(scripts), before=IMPORTS)


def test_135_windows_that_begin_and_reports_that_come_at_once_are_one_payment(run):
    same = run(*[BEGIN.format(ticked="one, two")] * 3)
    begun = {token for answer in same for token in answer}
    assert len(begun) == 1
    assert run(STATE)[0][:2] == [1, []]
    merge = (
        'merge_clients(paper.client, Client.objects.get(number="NEW")); answer = True'
    )
    # The same report three times, while the client is merged into another one.
    assert run(REPORT, REPORT, REPORT, merge) == [True] * 4
    assert run(STATE) == [[0, ["200.000"], ["0.000", "0.000"], ["NEW"], []]]


def test_windows_with_different_ticks_never_both_hold_an_invoice(run):
    run(BEGIN.format(ticked="one"), BEGIN.format(ticked="one, two"))
    assert run(STATE)[0][0] == 1
