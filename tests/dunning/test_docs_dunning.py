"""The tables of docs/dunning.md are what the product does (domain §8 example 2, §13)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import settings

from dunning.actions.runs import issue_run, propose_run
from dunning.models import Level, LevelAmount, Notice, Policy, RunLine, Withdrawal
from dunning.rules.arrival import deadline_after
from dunning.rules.plan import Reason
from tests import make

pytestmark = pytest.mark.django_db
PAGE = (settings.BASE_DIR / "docs" / "dunning.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the first table after a heading, without its head."""
    lines = PAGE.split(f"{heading}\n", 1)[1].splitlines()
    rows: list[list[str]] = []
    for line in lines:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            break
    return rows[2:]


def policy(*levels: dict) -> Policy:
    Policy.objects.update(is_default=False)
    made = Policy.objects.create(name="Example", is_default=True, fees_agreed=True)
    for position, given in enumerate(levels, 1):
        fee = given.pop("fee", "0.00 CHF")
        level = Level.objects.create(
            policy=made, position=position, name=f"Level {position}", **given
        )
        LevelAmount.objects.create(
            level=level,
            currency="CHF",
            fee=make.money(fee),
            minimum=make.money("0 CHF"),
        )
    return made


def run(on: str, key: str):
    return propose_run(make.day(on), policy=None, person=None, request_key=key)


def test_the_first_example_day_by_day(company):
    policy(
        {"grace_days": 5, "term_days": 10},
        {"grace_days": 5, "term_days": 10},
        {"grace_days": 3, "term_days": 10},
    )
    invoice = make.invoice("500.00 CHF", due="2026-02-09")
    for n, (on, outcome, level, deadline) in enumerate(
        table("### Worked example: one invoice, three levels")
    ):
        made = run(on, f"k{n}")
        [line] = made.lines.all()
        assert ("proposed" if not line.reason else line.reason) == outcome, on
        if outcome == "proposed":
            assert issue_run(made, None).notices == 1
        invoice.refresh_from_db()
        assert invoice.level == int(level), on
        if deadline:
            assert invoice.deadline_on == make.day(deadline)


def test_the_second_example_to_the_cent(company):
    policy(
        {"term_days": 10},
        {"term_days": 10, "fee": "20.00 CHF", "interest_rate": Decimal(5)},
    )
    client = make.client()
    seventh = make.invoice("1200.00 CHF", to=client, number="INV-7", due="2026-01-12")
    issue_run(run("2026-01-20", "first"), None)
    eighth = make.invoice("350.00 CHF", to=client, number="INV-8", due="2026-02-20")
    make.credit("50.00 CHF", of=client, on="2026-03-01")
    issue_run(run("2026-03-16", "second"), None)
    notice = Notice.objects.last()
    said = {
        name: Decimal(amount)
        for name, amount in table(
            "### Worked example: a letter with two levels and a credit"
        )
    }
    assert said == {
        "open": notice.open.amount,
        "credit": notice.credit.amount,
        "fee": notice.fee.amount,
        "interest": notice.interest.amount,
        "to pay": notice.total.amount,
    }
    assert notice.deadline_on == make.day("2026-03-26")
    assert notice.level == 2
    assert {
        line.invoice.number: (line.level, line.interest_days)
        for line in notice.lines.all()
    } == {
        "INV-7": (2, 63),
        "INV-8": (1, 0),
    }
    seventh.refresh_from_db(), eighth.refresh_from_db()
    assert (seventh.level, eighth.level) == (2, 1)


def test_credits_that_cover_everything_silence_the_letter(company):
    policy({"term_days": 10})
    client = make.client()
    make.invoice("1550.00 CHF", to=client, due="2026-02-20")
    make.credit("1550.00 CHF", of=client, on="2026-03-01")
    run("2026-03-16", "covered")
    assert RunLine.objects.get().reason == "covered_by_credit"


def test_every_reason_of_a_proposal_is_in_the_table_in_its_order():
    documented = [row[0] for row in table("## Why an invoice is left out")]
    at_issue_only = {"paid_since", "changed", "not_selected"}
    assert set(documented) == {str(reason) for reason in Reason} - at_issue_only


def test_letters_that_arrive_late_give_their_days():
    rows = table("## When a level counts")
    assert len(rows) == 6
    for dated, issued, printed, arrived, _how, counts in rows:
        dates = [make.day(text) for text in (dated, issued, printed, arrived)]
        assert f"{deadline_after(*dates)}" == counts


def test_every_cause_of_a_withdrawal_is_named():
    for cause in Withdrawal.Cause.values:
        assert f"`{cause}`" in PAGE.partition("## Withdrawing a letter")[2]
