"""The first page: figures that are their lists, and what waits for somebody."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import localdate, now

from billing.actions.marks import mark_invoice
from billing.facts import aged_accounts
from billing.lists import ageing, dso
from billing.models import InvoiceMark, ReceivablesImport
from billing.rules.ageing import BUCKETS
from billing.rules.money import plain, total
from clients.models import Client
from delivery.models import Message
from dunning.actions.runs import propose_run
from tests import make

pytestmark = pytest.mark.django_db


def ago(count):
    return localdate() - timedelta(days=count)


@pytest.fixture
def books(db):
    """CHF: 500 overdue, 80 due in 5 days, 30 paid; EUR: 90 due later."""
    one, two = make.client("D-1", name="Dupont SA"), make.client("D-2")
    make.invoice("500.00 CHF", to=one, due=ago(9))
    make.invoice("80.00 CHF", to=two, due=ago(-5), issued=ago(2))
    paid = make.invoice("30.00 CHF", to=two, due=ago(20))
    make.payment("30.00 CHF", on=ago(4), to=paid)
    make.invoice("90.00 EUR", to=one, due=ago(-40), issued=ago(1))


def figures(page):
    return {
        figure.label: {
            code: value if isinstance(value, str) else plain(value)
            for code, value in figure.lines
        }
        for figure in page.context["figures"]
    }


def test_five_figures_per_currency(desk, books):
    assert figures(desk.get("/")) == {
        "Open": {"CHF": "580.00", "EUR": "90.00"},
        "Overdue": {"CHF": "500.00", "EUR": "0.00"},
        "Due within 7 days": {"CHF": "80.00"},
        "Received in 30 days": {"CHF": "30.00"},
        "Days sales outstanding": {"CHF": "86 days", "EUR": "90 days"},
    }


def test_every_figure_is_the_sum_of_the_list_it_leads_to(desk, books):
    page = desk.get("/")
    for figure in page.context["figures"][:4]:
        listed = desk.get(figure.address).context["totals"]
        of_list = {
            sum_.currency: plain(
                sum_.whole if "payments" in figure.address else sum_.left
            )
            for sum_ in listed
        }
        shown = {code: plain(value) for code, value in figure.lines if value}
        assert shown == of_list, figure.label


def test_dso_leaves_uncollectible_out(desk):
    """Domain §14: 45 000 open, 135 000 invoiced in 90 days: 30 days."""
    open_ = make.invoice("45000.00 CHF", issued=ago(80), due=ago(50))
    for _ in range(2):
        row = make.invoice("45000.00 CHF", issued=ago(80), due=ago(50))
        make.payment("45000.00 CHF", on=ago(40), to=row)
    assert dso(localdate(), timedelta(days=90)) == {"CHF": 30}
    mark_invoice(open_, InvoiceMark.Kind.UNCOLLECTIBLE, ago(1), "bankrupt")
    assert dso(localdate(), timedelta(days=90)) == {"CHF": 0}


def test_the_ageing_is_that_of_the_report(books):
    make.credit("33.00 CHF", of=Client.objects.first(), on=ago(3))
    for late in (0, 1, 30, 31, 60, 61, 90, 91, 400):
        make.invoice("10.00 CHF", due=ago(late))
    report = aged_accounts(localdate())
    for found in ageing(localdate()):
        of_report = [
            a for (_client, code), a in report.items() if code == found.currency
        ]
        for age in BUCKETS:
            sums = total((a.buckets[age] for a in of_report), found.currency)
            assert found.buckets[age] == sums, age
        assert found.total == total((a.total for a in of_report), found.currency)


def test_the_bar_fills_its_width_exactly(desk, books):
    for bar in desk.get("/").context["bars"]:
        assert sum(part.width for part in bar.parts) == 1000
        assert bar.parts[0].start == 0


def test_what_waits_is_listed_with_the_place_to_do_it(desk, books, accountant):
    propose_run(localdate(), policy=None, person=accountant, request_key="key-of-draft")
    for state in ("failed", "unknown", "sent"):
        Message.objects.create(
            client=Client.objects.first(),
            kind="notice",
            number=state,
            recipient="x@example.org",
            subject="x",
            state=state,
            message_id=str(uuid4()),
        )
    old = ReceivablesImport.objects.create(
        file_name="a.csv", content=b"", state=ReceivablesImport.State.BOOKED
    )
    ReceivablesImport.objects.filter(pk=old.pk).update(
        created_at=now() - timedelta(days=10)
    )
    tasks = [task.text for task in desk.get("/").context["tasks"]]
    assert len(tasks) == 5
    for part in (
        "1 e-mail did not arrive",
        "Of 1 e-mail nobody knows",
        "is a draft",
        "1 invoice is overdue",
        "The last import is of",
    ):
        assert any(part in text for text in tasks), part


def test_a_disputed_invoice_is_no_task(desk, books):
    row = make.invoice(due=ago(5))
    before = [task.text for task in desk.get("/").context["tasks"]]
    mark_invoice(row, InvoiceMark.Kind.DISPUTED, ago(1), "wrong")
    after = [task.text for task in desk.get("/").context["tasks"]]
    assert ("2 invoices" in before[0], "1 invoice is" in after[0]) == (True, True)


def test_an_empty_house_says_what_to_do_first(desk):
    text = desk.get("/").content.decode()
    assert "Import receivables" in text
    assert "seed_demo" in text


def test_somebody_without_a_role_is_told_so(client, stranger):
    client.force_login(stranger)
    assert "Ask your administrator" in client.get("/").content.decode()


def test_the_page_needs_a_constant_number_of_queries(
    desk, books, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as few:
        desk.get("/")
    for _ in range(20):
        make.invoice(due=ago(12))
    with django_assert_num_queries(len(few)):
        desk.get("/")
