"""Statements for many clients: the page that says who gets one."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from delivery.models import Job
from statements.models import Statement
from statements.rules.orders import Order
from statements.turning import turns
from tests import make

PAGE = "/statements/bulk/"
JANUARY = "end=2026-01-31&kind=activity"
SENT = {"end": "2026-01-31", "kind": "activity", "send": "on", "request_key": "a" * 32}


def at_january(**given):
    return Order(date(2026, 1, 31), "activity", **given)


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_the_page_says_who_gets_one_and_how_many_do_not(desk, portfolio):
    page = shown(desk.get(f"{PAGE}?{JANUARY}&send=on"))
    for words in (
        "2 clients get a statement",
        "by e-mail: 1",
        "to be printed: 1",
        "left out: 2",
        "Dupont SA",
        "300.00",
        "Owing &amp; Sons",
        "40.00",
        "01.01.2026 – 31.01.2026",
        "client@example.org",
        "Issue and send 2 statements",
    ):
        assert words in page, words
    assert not Statement.objects.exists()
    assert not Job.objects.exists()


def test_the_page_says_why_the_others_get_none(desk, portfolio):
    page = shown(desk.get(f"{PAGE}?{JANUARY}&show=left_out"))
    assert "Nothing happened in the period, and nothing is open." in page
    assert "this client has one" in page
    assert "Dupont SA" not in page


def test_without_words_the_page_is_about_last_month(desk, portfolio):
    last = localdate().replace(day=1) - timedelta(days=1)
    assert f'value="{last}"' in shown(desk.get(PAGE))


def test_a_balance_in_favour_of_the_client_is_something_to_say(portfolio):
    """No least balance leaves out nobody; any at all leaves those out whom we owe."""
    owed = make.client("OWED")
    for number in ("W-1", "W-2"):
        make.invoice("10.00 CHF", to=owed, number=number, due="2026-01-05")
    make.credit("70.00 CHF", of=owed, on="2026-01-20")
    reasons = [
        turns(at_january(least=Decimal(least)), [owed.pk])[0].reason
        for least in (0, "0.01")
    ]
    assert reasons == ["", "The balance is below 0.01."]


def test_a_least_balance_leaves_the_small_ones_out(desk, portfolio):
    page = shown(desk.get(f"{PAGE}?{JANUARY}&least=50&show=left_out"))
    assert "1 client gets a statement" in page
    assert "The balance is below 50." in page


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("end=2026-02-31&kind=activity", "Enter a valid date."),
        ("end=0001-01-01&kind=activity", "between 1990 and 2100"),
        ("end=2026-01-31&kind=other", "not one of the available choices"),
        ("end=2026-01-31&kind=activity&least=-1", "greater than or equal to 0"),
        ("end=2026-01-31&kind=activity&least=x", "Enter a number."),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(desk, words, reason):
    assert reason in shown(desk.get(f"{PAGE}?{words}"))
    given = dict(part.split("=") for part in words.split("&"))
    answer = desk.post(f"{PAGE}start/", given | {"request_key": "a" * 32})
    assert answer.status_code == 400
    assert reason in shown(answer)
    assert not Job.objects.exists()


def test_the_list_leaves_as_a_file(desk, portfolio):
    answer = desk.get(f"{PAGE}?{JANUARY}&send=on&export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, first, second = csv.reader(text.splitlines(), delimiter=";")
    assert head == ["Client", "Client number", "period", "closing balance", "goes to"]
    assert first[:2] == ["Dupont SA", "DUPONT"]
    assert first[4] == "client@example.org"
    assert second[:2] == ["Owing & Sons", "OWING"]
    assert second[4] == "to be printed"


def test_queries_do_not_grow_with_clients(desk, portfolio):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert desk.get(f"{PAGE}?{JANUARY}").status_code == 200
        return len(asked)

    queries()
    few = queries()
    for n in range(12):
        client = make.client(f"MANY-{n}")
        for k in range(2):
            make.invoice(to=client, number=f"M-{n}-{k}", due="2026-01-20")
    assert queries() == few


def test_other_jobs_have_no_statements(desk, company):
    other = Job.objects.create(kind=Job.Kind.LETTERS, key="letters:1")
    assert desk.get(f"/statements/bulk/{other.pk}/").status_code == 404
    assert desk.get(f"/statements/bulk/{other.pk}/all.pdf").status_code == 404


@pytest.mark.parametrize("missing", ["add_statement", "send_statement"])
def test_who_may_not_issue_cannot_start(desk, accountant, portfolio, missing):
    accountant.user_permissions.remove(Permission.objects.get(codename=missing))
    assert desk.get(PAGE).status_code == 403
    assert desk.post(f"{PAGE}start/", SENT).status_code == 403
    assert not Job.objects.exists()
    assert "For many clients" not in shown(desk.get("/statements/"))


def test_starting_is_never_by_a_link(desk):
    assert desk.get(f"{PAGE}start/").status_code == 405


def test_an_order_is_kept_as_it_was_given():
    order = Order(date(2026, 1, 31), "activity", unpaid_only=True, send=True)
    assert Order.of(order.kept()) == order


def test_the_turns_of_some_are_those_of_all(portfolio):
    every = turns(at_january())
    some = [turn.client.pk for turn in every[:2]]
    assert turns(at_january(), some) == every[:2]
