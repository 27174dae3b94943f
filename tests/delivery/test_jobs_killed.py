"""Whenever a worker is killed, others bring its job to the same end (F03, F06)."""

from __future__ import annotations

import pytest

from tests.delivery.killing import LABELS
from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("jobs_killed")]

POINTS = {
    # Where it is killed, and how many items it has ended by then.
    "job.listed=kill": 0,
    "job.claimed=kill@1": 0,
    "job.claimed=kill@2": 4,
    "job.item_done=kill@1": 1,
    "job.item_done=kill@6": 6,
    "job.item_done=kill@12": 12,
    "job.finished=kill": 12,
}
SCRIPT = """
from tests.delivery import killing
answer = {
    "killed": {point: killing.killed_at(point) for point in POINTS},
    "at_once": killing.at_once(4, "at once"),
    "unguarded": killing.at_once(4, "unguarded", guarded=False),
}
"""
ALL = len(LABELS)


@pytest.fixture(scope="module")
def told(tmp_path_factory, migrated):
    """What one process with many children saw."""
    with processes(tmp_path_factory.mktemp("killed"), like=migrated) as found:
        return found.run(f"POINTS = {list(POINTS)}" + SCRIPT)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker_loses_nothing_and_nothing_is_done_again(told, point):
    seen = told["killed"][point]
    assert seen["ended"], "it was to be killed"
    assert seen["left"]["items"].get("done", 0) == POINTS[point]
    assert seen["after"]["job"] == "done"
    assert seen["after"]["items"] == {"done": ALL}
    assert (seen["after"]["worked"], seen["after"]["labels"]) == (ALL, ALL)


@pytest.mark.parametrize("point", ["job.claimed=kill@2", "job.item_done=kill@6"])
def test_without_the_sweep_what_a_dead_worker_held_stays_held(told, point):
    """The control: the lease is what brings it back."""
    assert told["killed"][point]["without_sweep"]["items"]["claimed"] > 0
    assert told["killed"][point]["without_sweep"]["job"] == "running"


def test_four_workers_at_once_do_every_item_once(told):
    assert told["at_once"] == {
        "job": "done",
        "items": {"done": ALL},
        "worked": ALL,
        "labels": ALL,
    }


def test_without_the_condition_workers_take_the_same_items(told):
    """The control: claims that do not look at the state do things twice."""
    assert told["unguarded"]["worked"] > ALL
