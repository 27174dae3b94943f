"""`manage.py issue_recurring`: the contract of commands, and the mail that leaves."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.actions import recurring as making
from billing.actions.recurring import make_due, start_recurrence
from billing.models import Bill, Occurrence, Recurrence
from delivery.models import Message
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 31)


@pytest.fixture(autouse=True)
def home(company):
    return company


def recurring(**given):
    values = {"first_on": DAY, "issues_itself": True} | given
    owner = given.pop("to", None) or make.client("K-1", email="k@example.org")
    values.pop("to", None)
    return start_recurrence(make.draft("100", to=owner), Recurrence(**values))


def run(*words):
    out, err = StringIO(), StringIO()
    try:
        call_command("issue_recurring", *words, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_it_tells_what_it_made_as_json_and_makes_it_once():
    recurring()
    code, said, _err = run("--on", "2026-03-01", "--json")
    assert code == 0
    assert json.loads(said) == {
        "on": "2026-03-01",
        "made": [
            {
                "client": "K-1",
                "due_on": due_on,
                "draft": None,
                "invoice": number,
                "total": "100.00",
                "currency": "CHF",
                "problem": "",
            }
            for due_on, number in [
                ("2026-01-31", "F-2026-0001"),
                ("2026-02-28", "F-2026-0002"),
            ]
        ],
    }
    assert json.loads(run("--on", "2026-03-01", "--json")[1])["made"] == []
    assert {b.issued_on for b in Bill.objects.all()} == {date(2026, 3, 1)}


def test_drafts_are_made_where_nothing_issues_itself():
    recurring(issues_itself=False)
    code, said, _err = run("--on", "2026-01-31")
    draft = Occurrence.objects.get().draft_id
    assert (code, said) == (0, f"2026-01-31: 1 made\nK-1  2026-01-31  draft {draft}\n")


def test_what_cannot_be_issued_is_told_with_exit_1():
    recurring()
    make.company(city="")
    code, said, complaints = run("--on", "2026-01-31", "--json")
    assert code == 1
    assert "address of the company" in complaints
    assert json.loads(said)["made"][0]["invoice"] is None


@pytest.mark.parametrize("words", [[], ["--on", "31.01.2026"], ["--on", "2026-02-30"]])
def test_wrong_usage(words):
    with pytest.raises(CommandError):
        call_command("issue_recurring", *words)


def test_what_sends_itself_is_put_into_the_outbox_once():
    recurring(sends_itself=True)
    make_due(DAY)
    make_due(DAY)
    message = Message.objects.get()
    assert (message.recipient, message.number) == ("k@example.org", "F-2026-0001")
    assert message.document == Bill.objects.get().document
    occurrence = Occurrence.objects.get()
    assert (occurrence.to_send, occurrence.problem) == (False, "")


def test_a_mail_that_was_cut_off_leaves_with_the_next_turn(monkeypatch):
    recurring(sends_itself=True)

    def cut_off(*_given, **_more):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(making, "send_bill", cut_off)
        with pytest.raises(ConnectionError):
            make_due(DAY)
    assert not Message.objects.exists()
    make_due(DAY)
    assert Message.objects.count() == 1


def test_without_an_address_it_is_issued_and_the_problem_told():
    recurring(sends_itself=True, to=make.client("K-2", email=""))
    [occurrence] = make_due(DAY)
    assert occurrence.bill.number == "F-2026-0001"
    assert "no e-mail address" in occurrence.problem
    assert not Message.objects.exists()
    assert make_due(DAY) == []
