"""The file of a client: figures, flags, what can be created, tabs (A05, A06, A12, A20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.timezone import localdate

from billing.actions import ledger
from billing.actions.marks import end_mark, mark_invoice
from billing.models import InvoiceMark
from billing.rules.money import plain
from dunning.actions.holds import hold
from dunning.models import Hold
from tests import make

pytestmark = pytest.mark.django_db
TABS = [
    "overview",
    "invoices",
    "payments",
    "statements",
    "reminders",
    "documents",
    "timeline",
]


def ago(count):
    return localdate() - timedelta(days=count)


@pytest.fixture
def dupont(db):
    return make.client("D-1", name="Dupont SA")


def page_of(desk, client, tab=""):
    return desk.get(f"/clients/{client.pk}/" + (f"?tab={tab}" if tab else ""))


def test_figures_per_currency_and_unallocated_credit_stand_at_the_top(desk, dupont):
    make.invoice("100.00 CHF", to=dupont, due=ago(1))
    make.invoice("50.00 EUR", to=dupont, due=ago(-1))
    make.credit("30.00 CHF", of=dupont, on=ago(1), number="P-7")
    page = page_of(desk, dupont)
    assert [
        (a.currency, plain(a.open), plain(a.overdue), plain(a.balance))
        for a in page.context["accounts"]
    ] == [("CHF", "100.00", "100.00", "70.00"), ("EUR", "50.00", "0.00", "50.00")]
    text = page.content.decode()
    assert "is not allocated to any invoice" in text
    assert "Allocate P-7" in text


@pytest.mark.parametrize("count", [0, 1])
def test_with_fewer_than_two_invoices_a_statement_is_disabled_with_its_reason(
    desk, dupont, count
):
    """A06, A07: and the one invoice is offered instead."""
    made = [make.invoice(to=dupont, number=f"ONE-{n}") for n in range(count)]
    page = page_of(desk, dupont)
    text = page.content.decode()
    assert 'aria-disabled="true"' in text
    assert page.context["refused"] in text
    assert reverse("statement_new", args=[dupont.pk]) not in text
    assert ("Send invoice ONE-0 instead" in text) is bool(made)


def test_create_offers_invoice_and_statement_from_two_invoices_on(desk, dupont):
    """A05, A12, A20: whether or not anything is still unpaid."""
    for _ in range(2):
        row = make.invoice("10.00 CHF", to=dupont)
        make.payment("10.00 CHF", on=ago(1), to=row)
    text = page_of(desk, dupont).content.decode()
    for name in ("statement_new", "invoice_new", "payment_new"):
        assert reverse(name, args=[dupont.pk]) in text
    assert 'aria-disabled="true"' not in text


def test_flags_say_what_is_blocked_and_disputed(desk, dupont, accountant):
    row = make.invoice(to=dupont)
    mark_invoice(row, InvoiceMark.Kind.DISPUTED, ago(3), "wrong", accountant)
    hold(dupont, None, Hold.Kind.HOLD, since=ago(2), until=None, reason="Talks")
    text = page_of(desk, dupont).content.decode()
    for words in ("1 invoice disputed", "Reminders paused", "Talks"):
        assert words in text


def test_a_hold_that_is_over_is_no_flag(desk, dupont):
    hold(dupont, None, Hold.Kind.HOLD, since=ago(9), until=ago(1), reason="Talks")
    assert page_of(desk, dupont).context["blocks"] == []


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_a_new_client_says_something(desk, dupont, tab):
    page = page_of(desk, dupont, tab)
    assert page.status_code == 200
    assert page.context["active"] == tab


@pytest.mark.parametrize("query", ["tab=nothing", "tab=%00", "tab=timeline&from=-3"])
def test_any_address_gives_a_page(desk, dupont, query):
    assert desk.get(f"/clients/{dupont.pk}/?{query}").status_code == 200


def test_the_timeline_is_one_stream_newest_first(desk, dupont, accountant):
    row = make.invoice(
        "100.00 CHF", to=dupont, number="INV", issued=ago(40), due=ago(10)
    )
    paid = make.payment("40.00 CHF", on=ago(8), to=row)
    mark = mark_invoice(row, InvoiceMark.Kind.DISPUTED, ago(6), "wrong", accountant)
    end_mark(mark, ago(5), "agreed", accountant)
    ledger.reverse_credit(paid, ago(4), "bounced", accountant)
    hold(dupont, row, Hold.Kind.PROMISE, since=ago(3), until=ago(-3), reason="Call")
    events = page_of(desk, dupont, "timeline").context["events"]
    assert [(event.on, event.title.split()[0]) for event in events] == [
        (ago(3), "Promised"),
        (ago(4), "Reversal"),
        (ago(5), "No"),
        (ago(6), "Disputed:"),
        (ago(8), "Payment"),
        (ago(40), "Invoice"),
    ]
    assert events[-1].amount == "CHF\u00a0100.00"


def test_the_timeline_has_pages_and_a_constant_number_of_queries(
    desk, dupont, django_assert_num_queries, django_assert_max_num_queries
):
    for _ in range(2):
        make.invoice(to=dupont)
    with django_assert_max_num_queries(25) as few:
        page_of(desk, dupont, "timeline")
    for _ in range(60):
        make.invoice(to=dupont)
    with django_assert_num_queries(len(few)):
        page = page_of(desk, dupont, "timeline")
    assert len(page.context["events"]) == page.context["older"] == 40
    rest = desk.get(f"/clients/{dupont.pk}/?tab=timeline&from=40").context
    assert (len(rest["events"]), rest["older"], rest["newer"]) == (22, None, 0)


def test_tabs_are_for_those_who_may_read_what_is_behind_them(client, stranger, dupont):
    stranger.user_permissions.add(Permission.objects.get(codename="view_client"))
    client.force_login(stranger)
    page = page_of(client, dupont, "payments")
    assert [name for name, _title in page.context["tabs"]] == ["overview", "timeline"]
    assert page.context["active"] == "overview"


def test_strangers_are_refused(client, stranger, dupont):
    client.force_login(stranger)
    assert page_of(client, dupont).status_code == 403
