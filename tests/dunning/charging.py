"""Letters that charge something, for the tests of charges."""

from __future__ import annotations

from billing.audit import audit as audit_ledger
from dunning.actions.paying import pay_charges
from dunning.audit import audit
from dunning.models import Charge
from tests import make
from tests.dunning import desk

# Domain §13: level 1 for nothing, level 2 with a fee and interest.
LEVELS = [
    {"name": "Rappel", "grace_days": 0, "term_days": 10},
    {
        "name": "1re relance",
        "grace_days": 0,
        "term_days": 10,
        "fee": {"CHF": "20.00"},
        "interest_rate": "5",
    },
]


def letter_of_paragraph_13():
    """INV-7 goes to level 2 and INV-8 to level 1, on one letter of 1530.36."""
    desk.policy(LEVELS)
    client = make.client(number="K-13")
    seven = make.invoice("1200.00 CHF", to=client, number="INV-7", due="2026-01-12")
    desk.issue("2026-01-20")
    make.invoice("350.00 CHF", to=client, number="INV-8", due="2026-02-20")
    make.credit("50.00 CHF", of=client, on="2026-03-02")
    desk.issue("2026-03-16")
    return client, seven


def opened():
    """What is open of each charge, by letter and kind."""
    rows = Charge.objects.order_by("pk").values_list("notice__number", "kind", "open")
    return [(number, kind, f"{left:.2f}") for number, kind, left in rows]


def events(charge):
    """What became of a charge."""
    rows = charge.events.order_by("pk").values_list("kind", "amount")
    return [(kind, f"{amount:.2f}") for kind, amount in rows]


def charge(kind, place=0):
    return Charge.objects.filter(kind=kind).order_by("pk")[place]


def pay(credit, on, *, person=None, key=None, **parts):
    """Pay charges from a credit; parts by kind, of the last letter that has some."""
    found = {}
    for kind, amount in parts.items():
        row = Charge.objects.filter(kind=kind, open__gt=0).last()
        found[row.pk] = make.money(amount)
    return pay_charges(credit, found, make.day(on), person, key)


def all_is_well():
    """Both ledgers agree with their movements."""
    assert list(audit()) == []
    assert list(audit_ledger()) == []
