"""The press: draws documents in child processes that may die or hang.

One press serves all threads of a process. Its children are forked by a process that
has everything imported (`delivery/press/room.py`), stay warm, end when nothing comes,
and end with us. A child that dies or takes too long is replaced; only its document
fails, and one that was not at fault is drawn once more.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from itertools import count
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING
from weakref import WeakSet

from delivery.press import room
from delivery.press.line import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

ROOT = Path(__file__).resolve().parent.parent.parent
# What a child may see of the environment: no key, no address of a database.
SEEN = {"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "PYTHONPATH", "PYTHONHOME"}
SEEN_GROUPS = ("LC_", "XDG_", "FONTCONFIG_", "LD_LIBRARY_", "DYLD_")
# To read Python and fonts from a cold disk, on a machine that is busy.
PATIENCE = 120.0
# A child is replaced after so many documents: what leaks is little, but leaks.
MOST = 1000
# The C libraries end a process that gets no memory in these ways.
OUT_OF_MEMORY = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGTRAP}


class Cause(Enum):
    """Why there is no PDF."""

    REFUSED = "refused"
    TOO_LARGE = "too large"
    TOO_SLOW = "too slow"
    INTERRUPTED = "interrupted"


class Spoilt(Exception):
    """A document that could not be drawn; the text is what the child said of it."""

    def __init__(self, cause: Cause, text: str = "") -> None:
        super().__init__(text)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: seconds of CPU and in all, bytes of memory."""

    seconds: int
    patience: float
    memory: int


@dataclass(slots=True)
class Child:
    """A process that draws, the pipe to it, and how much it has drawn."""

    key: int
    pid: int
    pipe: socket.socket
    drawn: int = 0


class Press:
    """Draws what threads bring it, at most `places` documents at once."""

    def __init__(self, module: str, places: int) -> None:
        self.module = module
        self.places = places
        self.keys = count(1)
        self.line = Line(places)
        self.lock = Lock()
        self.idle: list[Child] = []
        self.control: socket.socket | None = None
        self.caretaker: Thread | None = None
        PRESSES.add(self)

    def draw(self, work: bytes, limits: Limits) -> bytes:
        """The PDF; raises Spoilt. Whoever comes first is served first."""
        with self.line.place():
            child = self._child()
            try:
                return self._drawn_by(child, work, limits)
            except Spoilt as spoilt:
                if not innocent(spoilt.cause, child):
                    raise
            return self._drawn_by(self._child(fresh=True), work, limits)

    def draw_many(
        self, works: Iterable[bytes], limits: Limits
    ) -> Iterator[bytes | Spoilt]:
        """Each in its turn, drawn a little ahead on every place there is."""
        waiting: deque[Future[bytes | Spoilt]] = deque()
        with ThreadPoolExecutor(self.places, "press") as crew:
            try:
                for work in works:
                    waiting.append(crew.submit(self._drawn_or_spoilt, work, limits))
                    if len(waiting) > 4 * self.places:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                crew.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the children and wait until they are gone; a new document starts anew."""
        with self.lock:
            for child in self.idle:
                child.pipe.close()
            self.idle = []
            self._leave_room()
        if self.caretaker:
            self.caretaker.join()

    def forget(self) -> None:
        """In a process that was forked: the children are its parent's."""
        for child in self.idle:
            child.pipe.close()
        self._leave_room()
        # Whoever held these or waited for them is not here any more.
        self.line, self.lock = Line(self.places), Lock()
        self.idle, self.caretaker = [], None

    def _drawn_or_spoilt(self, work: bytes, limits: Limits) -> bytes | Spoilt:
        try:
            return self.draw(work, limits)
        except Spoilt as spoilt:
            return spoilt

    def _drawn_by(self, child: Child, work: bytes, limits: Limits) -> bytes:
        kind, content, status = b"", b"", 0
        try:
            kind, content = ask(child.pipe, work, limits)
        except TimeoutError:
            raise Spoilt(Cause.TOO_SLOW) from None
        except (EOFError, OSError):
            pass  # The child is gone; what it ended with says why.
        finally:
            # Without an answer, also when we are interrupted ourselves, it is ended:
            # what it says later would be taken for the next document's.
            child.drawn += 1
            if kind in {room.DRAWN, room.REFUSED} and child.drawn < MOST:
                self._keep(child)
            else:
                status = self._end(child)
        if kind != room.DRAWN:
            raise Spoilt(cause_of(kind, status), content.decode())
        return content

    def _child(self, *, fresh: bool = False) -> Child:
        with self.lock:
            if self.idle and not fresh:
                return self.idle.pop()
            key = next(self.keys)
            here, there = socket.socketpair()
            with there:
                try:
                    pid = self._order(room.START, key, there.fileno())
                except (EOFError, OSError):
                    # It has ended, having had nothing to do: once more.
                    self._leave_room()
                    pid = self._order(room.START, key, there.fileno())
            return Child(key, pid, here)

    def _keep(self, child: Child) -> None:
        with self.lock:
            self.idle.append(child)

    def _end(self, child: Child) -> int:
        """End a child that is of no use any more; what it ended with."""
        with self.lock:
            child.pipe.close()
            if self.control is None:
                return 0
            try:
                return self._order(room.END, child.key)
            except (EOFError, OSError):
                self._leave_room()
                return 0

    def _order(self, word: bytes, key: int, *descriptors: int) -> int:
        """Tell the pressroom something; its answer. It is started where it is not."""
        if self.control is None:
            self._enter_room()
        assert self.control is not None  # noqa: S101 - entered just now
        order = room.ORDER.pack(word, key)
        socket.send_fds(self.control, [order], list(descriptors))
        [answer] = room.ANSWER.unpack(room.read(self.control, room.ANSWER.size))
        return int(answer)

    def _enter_room(self) -> None:
        folder = tempfile.mkdtemp(prefix="relance-press-")
        self.control, there = socket.socketpair()
        self.control.settimeout(PATIENCE)
        command = [sys.executable, "-m", "delivery.press.room", self.module, folder]
        with there:
            process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, str(there.fileno())],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
            )
        self.caretaker = Thread(target=tidy, args=(process, folder), daemon=True)
        self.caretaker.start()

    def _leave_room(self) -> None:
        if self.control:
            self.control.close()
        self.control = None


PRESSES: WeakSet[Press] = WeakSet()


def forget_all() -> None:
    """Leave to the process that was forked from its children."""
    for press in PRESSES:
        press.forget()


os.register_at_fork(after_in_child=forget_all)


def ask(pipe: socket.socket, work: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """Give a child its work; what it answers within the time."""
    until = time.monotonic() + limits.patience
    pipe.settimeout(limits.patience)
    pipe.sendall(room.WORK.pack(len(work), limits.seconds, limits.memory) + work)
    kind, length = room.MADE.unpack(room.read(pipe, room.MADE.size, until))
    return kind, room.read(pipe, length, until)


def innocent(cause: Cause, child: Child) -> bool:
    """Whether the document is not to blame, so that it is drawn once more."""
    before = child.drawn - 1
    return cause is Cause.INTERRUPTED or (cause is Cause.TOO_LARGE and before > 0)


def cause_of(kind: bytes, status: int) -> Cause:
    """Why there is no PDF: what the child said, or what it ended with."""
    if kind == room.REFUSED:
        return Cause.REFUSED
    if kind == room.TOO_LARGE or -status in OUT_OF_MEMORY:
        return Cause.TOO_LARGE
    return Cause.TOO_SLOW if -status == signal.SIGXCPU else Cause.INTERRUPTED


def environment() -> dict[str, str]:
    """What a child may know of the environment."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in SEEN or name.startswith(SEEN_GROUPS)
    }


def tidy(process: subprocess.Popen[bytes], folder: str) -> None:
    """Wait for the end of the pressroom, so that nothing of it stays."""
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
