"""The timeline of a client holds everything that happened, in order, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from billing.actions import ledger
from billing.models import Credit
from clients.actions.merging import merge_clients
from clients.actions.saving import save_client
from config.timeline import timeline
from config.timeline_sources import SOURCES
from delivery.models import Message
from dunning.actions.choices import choose_terms
from dunning.actions.deciding import decide
from dunning.actions.holds import hold, release_hold
from dunning.actions.leveling import set_level
from dunning.actions.plans import agree_plan, end_plan
from dunning.models import Hold
from dunning.rules.instalments import Part
from tests import make
from tests.config.test_client_archive import ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def dupont(company):
    return make.client("D-1", name="Dupont SA")


def told(client, first=0, count=40):
    return [event.title for event in timeline(client, first, count)[0]]


def test_every_kind_of_event_is_told(dupont, accountant):
    row = make.invoice("100.00 CHF", to=dupont, number="F-1", due=ago(20))
    make.credit(
        "10.00 CHF", of=dupont, on=ago(19), kind=Credit.Kind.CREDIT_NOTE, number="CN-1"
    )
    paid = make.credit("30.00 CHF", of=dupont, on=ago(18), number="P-1")
    ledger.refund(paid, make.money("5.00 CHF"), ago(17), "asked for it", accountant)
    ledger.write_off(row, make.money("2.00 CHF"), ago(16), "lost", accountant)
    held = hold(dupont, None, Hold.Kind.HOLD, since=ago(15), until=None, reason="why")
    release_hold(held, ago(14))
    decide(row, "call", on=ago(14), again_on=ago(10), reason="Ring", person=accountant)
    set_level(row, 2, seen=0, reason="Agreed", person=accountant)
    plan = agree_plan(
        dupont,
        "CHF",
        [row.pk],
        [Part(localdate(), row_open(row))],
        agreed_on=ago(12),
        reason="By telephone",
        key="plan-one",
        person=accountant,
    )
    end_plan(plan, ago(11), "Paid otherwise", accountant)
    Message.objects.create(
        kind="invoice",
        number="F-1",
        client=dupont,
        language="fr",
        recipient="a@x.example",
        subject="Facture F-1",
        message_id="<1@x>",
        state="sent",
        sent_at=now() - timedelta(days=13),
    )
    dupont.email = "new@x.example"
    save_client(dupont, person=accountant)
    choose_terms(dupont, None)
    merge_clients(make.client("D-2", name="Dupond"), dupont, accountant)
    events, more = timeline(dupont, 0, 40)
    assert [(event.title.split(" ")[0], event.person) for event in events] == [
        ("Merged", "anna"),
        ("Client", "anna"),
        ("Invoice", "anna"),
        ("Payment", "anna"),
        ("Payment", "anna"),
        ("Facture", ""),
        ("Invoice", "anna"),
        ("Released:", ""),
        ("On", ""),
        ("Write-off", "anna"),
        ("Refund", "anna"),
        ("Payment", ""),
        ("Credit", ""),
        ("Invoice", ""),
    ]
    assert not more
    assert (events[0].title, events[0].text) == ("Merged with D-2", "Dupond")
    assert (events[1].title, events[1].text) == ("Client changed", "E-mail")
    assert events[2].title == "Invoice F-1: level set by hand, 0 → 2"
    assert events[5].state == "sent"
    assert (events[6].title, events[6].text[:4]) == (
        "Invoice F-1: Call the client",
        "Ring",
    )


def row_open(row):
    row.refresh_from_db()
    return row.open


def test_pages_join_without_gap_or_double(dupont):
    for n in range(25):
        make.invoice(to=dupont, number=f"F-{n}", due=ago(n % 3))
        held = hold(
            dupont,
            None,
            Hold.Kind.HOLD,
            since=ago(40 - n),
            until=None,
            reason=f"reason {n}",
        )
        release_hold(held, ago(n % 5))
    whole = told(dupont, 0, 100)
    assert len(whole) == 75
    assert [title for n in range(0, 75, 10) for title in told(dupont, n, 10)] == whole
    events, _more = timeline(dupont, 0, 100)
    days = [event.on for event in events]
    assert days == sorted(days, reverse=True)


def test_the_end_of_the_history_is_an_empty_page(dupont):
    make.invoice(to=dupont)
    assert timeline(dupont, 99999, 40) == ([], False)


def test_the_number_of_queries_does_not_grow(dupont, django_assert_max_num_queries):
    for n in range(60):
        make.credit("1.00 CHF", of=dupont, on=localdate() - timedelta(days=n))
        make.invoice(to=dupont)
    with django_assert_max_num_queries(len(SOURCES) + 1):
        timeline(dupont, 50, 40)


def test_what_moved_with_a_merge_is_in_the_stream(dupont):
    other = make.client("D-2")
    make.invoice(to=other, number="OLD")
    merge_clients(other, dupont)
    assert told(dupont) == ["Merged with D-2", "Invoice OLD"]
