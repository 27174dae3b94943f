"""Statements of account: domain §2–§5, its worked example 1 to the cent."""

from datetime import date

import pytest

from billing.actions import ledger
from billing.models import Allocation, Credit
from statements.facts import statement_data
from statements.rules.figures import statement_figures
from statements.rules.statement import StatementImbalance
from tests import make

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))


def figures(client, period, kind="activity", unpaid_only=False):
    """The one section of the client's statement, as plain figures."""
    data = statement_data(client, *period, kind, unpaid_only)
    [section] = statement_figures(client.number, data)["sections"]
    return section


def opens(section):
    return {item["invoice"]: item["open"] for item in section["items"]}


def test_example_1_january_to_the_cent(dupont):
    assert figures(dupont, JANUARY) == {
        "currency": "CHF",
        "opening": "600.00",
        "invoiced": "500.00",
        "refunded": "0.00",
        "charged": "0.00",
        "credited": "100.00",
        "paid": "700.00",
        "written_off": "0.00",
        "merged": "0.00",
        "closing": "300.00",
        "unallocated": "100.00",
        "payable": "300.00",
        "lines": [
            line("2026-01-10", "invoice", "INV-2", "500.00", "1100.00"),
            line("2026-01-20", "credit_note", "CN-1", "-100.00", "1000.00")
            | {"allocations": [{"invoice": "INV-2", "amount": "100.00"}]},
            line("2026-01-25", "payment", "PAY-2", "-700.00", "300.00")
            | {
                "allocations": [{"invoice": "INV-1", "amount": "600.00"}],
                "unallocated": "100.00",
            },
        ],
        "items": [
            {
                "invoice": "INV-2",
                "issued_on": "2026-01-10",
                "due_on": "2026-02-09",
                "total": "500.00",
                "settled": "100.00",
                "open": "400.00",
            }
        ],
        "earlier": {"count": 0, "open": "0.00"},
        "ageing": ageing(not_due="400.00"),
    }


def test_example_1_february_to_the_cent(dupont):
    section = figures(dupont, FEBRUARY)
    assert (section["opening"], section["closing"]) == ("300.00", "350.00")
    assert section["lines"] == [
        line("2026-02-05", "invoice", "INV-3", "300.00", "600.00"),
        line("2026-02-15", "payment", "PAY-3", "-250.00", "350.00")
        | {"allocations": [{"invoice": "INV-2", "amount": "250.00"}]},
    ]
    assert opens(section) == {"INV-2": "150.00", "INV-3": "300.00"}
    assert section["unallocated"] == "100.00"
    assert section["ageing"] == ageing(not_due="300.00", **{"1-30": "150.00"})


def test_january_made_again_in_march_says_what_was_open_in_january(dupont):
    before = figures(dupont, JANUARY)
    make.credit("300.00 CHF", of=dupont, on="2026-03-02")
    assert figures(dupont, JANUARY) == before
    assert opens(before) == {"INV-2": "400.00"}


def test_the_closing_of_a_period_is_the_opening_of_the_next(dupont):
    assert figures(dupont, JANUARY)["closing"] == figures(dupont, FEBRUARY)["opening"]


@pytest.mark.parametrize(
    ("start", "end", "listed"),
    [
        ("2026-01-10", "2026-01-10", {"INV-1", "INV-2"}),
        ("2026-01-11", "2026-01-31", {"INV-2"}),
        ("2026-01-01", "2026-01-09", {"INV-1"}),
    ],
)
def test_first_and_last_day_belong_to_the_period(dupont, start, end, listed):
    """A09: an older invoice is listed while it is open."""
    section = figures(dupont, (date.fromisoformat(start), date.fromisoformat(end)))
    assert set(opens(section)) == listed


def test_paid_invoices_of_the_period_are_listed_with_nothing_open(dupont):
    """A03."""
    section = figures(dupont, (date(2025, 11, 1), date(2026, 2, 28)))
    assert opens(section) == {"INV-1": "0.00", "INV-2": "150.00", "INV-3": "300.00"}


@pytest.mark.parametrize(
    ("period", "listed", "earlier"),
    [
        (JANUARY, {"INV-2": "400.00"}, {"count": 0, "open": "0.00"}),
        (FEBRUARY, {"INV-3": "300.00"}, {"count": 1, "open": "150.00"}),
    ],
)
def test_unpaid_only_lists_the_open_invoices_of_the_period(
    dupont, period, listed, earlier
):
    """A10, domain §3 U1: part-paid ones with what remains, older ones as one line."""
    section = figures(dupont, period, unpaid_only=True)
    assert opens(section) == listed
    assert section["earlier"] == earlier


def test_unpaid_only_changes_no_total(dupont):
    everything = figures(dupont, FEBRUARY)
    unpaid = figures(dupont, FEBRUARY, unpaid_only=True)
    for key in everything.keys() - {"items", "earlier"}:
        assert unpaid[key] == everything[key]


def test_open_items_names_every_open_invoice_whatever_its_date(dupont):
    """Domain §3 U2."""
    section = figures(dupont, FEBRUARY, kind="open-items")
    assert opens(section) == {"INV-2": "150.00", "INV-3": "300.00"}
    assert section["earlier"] == {"count": 0, "open": "0.00"}
    assert len(section["lines"]) == 2


def test_an_overpayment_is_a_balance_in_the_clients_favour(company):
    """Domain §5."""
    invoice = make.invoice("100.00 CHF", due="2026-02-09")
    make.payment("130.00 CHF", on="2026-02-01", to=invoice, part="100.00 CHF")
    section = figures(invoice.client, (date(2026, 1, 1), date(2026, 2, 28)))
    assert section["closing"] == "-30.00"
    assert section["unallocated"] == "30.00"
    assert opens(section) == {invoice.number: "0.00"}


def test_reversals_lower_the_sum_of_what_they_take_back(company):
    client = make.client()
    inv = make.invoice("1000.00 CHF", to=client, issued="2026-01-05", due="2026-02-04")
    bounced = make.credit(
        "200.00 CHF", of=client, on="2026-01-06", to={inv: "200.00 CHF"}
    )
    note = make.credit(
        "50.00 CHF",
        of=client,
        on="2026-01-07",
        to={inv: "50.00 CHF"},
        kind=Credit.Kind.CREDIT_NOTE,
    )
    loss = ledger.write_off(inv, make.money("30.00 CHF"), date(2026, 1, 8), "small")
    kept = make.credit("90.00 CHF", of=client, on="2026-01-09")
    ledger.refund(kept, make.money("40.00 CHF"), date(2026, 1, 10))
    for credit in (bounced, note, loss):
        ledger.reverse_credit(credit, date(2026, 2, 2), "wrong")

    january, february = figures(client, JANUARY), figures(client, FEBRUARY)
    assert sums(january) == ("1000.00", "40.00", "50.00", "290.00", "30.00", "670.00")
    assert sums(february) == ("0.00", "0.00", "-50.00", "-200.00", "-30.00", "950.00")
    assert [entry["kind"] for entry in february["lines"]] == ["reversal"] * 3


def test_an_invoice_settled_twice_for_a_while_still_balances(company):
    """A payment that bounced later, and an earlier one booked in its place."""
    inv = make.invoice("100.00 CHF", issued="2026-01-05", due="2026-02-04")
    bounced = make.payment("100.00 CHF", on="2026-01-10", to=inv)
    ledger.reverse_credit(bounced, date(2026, 2, 2), "wrong client")
    make.payment("100.00 CHF", on="2026-01-15", to=inv)
    january, february = figures(inv.client, JANUARY), figures(inv.client, FEBRUARY)
    assert (january["closing"], february["closing"]) == ("-100.00", "0.00")


def test_currencies_are_never_added_and_the_clients_own_comes_first(company):
    client = make.client(currency="JPY")
    make.invoice("100.00 CHF", to=client, due="2026-02-09")
    make.invoice("1200 JPY", to=client, due="2026-02-09")
    make.invoice("1.005 KWD", to=client, due="2026-02-09")
    data = statement_data(client, *JANUARY, "activity", False)
    sections = statement_figures(client.number, data)["sections"]
    assert [(s["currency"], s["closing"]) for s in sections] == [
        ("JPY", "1200"),
        ("CHF", "100.00"),
        ("KWD", "1.005"),
    ]
    assert sections[2]["items"][0]["settled"] == "0.000"


def test_a_currency_that_is_settled_and_silent_is_left_out(company):
    client = make.client()
    make.payment(
        "9.00 EUR",
        on="2025-06-01",
        to=make.invoice("9.00 EUR", to=client, due="2025-06-01"),
    )
    make.invoice("100.00 CHF", to=client, due="2026-02-09")
    assert figures(client, JANUARY)["currency"] == "CHF"


def test_a_client_with_nothing_gets_one_empty_section(company):
    """A12: an explicit empty statement, never a crash."""
    section = figures(make.client(currency="EUR"), JANUARY, unpaid_only=True)
    assert (section["currency"], section["closing"], section["items"]) == (
        "EUR",
        "0.00",
        [],
    )


def test_a_ledger_that_contradicts_itself_is_refused_by_name(dupont):
    """A booking past the actions: an allocation of more than the invoice."""
    invoice, credit = (
        dupont.invoices.get(number="INV-3"),
        dupont.credits.get(number="PAY-1"),
    )
    other = make.invoice("5.00 EUR", to=dupont, due="2026-02-09")
    Allocation.objects.create(
        credit=credit,
        invoice=other,
        amount=make.money("5.00 CHF"),
        currency="CHF",
        effective_on=invoice.issued_on,
    )
    with pytest.raises(StatementImbalance, match=r"CHF: closing 350\.00"):
        statement_data(dupont, *FEBRUARY, "activity", False)


def test_the_number_of_queries_does_not_grow_with_invoices(
    dupont, django_assert_num_queries
):
    with django_assert_num_queries(20):
        statement_data(dupont, *FEBRUARY, "activity", False)
    for _ in range(40):
        make.payment(
            "10.00 CHF",
            on="2026-02-20",
            to=make.invoice("15.00 CHF", to=dupont, due="2026-03-01"),
        )
    with django_assert_num_queries(20):
        statement_data(dupont, *FEBRUARY, "activity", False)


def line(on, kind, number, amount, balance):
    return {
        "date": on,
        "kind": kind,
        "number": number,
        "amount": amount,
        "balance": balance,
    }


def ageing(**given):
    names = ("not_due", "1-30", "31-60", "61-90", "over_90")
    return dict.fromkeys(names, "0.00") | given


def sums(section):
    names = ("invoiced", "refunded", "credited", "paid", "written_off", "closing")
    return tuple(section[name] for name in names)
