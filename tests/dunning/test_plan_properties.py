"""What holds for every dunning plan, whatever the invoices (I20, I22, I26-I30)."""

from __future__ import annotations

import functools
import operator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from billing.rules.money import total
from dunning.rules.dossier import Policy, Reason
from dunning.rules.plan import plan_run
from tests.dunning.cases import dossier, item, level

RUN_ON = date(2026, 3, 16)
POLICIES = [
    Policy("simple", (level(1), level(2, grace=0, fee="20.00 CHF"), level(3, rate="5"))),
    Policy("strict", (level(1, minimum="50.00 CHF"), level(4, minimum="80.00 CHF")), 14),
    None,
]  # fmt: skip
BLOCKS = [Reason.DISPUTED, Reason.ON_HOLD, Reason.IN_ANOTHER_RUN]
days = some.integers(-70, 5).map(lambda n: RUN_ON + timedelta(n))
cents = some.integers(0, 20_000).map(lambda n: f"{Decimal(n) / 100:.2f} CHF")


@some.composite
def items(draw):
    due = draw(days)
    step = draw(some.integers(0, 5))
    reminded = due + timedelta(draw(some.integers(1, 20)))
    return item(
        draw(cents),
        due=due,
        level=step,
        reminded=reminded if step else "",
        deadline=reminded + timedelta(10) if step else due,
        blocks=draw(some.lists(some.sampled_from(BLOCKS), max_size=2)),
    )


def clients(number):
    return some.builds(
        lambda found, credit, policy: dossier(
            *found, credit=credit, policy=policy, client=f"K-{number}"
        ),
        some.lists(items(), max_size=5),
        cents,
        some.sampled_from(POLICIES),
    )


dossiers = some.tuples(clients(1), clients(2), clients(3)).map(list)


def decided(plan):
    return sorted(
        [(line.item.invoice_id, line.level.position) for line in plan.proposed]
        + [(left_out.item.invoice_id, left_out.reason) for left_out in plan.excluded]
    )


def letters(plan):
    return [
        (n.dossier.client_number, n.total, [line.item.number for line in n.lines])
        for n in plan.notices
    ]


@given(dossiers)
def test_every_late_invoice_comes_out_exactly_once(found):
    plan = plan_run(found, RUN_ON)
    late = [
        i.invoice_id
        for client in found
        for i in client.items
        if i.due_on < RUN_ON and i.open.amount > 0
    ]
    assert [pk for pk, _outcome in decided(plan)] == sorted(late)


@given(dossiers)
def test_each_invoice_gains_the_next_level_and_no_other(found):
    for line in plan_run(found, RUN_ON).proposed:
        policy = line.dossier.policy
        above = [lv.position for lv in policy.levels if lv.position > line.item.level]
        assert line.level.position == min(above)
        grace = timedelta(line.level.grace_days)
        assert line.item.deadline_on + grace < RUN_ON
        assert not line.item.blocks


@given(dossiers)
def test_no_client_depends_on_another(found):
    whole = decided(plan_run(found, RUN_ON))
    alone = [decided(plan_run([client], RUN_ON)) for client in found]
    assert whole == sorted(functools.reduce(operator.iadd, alone, []))


@given(dossiers, some.randoms())
def test_the_order_of_what_is_given_changes_nothing(found, random):
    shuffled = [
        replace(client, items=tuple(random.sample(client.items, len(client.items))))
        for client in random.sample(found, len(found))
    ]
    plan, other = plan_run(found, RUN_ON), plan_run(shuffled, RUN_ON)
    assert decided(plan) == decided(other)
    assert letters(plan) == letters(other)


@given(dossiers)
def test_letters_add_up_and_ask_for_something(found):
    for notice in plan_run(found, RUN_ON).notices:
        code = notice.dossier.currency
        assert notice.open == total((line.item.open for line in notice.lines), code)
        assert notice.fee == total((line.fee for line in notice.lines), code)
        assert notice.interest == total((line.interest for line in notice.lines), code)
        assert notice.open > notice.credit
        assert notice.total == (
            notice.open - notice.credit + notice.fee + notice.interest
        )


@given(dossiers)
def test_planning_again_what_was_proposed_proposes_the_same(found):
    """I29: what is issued at once is what was shown; I30: nothing hides the rest."""
    first = plan_run(found, RUN_ON)
    kept = {line.item.invoice_id for line in first.proposed}
    again = plan_run(
        [
            replace(c, items=tuple(i for i in c.items if i.invoice_id in kept))
            for c in found
        ],
        RUN_ON,
    )
    assert [n.total for n in again.notices] == [n.total for n in first.notices]
    assert not again.excluded


@given(dossiers)
def test_reminded_today_is_not_reminded_today_again(found):
    proposed = plan_run(found, RUN_ON).proposed
    reminded = [
        replace(
            line.dossier,
            items=(
                replace(
                    line.item,
                    level=line.level.position,
                    deadline_on=line.deadline_on,
                    reminded_on=RUN_ON,
                ),
            ),
        )
        for line in proposed
    ]
    assert plan_run(reminded, RUN_ON).proposed == []
