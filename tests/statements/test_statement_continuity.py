"""A statement goes on from the one before; what was booked late is named (4.3, I11)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone

from billing.actions import ledger
from billing.models import Credit
from billing.rules.money import money, zero
from clients.actions.merging import merge_clients
from clients.models import Client
from statements.actions.issuing import Asked, keep_statement
from statements.audit import audit
from statements.facts import statement_data
from statements.rules.figures import statement_figures
from statements.rules.statement import Previous, StatementImbalance
from tests import make

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
ACTIVITY = ("activity", False)


def issued(client, period, kind="activity", unpaid_only=False, **known):
    """An issued statement, with any paper: what it says is what is looked at."""
    asked = Asked(
        client,
        *period,
        kind,
        unpaid_only,
        "fr",
        period[1],
        None,
        f"{next(make.numbers)}",
    )
    data = replace(asked.data(), **known)
    return keep_statement(asked, data, make.blank_pdf(), asked.token(data))


def section(client, period, *how):
    data = statement_data(client, *period, *(how or ACTIVITY))
    [only] = statement_figures(client.number, data)["sections"]
    return only


def corrected(found):
    return [
        (line["date"], line["kind"], line["number"], line["amount"])
        for line in found["lines"]
        if line.get("correction")
    ]


def test_4_3_the_next_statement_lists_exactly_the_back_dated_payment(dupont):
    january = issued(dupont, JANUARY)
    settled = {dupont.invoices.get(number="INV-2"): "45.00 CHF"}
    make.credit("60.00 CHF", of=dupont, on="2026-01-15", number="LATE", to=settled)
    february = section(dupont, FEBRUARY)
    assert february["lines"][0]["allocations"] == [
        {"invoice": "INV-2", "amount": "45.00"}
    ]
    assert february["lines"][0]["unallocated"] == "15.00"
    assert february["opening"] == january.figures["sections"][0]["closing"] == "300.00"
    assert corrected(february) == [("2026-01-15", "payment", "LATE", "-60.00")]
    assert [line["balance"] for line in february["lines"]] == [
        "240.00",
        "540.00",
        "290.00",
    ]
    assert (february["paid"], february["closing"]) == ("310.00", "290.00")

    # Issued, it is told; the one after it says nothing of it any more.
    second = issued(dupont, FEBRUARY)
    assert (second.previous, second.figures["previous"]) == (january, january.number)
    march = section(dupont, MARCH)
    assert (march["opening"], march["lines"]) == ("290.00", [])
    assert list(audit()) == []


def test_i11_whatever_is_booked_late_is_named_in_its_currency(dupont):
    """A reversal, an invoice and a refund in January; euros that were not there yet."""
    kept = make.credit("40.00 CHF", of=dupont, on="2026-01-02")
    issued(dupont, JANUARY)
    ledger.reverse_credit(
        dupont.credits.get(number="PAY-1"), date(2026, 1, 29), "bounced"
    )
    ledger.refund(kept, make.money("40.00 CHF"), date(2026, 1, 30))
    make.invoice(
        "70.00 CHF", to=dupont, number="L-1", issued="2026-01-31", due="2026-02-28"
    )
    make.invoice(
        "9.00 EUR", to=dupont, number="L-2", issued="2025-12-31", due="2026-02-28"
    )
    data = statement_data(dupont, *FEBRUARY, *ACTIVITY)
    francs, euros = data.sections
    assert [(line.kind, line.number[:2]) for line in francs.corrections] == [
        ("reversal", "RV"),
        ("refund", "RF"),
        ("invoice", "L-"),
    ]
    assert [line.number for line in francs.movements] == ["INV-3", "PAY-3"]
    assert francs.corrections[-1].balance == money("770.00", "CHF")
    assert (euros.opening, euros.closing) == (zero("EUR"), money(9, "EUR"))
    assert [line.number for line in euros.corrections] == ["L-2"]


def test_i14_what_is_listed_changes_nothing_of_what_it_goes_on_from(dupont):
    issued(dupont, JANUARY, "open-items")
    make.credit("60.00 CHF", of=dupont, on="2026-01-15", number="LATE")
    for how in (ACTIVITY, ("activity", True), ("open-items", False)):
        found = section(dupont, FEBRUARY, *how)
        assert [line[2] for line in corrected(found)] == ["LATE"]
        assert (found["opening"], found["closing"]) == ("300.00", "290.00")


def test_made_again_for_the_same_period_the_latest_counts(dupont):
    issued(dupont, JANUARY)
    make.credit("60.00 CHF", of=dupont, on="2026-01-15")
    again = issued(dupont, JANUARY)
    february = statement_data(dupont, *FEBRUARY, *ACTIVITY)
    assert february.previous.number == again.number
    assert (february.sections[0].opening, february.sections[0].corrections) == (
        money(240, "CHF"),
        [],
    )


@pytest.mark.parametrize("why", ["a gap", "issued before watermarks were kept"])
def test_with_nothing_to_go_on_from_it_opens_with_the_balance_known_today(dupont, why):
    if why == "a gap":
        issued(dupont, (JANUARY[0], date(2026, 1, 30)))
    else:
        issued(dupont, JANUARY, known={})
    make.credit("60.00 CHF", of=dupont, on="2026-01-15")
    found = section(dupont, FEBRUARY)
    assert (found["opening"], corrected(found)) == ("240.00", [])


def test_what_was_sent_and_is_not_explained_is_refused_by_name(dupont):
    """A booking past the actions, where the client was told another balance.

    Accounts of others do not explain it, nor one that was taken over long ago.
    """
    long_ago = make.client()
    merge_clients(long_ago, dupont)
    Client.objects.filter(pk=long_ago.pk).update(
        archived_at=timezone.now() - timedelta(days=400)
    )
    merge_clients(make.client(), make.client())
    far = {"invoice": 10**9, "credit": 10**9, "counter": 10**9}
    issued(dupont, JANUARY, known=far)
    make.credit("60.00 CHF", of=dupont, on="2026-01-15")
    with pytest.raises(StatementImbalance, match=r"closed with 300\.00.*is 240\.00"):
        statement_data(dupont, *FEBRUARY, *ACTIVITY)


def test_an_account_that_is_taken_over_is_one_line_of_the_next_statement(dupont):
    """The client was told its own balance, not that of the other one."""
    other = make.client("OTHER")
    make.invoice("55.00 CHF", to=other, issued="2026-01-04", due="2026-02-03")
    make.invoice("5.00 USD", to=other, issued="2026-01-04", due="2026-02-03")
    make.invoice("1.00 CHF", to=other, issued="2026-02-04", due="2026-03-03")
    make.invoice("2.00 CHF", to=dupont, issued="2026-02-04", due="2026-03-03")
    own = issued(dupont, JANUARY)
    issued(other, JANUARY)
    merge_clients(other, dupont)
    make.credit("60.00 CHF", of=dupont, on="2026-01-15", number="LATE")
    data = statement_data(dupont, *FEBRUARY, *ACTIVITY)
    francs, dollars = data.sections
    assert (data.previous.number, francs.opening) == (own.number, money(300, "CHF"))
    assert [
        (line.kind, line.number, line.date, line.amount.amount)
        for line in (*francs.corrections, *dollars.corrections)
    ] == [
        ("payment", "LATE", date(2026, 1, 15), -60),
        ("merged", "", date(2026, 1, 31), 55),
        ("merged", "", date(2026, 1, 31), 5),
    ]
    assert (francs.merged, dollars.closing) == (money(55, "CHF"), money(5, "USD"))
    assert francs.closing == money(348, "CHF")
    shown = render_to_string("statements/_summary.html", {"sections": data.sections})
    assert shown.count("Taken over from another client account") == 2

    february = issued(dupont, FEBRUARY)
    assert statement_data(dupont, *MARCH, *ACTIVITY).previous.pk == february.pk
    assert list(audit()) == []


def test_verify_ledger_names_a_statement_that_does_not_go_on(dupont):
    """From a balance that nobody was told, or over a gap."""
    january = issued(dupont, JANUARY, known={})
    told = Previous(january.pk, january.number, january.end)
    make.credit("60.00 CHF", of=dupont, on="2026-01-15")
    wrong = issued(dupont, FEBRUARY, previous=told)
    over = issued(dupont, (date(2026, 2, 2), date(2026, 2, 3)), previous=told)
    assert {(f.row, f.problem) for f in audit()} == {
        (row.number, "does not go on from the one before") for row in (wrong, over)
    }


@pytest.mark.parametrize("always", [False, True], ids=["once", "again and again"])
def test_what_is_booked_while_it_is_read_is_in_it_or_it_is_refused(dupont, always):
    done = []

    def book(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if "statements_statement" in sql and (always or not done):
            done.append(make.credit("1.00 CHF", of=dupont, on="2026-02-20"))
        return found

    with connection.execute_wrapper(book):
        if always:
            with pytest.raises(StatementImbalance, match="being booked"):
                statement_data(dupont, *FEBRUARY, *ACTIVITY)
            return
        data = statement_data(dupont, *FEBRUARY, *ACTIVITY)
    assert data.known["credit"] == done[0].pk
    assert data.sections[0].closing == money(349, "CHF")


@pytest.mark.parametrize("seed", [1, 2])
def test_i11_i17_a_year_of_bookings_on_any_day_closes_month_by_month(company, seed):
    """Against a list of (day, amount, when it was booked), and nothing is written."""
    dice, client, entries, told = Random(seed), make.client(), [], Decimal(0)
    first = date(2025, 12, 31)
    for month in range(1, 9):
        known = len(entries)
        for _ in range(dice.randrange(7)):
            book(dice, client, entries, first + timedelta(days=27))
        end = first + timedelta(days=dice.randrange(20, 40))
        before = counted()
        data = statement_data(client, first + timedelta(days=1), end, *ACTIVITY)
        assert counted() == before
        [found] = data.sections
        late = [e for e in entries[known:] if e[0] <= first] if month > 1 else []
        assert sorted((m.date, m.amount.amount) for m in found.corrections) == sorted(
            late
        )
        opening = told if month > 1 else sum(a for on, a in entries if on <= first)
        assert found.opening.amount == opening
        assert found.closing.amount == sum(a for on, a in entries if on <= end)
        issued(client, (first + timedelta(days=1), end))
        first, told = end, found.closing.amount
    assert list(audit()) == []


def book(dice, client, entries, today):
    """One booking of any kind on any day of the last three months."""
    amount = Decimal(dice.randrange(1, 99999)) / 100
    on = today - timedelta(days=dice.randrange(90))
    kept = list(client.credits.filter(counter_entries=None))
    what = dice.choice(["invoice", "invoice", "payment", "credit_note", "back"])
    if what == "back" and kept:
        taken = dice.choice(kept)
        on = max(on, taken.dated_on)
        ledger.reverse_credit(taken, on, "wrong")
        amount = taken.amount.amount
    elif what in {"invoice", "back"}:
        make.invoice(f"{amount} CHF", to=client, issued=on, due=on)
    else:
        row = make.credit(f"{amount} CHF", of=client, on=on, kind=Credit.Kind(what))
        for invoice in client.invoices.filter(open__gt=0)[:2]:
            row.refresh_from_db()
            if part := min(invoice.open, row.unallocated):
                ledger.allocate(row, {invoice.pk: part})
        amount = -amount
    entries.append((on, amount))


def counted():
    """How much is in the ledger, and what is open and left in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from billing_invoice), "
            "(select sum(open) from billing_invoice), "
            "(select count(*) from billing_credit), "
            "(select sum(unallocated) from billing_credit), "
            "(select count(*) from billing_allocation), "
            "(select sum(level) from billing_invoice)"
        )
        return cursor.fetchone()
