"""What differs between two versions of a policy, and between two plans."""

from __future__ import annotations

from hypothesis import given, settings

from dunning.rules.plan import plan_run
from dunning.rules.policy import policy_json
from dunning.rules.versions import changes
from dunning.rules.whatif import difference
from tests.dunning.test_policy_properties import policies
from tests.make import day


def document(**given):
    return {"name": "Standard", "levels": [{"name": "Rappel"}]} | given


def level(**given):
    return document(levels=[{"name": "Rappel"} | given])


@settings(max_examples=25)
@given(policies(), policies())
def test_versions_differ_only_where_their_policies_do(one, other):
    first = policy_json(one, default=True, all_texts=True)
    second = policy_json(other, default=True, all_texts=True)
    assert changes(first, first) == []
    assert bool(changes(first, second)) == (first != second)
    # Taken the other way round, each change is the same one backwards.
    assert {(c.path, c.after, c.before) for c in changes(first, second)} == set(
        changes(second, first)
    )


def test_what_is_left_out_is_as_usual():
    assert changes(document(), document(grouping="client", weekdays=[1])) == []
    assert changes(document(), document(weekdays=[1, 4])) == [
        (("weekdays",), "1", "14")
    ]
    assert changes(level(), level(channel="post", fee={"CHF": "20.00"})) == [
        (("1", "channel"), "email", "post"),
        (("1", "fee", "CHF"), None, "20.00"),
    ]


def test_nothing_against_nothing():
    nobody = plan_run([], day("2026-03-16"))
    found = difference(nobody, nobody)
    assert (found.letters.now, found.levels, found.sums) == (0, {}, {})
