"""Statements for some clients: narrowed by words, chosen one by one, then released."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.models import Invoice
from clients.actions.merging import merge_clients
from clients.models import Client
from delivery.actions.working import work_job
from delivery.models import Job, JobItem
from statements.actions.batches import BatchRefusal, release_batch, tick_clients
from statements.models import Batch, Statement
from statements.rules.orders import Order
from statements.turning import turns
from tests import make

NEW = "/statements/batches/new/"
GIVEN = {"end": "2026-01-31", "kind": "activity", "send": "on", "request_key": "a" * 32}


def ordered(**given):
    """Who gets one in January, and why the others that are looked at do not."""
    found = turns(Order(date(2026, 1, 31), "activity", **given))
    return {turn.client.number: turn.reason for turn in found}


def shown(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def batch(desk, portfolio):
    """Held: Dupont and Owing are there to be chosen."""
    answer = desk.post(NEW, GIVEN)
    row = Batch.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/statements/batches/{row.pk}/")
    return row


def send(desk, batch, **given):
    return desk.post(f"/statements/batches/{batch.pk}/ticks/", given)


def seen_on(desk, batch):
    page = desk.get(f"/statements/batches/{batch.pk}/")
    return re.search(r'name="seen" value="([0-9a-f]{32})"', page.content.decode())[1]


def targets(job):
    """For whom a job was listed; nothing is drawn."""
    work_job(job.pk, seconds=0)
    return set(JobItem.objects.values_list("label", flat=True))


@pytest.mark.parametrize(
    ("given", "looked_at"),
    [
        ({"words": "DUPONT SA"}, {"DUPONT"}),
        ({"words": "nobody"}, set()),
        ({"language": "de"}, {"OLD"}),
        ({"country": "FR"}, {"ONE"}),
        ({"currency": "EUR"}, {"OWING"}),
        ({"currency": "CHF"}, {"DUPONT", "OLD", "ONE", "OWING"}),
        ({"words": "o", "country": "CH"}, {"DUPONT", "OLD", "OWING"}),
    ],
)
def test_words_language_country_and_currency_say_who_is_looked_at(
    portfolio, given, looked_at
):
    Client.objects.filter(number="OLD").update(language="de")
    Client.objects.filter(number="ONE").update(country="FR")
    assert set(ordered(**given)) == looked_at


def test_balance_zero_no_movement_nothing_overdue_are_reasons(portfolio, dupont):
    """Features 2.5: skip zero and inactive; each says which of them it is."""
    zero = make.client("ZERO")
    for number in ("Z-1", "Z-2"):
        paid = make.invoice("10.00 CHF", to=zero, number=number, due="2026-01-20")
        make.payment("10.00 CHF", on="2026-01-25", to=paid)
    due_later = make.client("LATER")
    for number in ("L-1", "L-2"):
        make.invoice("10.00 CHF", to=due_later, number=number, due="2026-01-31")
    assert [ordered()[name] for name in ("ZERO", "OWING", "LATER")] == ["", "", ""]
    assert ordered(skip_zero=True)["ZERO"] == "The balance is zero."
    quiet = ordered(skip_quiet=True)
    assert (quiet["OWING"], quiet["ZERO"]) == ("Nothing happened in the period.", "")
    overdue = ordered(only_overdue=True)
    assert (overdue["OWING"], overdue["LATER"]) == ("", "Nothing is overdue.")
    assert overdue["DUPONT"] == "Nothing is overdue."
    # The least balance is one of the currency that is asked for.
    make.invoice("900.00 EUR", to=dupont, number="E-1", due="2026-01-20")
    in_chf = ordered(currency="CHF", least=Decimal(400))
    assert in_chf["DUPONT"] == "The balance is below 400."
    assert ordered(least=Decimal(400))["DUPONT"] == ""


def test_queries_do_not_grow_with_what_is_asked_for(portfolio):
    narrow = {"words": "o", "currency": "EUR", "only_overdue": True}

    def queries():
        with CaptureQueriesContext(connection) as asked:
            ordered(**narrow)
        return len(asked)

    few = queries()
    for _ in range(5):
        client = make.client(currency="EUR")
        for _n in range(3):
            make.invoice("10.00 EUR", to=client, due="2026-01-20")
    assert queries() == few


def test_the_page_narrows_sums_up_and_counts_the_others(desk, portfolio):
    asked = "end=2026-01-31&kind=activity&send=on&words=owing"
    page = shown(desk.get(f"/statements/bulk/?{asked}"))
    assert "1 client gets a statement" in page
    assert "not looked at: 3" in page
    assert re.search(r"closing balances: <strong[^>]*>EUR\s40\.00|40\.00", page)
    assert "Dupont SA" not in page
    bad = "end=2026-01-31&kind=activity&country=XX&language=xx&currency=ABC"
    assert shown(desk.get(f"/statements/bulk/?{bad}")).count("not one of the") == 3
    assert desk.get("/statements/bulk/?words=%00").status_code == 200


def test_ticks_are_kept_and_only_the_ticked_get_one(desk, batch, dupont):
    owing = Client.objects.get(number="OWING")
    page = shown(desk.get(f"/statements/batches/{batch.pk}/"))
    assert page.count('name="ticked"') == 2
    assert "2 clients get a statement" in page
    both = {"shown": [dupont.pk, owing.pk]}
    live = desk.post(
        f"/statements/batches/{batch.pk}/ticks/",
        both | {"ticked": [owing.pk]},
        headers={"HX-Request": "true"},
    )
    assert "1 client gets a statement" in shown(live)
    assert "<html" not in live.content.decode()
    assert "1 left out by hand" in shown(desk.get(f"/statements/batches/{batch.pk}/"))
    answer = send(
        desk,
        batch,
        **both,
        ticked=[owing.pk],
        go="release",
        seen=seen_on(desk, batch),
    )
    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/"
    assert targets(job) == {"OWING Owing & Sons"}
    batch.refresh_from_db()
    assert (batch.state, batch.job, batch.decided_by.username) == (
        "released",
        job,
        "anna",
    )
    assert desk.get(f"/statements/batches/{batch.pk}/").url == (
        f"/statements/bulk/{job.pk}/"
    )


def test_a_double_click_is_one_batch_and_one_job(desk, batch):
    desk.post(NEW, GIVEN)
    assert Batch.objects.count() == 1
    release = {"go": "release", "seen": seen_on(desk, batch)}
    send(desk, batch, **release)
    again = send(desk, batch, **release)
    assert again.url == f"/statements/batches/{batch.pk}/"
    assert Job.objects.count() == 1
    with pytest.raises(BatchRefusal, match="released or discarded already"):
        tick_clients(batch, [], [])


def test_what_was_booked_since_the_page_was_shown_is_looked_at_first(
    desk, batch, dupont
):
    seen = seen_on(desk, batch)
    make.invoice("10.00 CHF", to=dupont, number="NEW", due="2026-01-30")
    answer = desk.post(
        f"/statements/batches/{batch.pk}/ticks/",
        {"go": "release", "seen": seen},
        follow=True,
    )
    assert "Something was booked since this page was shown." in shown(answer)
    assert not Job.objects.exists()
    send(desk, batch, go="release", seen=seen_on(desk, batch))
    assert Job.objects.count() == 1


def test_buttons_tick_all_and_none_and_lead_to_pages(desk, batch):
    send(desk, batch, go="none")
    assert batch.left_out.count() == 2
    page = shown(desk.get(f"/statements/batches/{batch.pk}/"))
    assert "0 clients get a statement" in page
    assert 'value="release"' not in page
    send(desk, batch, go="all")
    assert not batch.left_out.exists()
    home = f"/statements/batches/{batch.pk}/"
    assert send(desk, batch, go="page=7").url == f"{home}?page=7"
    assert desk.get(f"{home}?page=7").status_code == 200
    assert send(desk, batch, go="left_out").url == f"{home}?show=left_out"
    reasons = shown(desk.get(f"{home}?show=left_out"))
    assert "this client has one" in reasons
    assert "Dupont SA" not in reasons


def test_nonsense_among_the_ticks_is_passed_over(desk, batch):
    strange = ["-1", "x", "١", "9" * 30, "999999999", "1;2"]
    answer = send(desk, batch, shown=strange, ticked=strange, go="page=٣")
    assert answer.url == f"/statements/batches/{batch.pk}/"
    assert not batch.left_out.exists()


def test_discarded_nothing_is_issued(desk, batch):
    answer = desk.post(f"/statements/batches/{batch.pk}/discard/", follow=True)
    assert "The statements were discarded. Nothing was issued." in shown(answer)
    assert "Discarded" in shown(desk.get(f"/statements/batches/{batch.pk}/"))
    with pytest.raises(BatchRefusal):
        release_batch(batch, None)
    assert not Job.objects.exists()
    assert not Statement.objects.exists()


def test_beside_others_of_the_same_day_it_waits(desk, batch):
    desk.post("/statements/bulk/start/", GIVEN)
    answer = desk.post(
        f"/statements/batches/{batch.pk}/ticks/",
        {"go": "release", "seen": seen_on(desk, batch)},
        follow=True,
    )
    assert "Other statements of this day are being issued right now." in shown(answer)
    batch.refresh_from_db()
    assert batch.state == "held"


def test_clients_that_become_one_are_left_out_once(desk, batch, dupont):
    owing = Client.objects.get(number="OWING")
    send(desk, batch, shown=[dupont.pk, owing.pk])
    merge_clients(owing, dupont)
    assert [row.client for row in batch.left_out.all()] == [dupont]
    assert Invoice.objects.filter(client=dupont, currency="EUR").count() == 2


def test_what_was_ordered_cannot_be_changed(batch):
    for change in ({"wanted": {}}, {"end": date(2026, 2, 28)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(**change)


@pytest.mark.parametrize("missing", ["add_statement", "send_statement"])
def test_who_may_not_issue_can_do_none_of_it(desk, accountant, batch, missing):
    accountant.user_permissions.remove(Permission.objects.get(codename=missing))
    home = f"/statements/batches/{batch.pk}/"
    assert desk.get(home).status_code == 403
    assert desk.get("/statements/schedules/").status_code == 403
    for page in (NEW, f"{home}ticks/", f"{home}discard/"):
        assert desk.post(page, GIVEN).status_code == 403
    assert "wait to be released" not in shown(desk.get("/"))
    assert not Job.objects.exists()


def test_nothing_is_done_by_a_link(desk, batch):
    home = f"/statements/batches/{batch.pk}/"
    for page in (NEW, f"{home}ticks/", f"{home}discard/"):
        assert desk.get(page).status_code == 405
    assert desk.get("/statements/batches/99999/").status_code == 404
