"""Senders are killed by the hundred: nobody gets a message twice, none is lost.

At every point of the two phases, and in any instant (F04, F05, F06, I35). What the
mail server took is compared with what the outbox says. The controls take a guard away,
and must then show what it guards against.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.crash.senders import POINTS
from tests.delivery import sink
from tests.processes import ROOT, processes

# On each of the two databases: five thousand in all.
MANY = int(os.environ.get("CRASH_MESSAGES", "2500"))
FEW = 30

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("crash")]


@dataclass
class Outcome:
    """What the outbox says of each message, and how often the server took it."""

    states: dict[str, str]
    taken: Counter
    killed: dict[str, int]
    left: dict[str, int]
    problems: list[str]

    def are(self, state):
        return {one for one, said in self.states.items() if said == state}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, migrated):
    """Everything that is killed here, in one process that forks it."""
    works = [
        ["campaign", "M", MANY, 60],
        ["campaign", "once", FEW, 3, "at least once"],
        ["campaign", "before", FEW, 3, "mark before send"],
        ["told_to_stop", "stop", 2 * FEW],
    ]
    with (
        processes(tmp_path_factory.mktemp("crash"), like=migrated) as found,
        sink.listening(raw=[]) as server,
    ):
        done = subprocess.run(
            [sys.executable, "-m", "tests.crash.senders", json.dumps(works)],
            cwd=ROOT,
            env=found.environment | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    names = (re.search(rb"<([a-zM]+)[.]\d+@leman.example>", one) for one in server.raw)
    taken = Counter(name[0].decode() for name in names)
    found = {}
    for name, said in json.loads(done.stdout).items():
        mine = {one: taken[one] for one in said["states"] if taken[one]}
        found[name] = Outcome(
            said["states"],
            Counter(mine),
            said["killed"],
            said.get("left", {}),
            said.get("problems", []),
        )
        report(name, found[name], said["seconds"])
    return found


def report(name, outcome, seconds):
    """What pytest shows with -s."""
    unsent = outcome.are("unknown") - set(outcome.taken)
    print(  # noqa: T201
        f"\n{name}: {seconds:.1f} s, {outcome.taken.total() / seconds:.0f} messages a "
        f"second, {sum(outcome.killed.values())} killed, "
        f"{dict(Counter(outcome.states.values()))}, unknown but unsent: {len(unsent)}"
    )


def test_senders_die_at_every_point_and_anywhere(outcomes):
    killed = outcomes["M"].killed
    assert set(killed) == {*POINTS, "anywhere"}
    assert sum(killed.values()) > MANY / 50


def test_nobody_gets_a_message_twice(outcomes):
    assert set(outcomes["M"].taken.values()) == {1}


def test_what_is_marked_as_sent_has_arrived(outcomes):
    assert outcomes["M"].are("sent") <= set(outcomes["M"].taken)


def test_what_has_arrived_is_sent_or_unknown(outcomes):
    found = outcomes["M"]
    assert set(found.taken) <= found.are("sent") | found.are("unknown")


def test_nothing_is_lost_and_nothing_is_left_to_be_sent(outcomes):
    found = outcomes["M"]
    assert len(found.states) == MANY
    assert len(found.are("sent")) + len(found.are("unknown")) == MANY
    assert len(found.are("unknown")) <= sum(found.killed.values())


def test_the_seals_of_what_was_sent_are_whole(outcomes):
    assert outcomes["M"].problems == []


def test_without_the_state_handing_somebody_gets_a_message_twice(outcomes):
    """The control: the comparison sees it."""
    assert max(outcomes["once"].taken.values()) > 1


def test_marked_before_it_is_sent_a_message_is_lost(outcomes):
    """The control of the other way to be wrong."""
    assert outcomes["before"].are("sent") - set(outcomes["before"].taken)


def test_asked_to_stop_senders_finish_what_they_have_in_hand(outcomes):
    """F06: nothing stays claimed, and the rest goes with the next start."""
    found = outcomes["stop"]
    assert set(found.left) == {"sent", "queued"}
    assert set(found.states.values()) == {"sent"}
    assert set(found.taken.values()) == {1}
