"""verify_ledger names every figure of fees and interest that was changed by hand."""

from __future__ import annotations

import pytest
from django.db import connection

from billing.models import CounterEntry
from clients.freeze import drop_triggers
from dunning.audit_charges import audit_charges
from dunning.models import Charge, ChargeEvent, Notice, NoticeLine
from tests import make
from tests.dunning import charging

pytestmark = pytest.mark.django_db


class Editor:
    """Drops the triggers that freeze a table."""

    def __init__(self):
        self.connection = connection

    def execute(self, statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture(scope="module")
def books(kept):
    """The letter of domain §13, its fee paid; nothing of it is frozen any more."""
    with kept():
        make.company()
        write()


def write():
    client, _seven = charging.letter_of_paragraph_13()
    paid = make.credit("20.00 CHF", of=client, on="2026-03-25")
    charging.pay(paid, "2026-03-26", fee="20.00 CHF")
    for table in (
        "dunning_charge",
        "dunning_chargeevent",
        "dunning_notice",
        "dunning_noticeline",
        "billing_counterentry",
    ):
        drop_triggers(Editor(), table)
    assert list(audit_charges()) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda: Charge.objects.filter(kind="interest").update(open="1.00"),
            "open is 1.00, its events say 10.36",
        ),
        (
            lambda: Charge.objects.filter(kind="interest").update(
                amount="11.00", open="11.00"
            ),
            "charges interest 10.36, its rows say 11.00",
        ),
        (
            lambda: Charge.objects.filter(kind="fee").update(client=make.client()),
            "is not of the client of its letter",
        ),
        (
            lambda: NoticeLine.objects.update(withdrawn_at="2026-04-01T00:00Z"),
            "is open, but its letter was withdrawn",
        ),
        (
            lambda: ChargeEvent.objects.update(entry=None),
            "does not fit its charge",
        ),
        (
            lambda: CounterEntry.objects.update(amount="19.00"),
            "paid 19.00 of fees and interest, those say 20.00",
        ),
        (
            lambda: CounterEntry.objects.update(kind="refund"),
            "was not paid by such an entry",
        ),
    ],
)
def test_what_was_changed_by_hand_is_named(books, change, problem):
    change()
    assert problem in {finding.problem for finding in audit_charges()}


def test_letters_from_before_fees_were_claims_are_no_finding(books):
    first = Notice.objects.first()
    Notice.objects.filter(pk=first.pk).update(fee="20.00")
    assert list(audit_charges()) == []
