"""Keeps the web server and the worker running beside each other."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import FrameType

# Not longer: a database that was gone must be back in use half a minute later.
LONGEST_PAUSE = 15.0
# A process that lived so long was well: the next pause is short again.
STEADY = 60.0
# How long a letter or a mail under way may take before it is cut off.
PATIENCE = 30.0


class Child:
    """A process that is started again when it ends, after a growing pause."""

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        self.name = name
        self.command = command
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = 0.5
        self.start_at = 0.0
        self.started_at = 0.0

    def tend(self, now: float) -> None:
        """Start the process if it is due; notice when it has ended."""
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self.plan(now, self.process.returncode)
        if now >= self.start_at:
            self.start(now)

    def plan(self, now: float, code: int) -> None:
        """Decide when to start again."""
        steady = now - self.started_at > STEADY
        self.pause = 1.0 if steady else min(self.pause * 2, LONGEST_PAUSE)
        self.start_at = now + self.pause
        self.process = None
        sys.stderr.write(
            f"The {self.name} ended ({code}); again in {self.pause:.0f} s.\n"
        )

    def start(self, now: float) -> None:
        """Start it in a group of its own: Ctrl-C reaches it through us, once."""
        self.started_at = now
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
        )

    def stop(self) -> None:
        """Ask it to finish what it is doing."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Give it time to finish, then end it."""
        if not self.process:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()


def end_with_parent() -> None:
    """Have Linux end this process when the one that keeps it is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def keep(children: Iterable[Child], each_turn: Callable[[], None]) -> None:
    """Keep the children running until somebody asks us to stop."""
    children = list(children)
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    while not asked:
        for child in children:
            child.tend(time.monotonic())
        each_turn()
        time.sleep(0.2)
    for child in children:
        child.stop()
    until = time.monotonic() + PATIENCE
    for child in children:
        child.wait(until)
