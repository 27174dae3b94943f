"""4.15: the page of the effect, and how a client pays."""

from __future__ import annotations

import re

import pytest
import time_machine

from clients.models import Client
from dunning.charts import dso_chart, level_chart
from dunning.models import Hold
from dunning.rules.effect import Dso
from tests import make
from tests.dunning.desk import issue_then, policy

PAGE = "/dunning/effect/?first=2026-01-01&last=2026-03-31"


@pytest.fixture(scope="module")
def written(kept):
    with kept(), time_machine.travel("2026-02-01 12:00"):
        make.company()
        policy()
        alpen = make.client("K-1", name="Alpen AG")
        invoices = [make.invoice(f"{n}00.00 CHF", to=alpen) for n in (1, 2, 3)]
        issue_then("2026-02-16")
        make.payment("100.00 CHF", on="2026-02-20", to=invoices[0])
        make.payment("200.00 CHF", on="2026-03-05", to=invoices[1])


@pytest.fixture
def letters(written, company):
    with time_machine.travel("2026-03-31 12:00"):
        yield Client.objects.get(number="K-1")


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_page_tells_each_level_beside_its_picture(desk, letters):
    answer = desk.get(PAGE)
    told = words(answer)
    assert "1 1 3 600.00 300.00 2 33 % 10.5" in told
    assert "Level 1: 300.00 of 600.00 recovered." in told
    assert "Level 1 · 33 % in time" in told
    assert "days sales outstanding" in told
    html = answer.content.decode()
    assert "style=" not in html.partition("<main")[2]
    assert html.count('role="img"') == 2


def test_the_last_year_is_shown_where_nothing_is_asked(desk, letters):
    assert "What the letters from 01.04.2025 to 31.03.2026" in words(
        desk.get("/dunning/effect/")
    )


def test_it_is_a_file_too(desk, letters):
    answer = desk.get(f"{PAGE}&export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Currency;Level;Letters;Invoices;Claimed")
    assert lines[1] == "CHF;1;1;3;600.00;300.00;2;33;10.5"


def test_one_client_alone_with_how_it_pays(desk, letters):
    other = make.client("K-2", name="Basel SA")
    told = words(desk.get(f"{PAGE}&client={letters.pk}"))
    assert "Client: Alpen AG" in told
    assert "How this client pays" in told
    none = words(desk.get(f"{PAGE}&client={other.pk}"))
    assert "No letters in this period" in none
    assert "It has paid too few invoices" in none


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("first=soon", "Enter a valid date."),
        ("first=2026-03-01&last=2026-02-01", "The period ends before it begins."),
        ("currency=XXX", "Select a valid choice."),
        ("client=99999", "Select a valid choice."),
        ("client=x", "Select a valid choice."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_field(desk, letters, asked, told):
    answer = desk.get(f"/dunning/effect/?{asked}")
    assert answer.status_code == 200
    assert told in words(answer)


def test_promises_that_were_not_kept_are_named(desk, letters):
    for invoice in letters.invoices.order_by("pk"):
        Hold.objects.create(
            client=letters,
            invoice=invoice,
            kind="promise",
            since="2026-02-17",
            until="2026-03-01",
            reason="on the phone",
        )
    told = words(desk.get(PAGE))
    assert "kept 1 broken 2 still running 0" in told
    assert told.count("on the phone") == 2


def test_who_may_not_see_runs_sees_no_effect(client, stranger, letters):
    client.force_login(stranger)
    assert client.get(PAGE).status_code == 403


def test_the_clients_reminders_say_how_it_pays(desk, letters):
    told = words(desk.get(f"/clients/{letters.pk}/?tab=reminders"))
    assert "How this client pays" in told


def test_bars_of_nothing_have_no_length():
    assert level_chart([]).height == 0


def test_a_line_is_broken_where_nothing_can_be_said():
    day = make.day("2026-01-31")
    chart = dso_chart([Dso(day, 10, None), Dso(day, None, 40), Dso(day, 40, 20)])
    assert chart.highest == 40
    assert chart.simple == "M28 98M350 12"
    assert chart.counted_back == "M189 12L350 69"
