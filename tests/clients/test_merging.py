"""Two clients become one: everything follows, nothing is lost, nothing strays."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.db import Error, transaction

from billing.actions import ledger
from billing.actions.marks import mark_invoice
from billing.facts import balances
from billing.models import Credit, Draft, Invoice, InvoiceMark
from clients.actions.merging import merge_clients
from clients.actions.saving import ClientRefusal
from clients.facts import by_number, pickable, recipient
from clients.merging import followers, moving
from clients.models import Client, Purpose
from delivery.models import Document, Message
from dunning.actions.holds import hold
from dunning.actions.runs import issue_run
from dunning.models import ClientTerms, Hold, Notice, RunLine
from statements.actions import issue_statement
from tests import make
from tests.dunning import desk as reminding

pytestmark = pytest.mark.django_db
ON = "2026-02-16"


@pytest.fixture
def pair(company):
    return (
        make.client("D-1", name="Dupont SA"),
        make.client("D-2", name="Dupont", email="b@x.example"),
    )


def balance(client):
    return {
        code: sum_
        for (pk, code), sum_ in balances(date.max).items()
        if pk == client.pk and sum_
    }


def counts(client):
    return {kind.name: kind.count for kind in moving(client)}


def used_up(client):
    """A client with a row in every table that knows it."""
    rows = [make.invoice("100.00 CHF", to=client) for _ in range(3)]
    make.payment("30.00 CHF", on=ON, to=rows[0])
    make.credit("70.00 CHF", of=client, on=ON, kind=Credit.Kind.CREDIT_NOTE)
    make.invoice("50.00 EUR", to=client)
    mark_invoice(rows[1], InvoiceMark.Kind.DISPUTED, make.day(ON), "wrong", None)
    hold(client, rows[2], Hold.Kind.HOLD, since=make.day(ON), until=None, reason="why")
    client.contacts.create(purpose=Purpose.INVOICE, email=f"{client.number}@x.example")
    Draft.objects.create(client=client, language="fr", currency="CHF")
    issue_statement(
        client,
        date(2026, 1, 1),
        date(2026, 3, 1),
        issued_on=date(2026, 3, 1),
        request_key=f"key-of-{client.number}",
    )
    return rows


def test_every_row_of_every_app_follows(pair):
    stays, goes = pair
    reminding.policy()
    used_up(stays)
    used_up(goes)
    reminding.issue(ON)
    counted = counts(stays), counts(goes)
    before = [balance(stays), balance(goes)]
    merge_clients(goes, stays)
    assert len(counted[1]) >= 9
    assert counts(goes) == {}
    both = {name: counted[0].get(name, 0) + n for name, n in counted[1].items()}
    assert {name: n for name, n in counts(stays).items() if name in both} == both
    assert balance(stays) == {
        code: before[0][code] + before[1][code] for code in before[0]
    }
    assert balance(goes) == {}
    goes.refresh_from_db()
    assert (goes.merged_into_id, goes.archived_at is not None) == (stays.pk, True)
    call_command("verify_ledger")


def test_lines_without_a_way_back_follow_too(pair):
    """`related_objects` does not list what is called `+`."""
    assert RunLine in {follower.model for follower in followers()}
    assert {f.model._meta.label for f in followers()} >= {
        "clients.Contact",
        "delivery.Document",
        "delivery.Message",
        "billing.Invoice",
        "billing.Credit",
        "billing.Bill",
        "billing.Draft",
        "billing.BankEntry",
        "billing.Checkout",
        "statements.Statement",
        "dunning.Hold",
        "dunning.Notice",
        "dunning.ClientTerms",
    }


def test_two_letters_of_one_run_are_both_kept(pair):
    """One letter a client and currency is a rule of the run, not of the merge."""
    stays, goes = pair
    reminding.policy()
    for client in pair:
        make.invoice("100.00 CHF", to=client)
    reminding.issue(ON)
    merge_clients(goes, stays)
    assert list(Notice.objects.order_by("pk").values_list("client", "addressee")) == [
        (stays.pk, stays.pk),
        (stays.pk, goes.pk),
    ]
    call_command("verify_ledger")


def test_a_draft_run_goes_on_with_the_client_that_stays(pair):
    stays, goes = pair
    reminding.policy()
    for client in pair:
        make.invoice("100.00 CHF", to=client)
    run = reminding.propose(ON)
    merge_clients(goes, stays)
    done = issue_run(run, None)
    assert (done.issued, done.notices, done.dropped) == (True, 1, ())
    assert Notice.objects.get().client_id == stays.pk
    call_command("verify_ledger")


def test_a_chain_ends_at_the_last_one(pair):
    a, b = pair
    c = make.client("D-3")
    row = make.invoice(to=a)
    merge_clients(a, b)
    merge_clients(b, c)
    row.refresh_from_db()
    assert row.client_id == c.pk
    assert by_number(["D-1", "D-2", "D-3", "no"]) == dict.fromkeys(
        ["D-1", "D-2", "D-3"], c.pk
    )
    assert set(Client.objects.filter(merged_into=c)) == {a, b}
    for number in ("d-1", "D-2", "D-3"):
        assert list(pickable(number)) == [c]


@pytest.mark.parametrize("model", [Invoice, Credit, Document, Notice, RunLine])
def test_nothing_issued_can_be_moved_to_any_other_client(pair, model):
    """The triggers let a row follow a merge, and nothing else."""
    stays, goes = pair
    other = make.client("D-9")
    reminding.policy()
    used_up(goes)
    reminding.issue(ON)
    assert model.objects.filter(client=goes).exists()
    for _ in range(2):
        with pytest.raises(Error), transaction.atomic():
            model.objects.filter(client__in=pair).update(client=other)
        if goes.merged_into_id is None:
            merge_clients(goes, stays)
            goes.refresh_from_db()
    assert model.objects.filter(client=stays).exists()


def test_contacts_come_once_and_after_the_own_ones(pair):
    """Whoever got letters before gets them afterwards."""
    goes, stays = pair
    for client, email in ((goes, "goes@x.example"), (stays, "stays@x.example")):
        client.contacts.create(purpose=Purpose.REMINDER, email=email)
        client.contacts.create(purpose=Purpose.INVOICE, email="both@x.example")
    goes.contacts.create(purpose=Purpose.STATEMENT, email="more@x.example")
    assert goes.pk < stays.pk
    merge_clients(goes, stays)
    assert recipient(stays, Purpose.REMINDER).email == "stays@x.example"
    assert recipient(stays, Purpose.STATEMENT).email == "more@x.example"
    assert sorted(stays.contacts.values_list("purpose", "email")) == [
        ("invoice", "both@x.example"),
        ("reminder", "goes@x.example"),
        ("reminder", "stays@x.example"),
        ("statement", "more@x.example"),
    ]


@pytest.mark.parametrize(
    ("of_stays", "of_goes", "kept"),
    [("A", "B", "A"), ("", "B", "B"), ("A", "", "A"), ("", "", "")],
)
def test_the_policy_of_the_one_that_stays_is_kept(pair, of_stays, of_goes, kept):
    stays, goes = pair
    for client, name in ((stays, of_stays), (goes, of_goes)):
        if name:
            own = reminding.policy(name=name, default=False)
            ClientTerms.objects.create(client=client, policy=own)
    merge_clients(goes, stays)
    found = ClientTerms.objects.values_list("client", "policy__name")
    assert list(found) == ([(stays.pk, kept)] if kept else [])


def test_what_the_one_that_stays_had_empty_is_filled(company):
    stays = make.client("D-1", email="", street="", postcode="", city="", notes="A")
    goes = make.client(
        "D-2", iban="CH9300762011623852957", phone="021", notes="B", terms_days=10
    )
    merge_clients(goes, stays)
    stays.refresh_from_db()
    assert (stays.email, stays.street, stays.phone) == (goes.email, goes.street, "021")
    assert (stays.iban, stays.terms_days) == ("CH9300762011623852957", 10)
    assert stays.notes == "A\n\nD-2: B"


def test_merging_twice_with_itself_or_into_what_is_gone_is_refused(pair):
    stays, goes = pair
    other = make.client("D-3")
    with pytest.raises(ClientRefusal):
        merge_clients(stays, stays)
    merge_clients(goes, stays)
    for source, into in ((goes, stays), (goes, other), (other, goes), (stays, goes)):
        with pytest.raises(ClientRefusal, match="merged"):
            merge_clients(source, into)
    assert Client.objects.get(pk=other.pk).merged_into_id is None


def test_a_letter_that_waits_goes_out_as_it_was_written(pair):
    stays, goes = pair
    used_up(goes)
    document = Document.objects.filter(client=goes).get()
    Message.objects.create(
        document=document,
        kind=document.kind,
        number=document.number,
        client=goes,
        language="fr",
        recipient="b@x.example",
        message_id="<1@x>",
    )
    merge_clients(goes, stays)
    message = Message.objects.get()
    assert (message.client_id, message.recipient) == (stays.pk, "b@x.example")
    assert message.document.client_id == stays.pk


def test_bookings_go_on_with_the_moved_invoice(pair):
    stays, goes = pair
    row = make.invoice("100.00 CHF", to=goes)
    paid = make.credit("40.00 CHF", of=stays, on=ON)
    merge_clients(goes, stays)
    ledger.allocate(paid, {row.pk: make.money("40.00 CHF")})
    call_command("verify_ledger")
    assert balance(stays) == {"CHF": make.money("60.00 CHF")}
