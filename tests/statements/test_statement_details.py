"""What stands behind the lines: where a payment went (I16), and what is disputed."""

from datetime import date

import pytest

from billing.actions import ledger, marks
from billing.models import Credit, InvoiceMark
from billing.rules.items import Movement, OpenItem
from statements.facts import statement_data
from statements.rules.building import build_statement
from statements.rules.figures import statement_figures
from statements.rules.statement import Extract
from tests import make

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
DISPUTED = InvoiceMark.Kind.DISPUTED


def figures(client, period, kind="activity", unpaid_only=False):
    data = statement_data(client, *period, kind, unpaid_only)
    [section] = statement_figures(client.number, data)["sections"]
    return section


def credits_of(section):
    """Of each line that settles: its invoices with their parts, and what is over."""
    return {
        line["number"]: (
            {part["invoice"]: part["amount"] for part in line.get("allocations", [])},
            line.get("unallocated"),
        )
        for line in section["lines"]
        if line["amount"].startswith("-")
    }


def test_i16_one_payment_of_several_invoices_is_one_line_with_its_parts(company):
    client = make.client()
    invoices = [
        make.invoice(f"{n}00.00 CHF", to=client, number=f"N-{n}", issued="2026-01-02")
        for n in (1, 2, 3)
    ]
    late = make.invoice("50.00 CHF", to=client, number="N-4", issued="2026-02-03")
    paid = make.credit(
        "700.00 CHF",
        of=client,
        on="2026-01-20",
        number="P-1",
        to={row: f"{n}00.00 CHF" for n, row in enumerate(invoices, start=1)},
    )
    ledger.allocate(paid, {late.pk: make.money("50.00 CHF")})
    ledger.refund(paid, make.money("20.00 CHF"), date(2026, 2, 10))
    whole = {"N-1": "100.00", "N-2": "200.00", "N-3": "300.00"}

    # In January the fourth invoice was not there, and nothing was refunded.
    assert credits_of(figures(client, JANUARY)) == {"P-1": (whole, "100.00")}
    both = figures(client, (JANUARY[0], FEBRUARY[1]))
    assert credits_of(both) == {"P-1": (whole | {"N-4": "50.00"}, "30.00")}
    assert both["unallocated"] == "30.00"


def test_i16_what_was_taken_back_is_neither_a_part_nor_left_over(company):
    client = make.client()
    invoice = make.invoice("90.00 CHF", to=client, number="N-1", issued="2026-01-02")
    bounced = make.credit(
        "90.00 CHF", of=client, on="2026-01-10", number="P-1", to={invoice: "90.00 CHF"}
    )
    ledger.reverse_credit(bounced, date(2026, 2, 2), "bounced")
    moved = make.credit("40.00 CHF", of=client, on="2026-01-11", number="P-2")
    [part] = ledger.allocate(moved, {invoice.pk: make.money("40.00 CHF")})
    ledger.release(part, date(2026, 2, 5))
    make.credit(
        "5.00 CHF",
        of=client,
        on="2026-01-12",
        number="CN-1",
        kind=Credit.Kind.CREDIT_NOTE,
    )
    year = figures(client, (JANUARY[0], FEBRUARY[1]))
    assert credits_of(year) == {
        "P-1": ({}, None),
        "P-2": ({}, "40.00"),
        "CN-1": ({}, "5.00"),
    }
    assert credits_of(figures(client, JANUARY))["P-1"] == ({"N-1": "90.00"}, None)


@pytest.mark.parametrize(
    ("mark", "kept", "payable"),
    [
        ({}, "400.00", "0.00"),
        ({"amount": "150.00 CHF"}, "150.00", "150.00"),
        ({"until": date(2026, 1, 31)}, "400.00", "0.00"),
        ({"until": date(2026, 1, 30)}, None, "300.00"),
        ({"on": date(2026, 1, 31)}, "400.00", "0.00"),
        ({"on": date(2026, 2, 1)}, None, "300.00"),
        ({"ended": date(2026, 2, 1)}, "400.00", "0.00"),
        ({"ended": date(2026, 1, 31)}, None, "300.00"),
        ({"kind": InvoiceMark.Kind.UNCOLLECTIBLE}, None, "300.00"),
    ],
)
def test_what_was_disputed_on_the_last_day_is_named_and_not_asked_for(
    dupont, mark, kept, payable
):
    """INV-2 had 400.00 open at the end of January, of a balance of 300.00."""
    invoice, mark = dupont.invoices.get(number="INV-2"), dict(mark)
    ended, part = mark.pop("ended", None), mark.pop("amount", None)
    made = marks.mark_invoice(
        invoice,
        mark.pop("kind", DISPUTED),
        mark.pop("on", date(2026, 1, 20)),
        "wrong goods",
        amount=make.money(part) if part else None,
        **mark,
    )
    if ended:
        marks.end_mark(made, ended, "settled")
    section = figures(dupont, JANUARY)
    assert section["items"][0].get("disputed") == kept
    assert (section["payable"], section["closing"]) == (payable, "300.00")


def test_no_more_is_disputed_than_was_open_and_what_is_not_listed_counts_too(dupont):
    """INV-2: 400.00 open in January, 150.00 in February, of a balance of 350.00."""
    marks.mark_invoice(
        dupont.invoices.get(number="INV-2"),
        DISPUTED,
        date(2026, 2, 1),
        "wrong goods",
        amount=make.money("150.00 CHF"),
    )
    dearer = figures(dupont, (FEBRUARY[0], date(2026, 2, 14)))
    assert (dearer["items"][0]["disputed"], dearer["payable"]) == ("150.00", "450.00")
    for unpaid_only in (False, True):
        section = figures(dupont, FEBRUARY, unpaid_only=unpaid_only)
        assert section["payable"] == "200.00"
    assert [item["invoice"] for item in section["items"]] == ["INV-3"]
    assert "disputed" not in section["items"][0]


def test_of_a_disputed_part_that_was_paid_in_part_the_rest_is_disputed(dupont):
    invoice = dupont.invoices.get(number="INV-3")
    part = make.money("250.00 CHF")
    marks.mark_invoice(invoice, DISPUTED, date(2026, 2, 20), "damaged", amount=part)
    make.payment("100.00 CHF", on="2026-02-25", to=invoice)
    section = figures(dupont, FEBRUARY)
    assert section["items"][1]["disputed"] == "200.00"
    assert (section["payable"], section["closing"]) == ("50.00", "250.00")


def test_what_was_settled_twice_for_a_while_adds_nothing_to_what_is_payable(dupont):
    """A dispute of an invoice that had less than nothing open on the day."""
    on, due = date(2026, 1, 5), date(2026, 2, 4)
    whole, back = make.money("100.00 CHF"), make.money("-100.00 CHF")
    statement = build_statement(
        Extract(
            opening={},
            closing={"CHF": whole + back},
            movements=[
                Movement(on, "invoice", "N-1", whole),
                Movement(on, "invoice", "N-2", whole),
                Movement(on, "payment", "P-1", back + back),
            ],
            items=[
                OpenItem(1, "N-1", 1, "CHF", on, due, whole, back),
                OpenItem(2, "N-2", 1, "CHF", on, due, whole, whole),
            ],
            unallocated={},
            disputed={1: None},
        ),
        start=on,
        end=due,
        kind="activity",
        unpaid_only=False,
        currency="CHF",
    )
    assert (statement.sections[0].disputed, statement.sections[0].payable) == (
        {},
        whole + back,
    )


def test_a_paid_dispute_is_none(dupont):
    invoice = dupont.invoices.get(number="INV-3")
    marks.mark_invoice(invoice, DISPUTED, date(2026, 2, 20), "wrong goods")
    make.payment("300.00 CHF", on="2026-02-25", to=invoice)
    section = figures(dupont, FEBRUARY)
    assert (section["payable"], section["closing"]) == ("50.00", "50.00")
    assert not [item for item in section["items"] if "disputed" in item]
