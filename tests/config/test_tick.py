"""`manage.py tick`: what comes back and what is missing is made, each once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate, now

from billing.actions import papers
from billing.actions.recurring import start_recurrence
from billing.models import Bill, Recurrence
from config.clockwork import TRIED, forgotten_papers, take_turn
from delivery.actions.service import hold, release
from delivery.models import Document
from delivery.pdf import RenderFailure
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(company):
    return company


def tick():
    out, err = StringIO(), StringIO()
    try:
        call_command("tick", stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def recurring(**given):
    values = {"first_on": localdate(), "issues_itself": True} | given
    return start_recurrence(make.draft("100"), Recurrence(**values))


def test_what_comes_back_is_made_once():
    recurring()
    code, said, _complaints = tick()
    assert (code, said) == (0, "Recurring invoices made: 1; papers kept: 0.\n")
    assert tick() == (0, "", "")
    assert Bill.objects.count() == 1


def test_after_a_restore_nothing_is_issued_until_the_mail_is_released():
    """F55: what was issued after the backup would be issued a second time."""
    recurring()
    hold(person=None, why="Restored from a backup of Monday.", now=now())
    assert tick() == (0, "", "")
    assert not Bill.objects.exists()
    release()
    tick()
    assert Bill.objects.count() == 1


def test_papers_that_are_missing_are_kept_once():
    bill = make.bill("100", on=localdate())
    # The page that issued it may be drawing it.
    assert take_turn(localdate(), now() - timedelta(minutes=2)).archived == []
    assert take_turn(localdate(), now()).archived == [bill.number]
    assert take_turn(localdate(), now()).archived == []
    assert Document.objects.get() == Bill.objects.get().document


def test_between_long_turns_only_papers_just_forgotten_are_drawn():
    recent, old = make.bill("100", on=localdate()), make.bill("100", on=localdate())
    drawn = forgotten_papers(now() + timedelta(seconds=1)).archived
    assert drawn == [recent.number, old.number]
    third = make.bill("100", on=localdate())
    assert forgotten_papers(now() + TRIED + timedelta(minutes=1)).archived == []
    assert take_turn(localdate(), now()).archived == [third.number]


def test_what_fails_is_told_and_the_rest_is_done(monkeypatch):
    recurring()
    make.company(city="")
    recurring(issues_itself=False)
    code, said, complaints = tick()
    assert (code, said) == (1, "Recurring invoices made: 2; papers kept: 0.\n")
    assert "address of the company" in complaints


def test_a_paper_that_cannot_be_drawn_is_told(monkeypatch):
    first = make.bill("100", on=localdate())
    draw, failed = papers.render_pdf, []

    def fails_once(*given):
        if not failed:
            failed.append(1)
            raise RenderFailure("no fonts")
        return draw(*given)

    monkeypatch.setattr(papers, "render_pdf", fails_once)
    second = make.bill("100", on=localdate())
    turn = take_turn(localdate(), now())
    assert turn.problems == [f"{first.number}: no fonts"]
    assert turn.archived == [second.number]
    assert take_turn(localdate(), now()).archived == [first.number]
