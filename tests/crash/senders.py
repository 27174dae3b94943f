"""Senders that are killed, as a process of its own runs them: no test runs here.

`python -m tests.crash.senders '[["campaign", "M-1", 5000, 40]]'` fills the outbox, forks
senders, kills them, and says as JSON what the outbox looks like in the end. Who
started it has the mail server, and compares.
"""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta

SENDERS = 3
SEED = 4
POINTS = (
    "mail.claimed",
    "mail.before_connect",
    "mail.before_body",
    "mail.before_handing",
    "mail.handing",
    "mail.after_dot",
    "mail.before_mark",
    "mail.marked",
)
KILLED = {-signal.SIGKILL, -signal.SIGPROF}
# What sending one costs, roughly.
SECONDS_EACH = 0.01


class Pool:
    """Senders, forked from this process: each is killed sooner or later, or is done."""

    def __init__(self, seed, control=""):
        self.dice = random.Random(seed)
        self.control = control
        self.running = {}
        self.killed = Counter()

    def fork(self, fault="", seconds=0.0):
        """Start a sender; it dies at the fault, or when it worked so many seconds.

        The seconds are of its own work, not of the clock: a busy machine kills no
        sender before it did anything.
        """
        connections.close_all()
        pid = os.fork()
        if not pid:
            run_sender(fault, seconds, self.control)
        self.running[pid] = fault
        return pid

    def reap(self, most=1):
        """Wait until one ended, or all; whether one of them found nothing left."""
        done = False
        while self.running and most:
            pid, status = os.wait()
            fault = self.running.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            if code == 0:
                done = True
            else:
                assert code in KILLED, f"a sender ended with {code}"
                self.killed[fault.partition("=")[0] or "anywhere"] += 1
            most -= 1
        return done

    def kill_any(self):
        """Kill one of them from outside, whatever it is at or waits for."""
        if self.running:
            pid = self.dice.choice(list(self.running))
            os.kill(pid, signal.SIGKILL)
            self.running[pid] = ""

    def kill_at_each_point(self):
        """At each point one is killed, after a message or two."""
        for point in POINTS:
            self.fork(f"{point}=kill@{self.dice.randint(1, 3)}")
        self.reap(len(POINTS))

    def kill_until_done(self, lives):
        """Keep senders running and dying, until nothing is left.

        `lives` is about how many messages a sender may send: until it dies at a
        point, or in the middle of its work, or because it is killed from outside.
        """
        done = False
        while not done:
            while len(self.running) < SENDERS:
                self.fork(*self.death(lives))
            done = self.reap()
            if self.dice.random() < 0.25:
                self.kill_any()
        for _ in range(len(self.running)):
            self.kill_any()
        self.reap(SENDERS)

    def death(self, lives):
        """When and where a sender is to die."""
        if self.dice.random() < 0.5:
            return "", self.dice.uniform(0, lives * SECONDS_EACH)
        return f"{self.dice.choice(POINTS)}=kill@{self.dice.randint(1, lives)}", 0.0


def run_sender(fault, seconds, control):
    """The life of a sender; never returns."""
    code = 1
    try:
        settings.FAULTS = fault
        # Nobody listens to this signal, so it kills.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        random.seed()
        apply_control(control)
        with stoppable() as stop:
            send_due(stop=stop)
        code = 0
    finally:
        if code:
            import traceback

            traceback.print_exc()
        os._exit(code)


def apply_control(control):
    """Take a guard away: what it guards against must then be seen."""
    if control == "mark before send":
        handing.Phase.begin_handing = mark_before_send


def mark_before_send(phase):
    """Wrong on purpose: who marks first loses what was not sent."""
    now = timezone.now()
    mark_sent(
        phase.message.pk,
        now=now,
        carrier="smtp",
        carrier_id="",
        before=[Message.State.CLAIMED],
    )
    phase.handing = True
    faults.hit("mail.handing")


def expire(control):
    """The leases of the dead are over."""
    if control == "at least once":
        # Wrong on purpose: what was being handed over is taken for unsent.
        Message.objects.filter(state=Message.State.HANDING).update(
            state=Message.State.CLAIMED
        )
    expire_claims(timezone.now() + timedelta(hours=1))
    Message.objects.filter(state=Message.State.QUEUED).update(next_try_at=None)


def fill(count, number):
    """So many messages of one small letter."""
    document = archive(
        kind="statement",
        number=number,
        client=Client.objects.get(),
        language="fr",
        file_name=f"{number}.pdf",
        content=render_pdf("<p>Bonjour"),
        person=None,
    )
    Message.objects.bulk_create(
        Message(
            document=document,
            kind=document.kind,
            number=number,
            client=document.client,
            language="fr",
            recipient=f"c{n}@example.org",
            sender="compta@leman.example",
            subject="Rappel",
            body="Bonjour",
            message_id=f"<{number}.{n}@leman.example>",
        )
        for n in range(count)
    )
    return Message.objects.filter(number=number)


def campaign(number, count, lives, control=""):
    """Kill senders until the outbox is empty; then look what is left."""
    messages = fill(count, number)
    pool = Pool(SEED, control)
    start = time.monotonic()
    pool.kill_at_each_point()
    pool.kill_until_done(lives)
    expire(control)
    while messages.filter(state=Message.State.QUEUED).exists():
        for _ in range(SENDERS):
            pool.fork()
        pool.reap(SENDERS)
        expire(control)
    return {
        "seconds": time.monotonic() - start,
        "killed": pool.killed,
        "states": dict(messages.values_list("message_id", "state")),
        "problems": [str(finding) for finding in audit()],
    }


def told_to_stop(number, count):
    """Senders that are asked to stop, as on every new release (F06)."""
    messages = fill(count, number)
    pool = Pool(SEED)
    start = time.monotonic()
    pids = [pool.fork() for _ in range(SENDERS)]
    while messages.filter(state=Message.State.SENT).count() < SENDERS:
        time.sleep(0.01)
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    pool.reap(SENDERS)
    left = Counter(messages.values_list("state", flat=True))
    send_due()
    return {
        "seconds": time.monotonic() - start,
        "killed": pool.killed,
        "left": left,
        "states": dict(messages.values_list("message_id", "state")),
    }


WORKS = {"campaign": campaign, "told_to_stop": told_to_stop}


def main(asked):
    make.company()
    make.client()
    # What is looked up once is looked up before the forks.
    fill(1, "first")
    send_due()
    # What the forks share is not to be copied for each.
    gc.collect()
    gc.freeze()
    answers = {}
    for work, *given in asked:
        answers[given[0]] = WORKS[work](*given)
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.utils import timezone

    from clients.models import Client
    from delivery import faults
    from delivery.actions import archive, handing, send_due
    from delivery.actions.claiming import expire_claims
    from delivery.actions.marking import mark_sent
    from delivery.audit import audit
    from delivery.models import Message
    from delivery.pdf import render_pdf
    from delivery.stopping import stoppable
    from tests import make

    # What is killed here is a process, not the machine: the system keeps the writes.
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] += "PRAGMA synchronous=OFF;"
    main(json.loads(sys.argv[1]))
