"""Mass work of the tests: the letters of an alphabet, some of them awkward."""

from __future__ import annotations

from delivery.models import JobItem
from delivery.workers import Outcome

BATCH = 4
worked = []


def targets(job):
    if "nobody knows" in job.about["labels"]:
        raise LookupError("the alphabet is lost")
    return enumerate(job.about["labels"], start=1)


def work(job, items):
    for item in items:
        worked.append(item.label)
        if item.label == "raises":
            raise ValueError("the ink is dry")
        if item.label == "fails":
            yield Outcome(JobItem.State.FAILED, "no paper")
        elif item.label == "left out":
            yield Outcome(JobItem.State.SKIPPED, "nothing to say")
        else:
            yield Outcome(result=f"No. {item.target}")


def title(job):
    return f"Letters of the {job.about.get('what', 'alphabet')}"


def address(job):
    return "/clients/"


def item_address(job, item):
    return f"/clients/?q={item.target}"
