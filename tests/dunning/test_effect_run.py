"""What came in since a run."""

from __future__ import annotations

from billing.actions.ledger import release, reverse_credit
from billing.rules.money import plain
from dunning.facts.effect import money_since
from tests import make
from tests.dunning.desk import issue, policy


def since(run):
    return [f"{plain(sum_)} {sum_.currency.code}" for sum_ in money_since(run)]


def test_payments_on_the_invoices_of_a_run_since_its_day(
    company, django_assert_num_queries
):
    policy()
    alpen, basel = make.client(), make.client()
    one = make.invoice("500.00 CHF", to=alpen)
    two = make.invoice("300.00 EUR", to=alpen)
    early = make.invoice("80.00 CHF", to=basel)
    other = make.invoice("70.00 CHF", to=basel, due="2026-05-01")
    run = issue("2026-02-16").run
    assert since(run) == []
    make.payment("50.00 CHF", on="2026-02-16", to=early)
    make.payment("200.00 CHF", on="2026-02-17", to=one)
    make.payment("100.00 CHF", on="2026-03-20", to=one)
    make.payment("300.00 EUR", on="2026-02-20", to=two)
    make.payment("70.00 CHF", on="2026-02-20", to=other)
    make.credit("30.00 CHF", of=basel, on="2026-02-20", to={early: "30.00 CHF"}, kind="credit_note")  # fmt: skip
    with django_assert_num_queries(1):
        assert since(run) == ["300.00 CHF", "300.00 EUR"]


def test_what_bounced_did_not_come_in(company):
    policy()
    invoice = make.invoice("500.00 CHF")
    run = issue("2026-02-16").run
    gone = make.payment("200.00 CHF", on="2026-02-17", to=invoice)
    kept = make.payment("100.00 CHF", on="2026-02-18", to=invoice)
    reverse_credit(gone, make.day("2026-02-25"), "bounced", None)
    assert since(run) == ["100.00 CHF"]
    release(kept.allocations.get(), make.day("2026-02-26"))
    assert since(run) == []
