"""Named points at which tests make this process die, fail or wait.

The setting FAULTS lists them: `mail.after_dot=kill@3, job.claimed=sleep:200`. The
action follows the name: `kill` (as `kill -9` does), `raise`, `sleep:MILLISECONDS`;
`@3` acts the third time only. Without the setting nothing happens; `manage.py check
--deploy` refuses it.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.core.checks import Error, Tags, register


class Fault(NamedTuple):
    """What happens at a point, and at which time it is passed; 0: always."""

    action: str
    time: int


class Injected(Exception):
    """The failure that a test asked for."""


passed: Counter[str] = Counter()


def hit(name: str) -> None:
    """Pass the point `name`: do what the tests want to happen there, mostly nothing."""
    if not settings.FAULTS:
        return
    passed[name] += 1
    fault = listed(settings.FAULTS).get(name)
    if fault is None or fault.time not in {0, passed[name]}:
        return
    word, _, rest = fault.action.partition(":")
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "sleep":
        time.sleep(int(rest) / 1000)
    else:
        raise Injected(name)


@cache
def listed(setting: str) -> dict[str, Fault]:
    """The faults of the setting, by name."""
    found = {}
    for entry in setting.split(","):
        name, _, action = entry.strip().partition("=")
        action, _, turn = action.partition("@")
        found[name] = Fault(action, int(turn or 0))
    return found


@register(Tags.security, deploy=True)
def no_faults(app_configs: object, **_options: object) -> list[Error]:
    """Nobody runs a firm on a Relance that is told to die."""
    del app_configs
    if not settings.FAULTS:
        return []
    return [Error("FAULTS is for tests only; unset it.", id="delivery.E001")]
