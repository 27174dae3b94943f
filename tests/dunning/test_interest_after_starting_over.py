"""Interest runs from the due date, whatever level a person sets."""

from __future__ import annotations

from billing.rules.money import money, plain
from dunning import facts
from dunning.actions.leveling import set_level
from dunning.actions.waiving import waive_charge
from dunning.models import Charge
from tests import make
from tests.dunning import desk

LEVELS = [{"name": "Rappel", "grace_days": 0, "term_days": 10, "interest_rate": "5.00"}]


def test_interest_waived_before_the_level_was_set_back_is_not_asked_for_again(
    company, accountant
):
    desk.policy(LEVELS)
    invoice = make.invoice("1200.00 CHF", due="2026-01-12")
    desk.issue("2026-03-16")
    [first] = Charge.objects.all()
    waive_charge(
        first, money("10.36", "CHF"), "kind", accountant, make.day("2026-03-17")
    )
    invoice.refresh_from_db()
    set_level(invoice, 0, seen=1, reason="starts over", person=accountant)
    [notice] = facts.plan(make.day("2026-03-27")).notices
    assert plain(notice.interest) == "1.80"  # 74 days less the 63 that were waived
