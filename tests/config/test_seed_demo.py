"""The demo company holds every situation once, and is built once."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from billing.audit import audit
from billing.models import BankEntry, Credit, Draft, Invoice, InvoiceMark
from billing.rules.money import plain
from clients.models import Client, Company
from config import demo
from config.demo_bills import key_of
from config.seeding import numbers_by_name, seed
from delivery.models import Document, Message
from dunning.facts.plans import standings
from dunning.facts.promises import promise_counts
from dunning.models import Charge, Hold, Notice, PaymentPlan, Run, Withdrawal
from statements.models import Answer, Schedule, Statement
from tests import make

pytestmark = pytest.mark.django_db


def run():
    out = StringIO()
    call_command("seed_demo", "--json", stdout=out)
    return json.loads(out.getvalue())


def counts():
    models = [Client, Invoice, Credit, Run, Notice, Statement, Document, Message, Hold]
    models += [BankEntry, Draft, Charge, PaymentPlan, Withdrawal, Answer, Schedule]
    return {model.__name__: model.objects.count() for model in models}


def named(name):
    key = key_of(numbers_by_name()[name])
    return Invoice.objects.with_marks().get(bill__key=key)


def what_dunning_can_do_is_shown(today):
    part = named("disputed in part").marks.get()
    assert part.amount == 180
    [letter] = Notice.objects.filter(client__number="D-113")
    assert (letter.open.amount, letter.channel) == (1000, "post")
    kept = promise_counts(on=today)[Client.objects.get(number="D-114").pk]
    assert (kept.kept, kept.broken) == (1, 1)
    assert named("promise broken").level == 1
    plan = PaymentPlan.objects.get()
    [standing] = standings([plan], today)
    assert not standing.standing.broken
    assert named("in a plan").level == 2
    by_law = Notice.objects.filter(client__number="D-116").order_by("pk")
    assert [notice.level for notice in by_law] == [1, 2]
    kinds = Charge.objects.filter(notice=by_law[0]).values_list("kind", flat=True)
    assert set(kinds) == {"interest", "lump_sum"}
    assert Withdrawal.objects.get().notice.client.number == "D-117"
    assert named("letter withdrawn").level == 1


def what_statements_can_do_is_shown():
    """Two that follow each other, a correction, what clients answered, a schedule."""
    first, second, _other = Statement.objects.order_by("pk")
    assert (second.previous, second.client.number) == (first, "D-107")
    [section] = second.figures["sections"]
    assert section["opening"] == first.figures["sections"][0]["closing"]
    assert [line["amount"] for line in section["lines"] if line.get("correction")] == [
        "-2400.00"
    ]
    waiting = Answer.objects.filter(state="pending")
    assert set(waiting.values_list("kind", flat=True)) == set(Answer.Kind.values)
    assert Schedule.objects.get().active


def test_every_situation_is_there_and_a_second_time_changes_nothing():
    first = run()
    assert (first["created"], first["clients"]) == (True, 17)
    assert first["invoices"] >= 60
    today = localdate()
    assert named("level 1").level == 1
    assert named("level 2").level == 2
    assert named("level 2").deadline_on > today
    assert named("last level").level == 3
    assert named("last level") in Invoice.objects.overdue(today)
    assert named("uncollectible").is_uncollectible
    assert named("disputed").is_disputed
    assert named("promised").holds.get().kind == Hold.Kind.PROMISE
    assert plain(named("partly paid").open) == "5400.00"
    assert plain(named("partly paid").total) == "8400.00"
    assert Credit.objects.filter(unallocated__gt=0).count() == 1
    assert Hold.objects.filter(invoice=None, client__number="D-110").exists()
    assert Client.objects.get(number="D-112").invoices.count() == 1
    assert Client.objects.filter(email="").count() == 1
    two = Client.objects.get(number="D-106").invoices.filter(open__gt=0)
    assert set(two.values_list("currency", flat=True)) == {"CHF", "EUR"}
    assert set(Client.objects.values_list("language", flat=True)) == {"fr", "de", "en"}
    assert Document.objects.count() == Notice.objects.count() + 3
    assert BankEntry.objects.filter(state="waiting").count() == 4
    assert Draft.objects.get().instalments.count() == 2
    what_dunning_can_do_is_shown(today)
    what_statements_can_do_is_shown()
    assert not list(audit())
    before = counts()
    assert run() == first | {"created": False}
    assert counts() == before


def test_a_build_that_was_cut_off_is_finished_on_the_days_of_the_first():
    seed(localdate())
    whole = counts()
    days = list(Invoice.objects.order_by("number").values_list("issued_on", flat=True))
    seed(localdate() + timedelta(days=5))
    assert counts() == whole
    assert days == list(
        Invoice.objects.order_by("number").values_list("issued_on", flat=True)
    )


def test_the_books_of_others_are_left_alone():
    make.client("K-1")
    with pytest.raises(CommandError):
        run()
    assert not Company.objects.exists()
    assert Client.objects.count() == 1
    assert not InvoiceMark.objects.exists()


def test_all_firms_are_made_up():
    assert all(not row.email or row.email.endswith(".example") for row in demo.CLIENTS)
