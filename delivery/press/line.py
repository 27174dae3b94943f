"""People queue: so many places, and whoever came first is next."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Line:
    """A semaphore that is fair: mass work cannot take its place again at once."""

    def __init__(self, places: int) -> None:
        self.lock = Lock()
        self.free = places
        self.waiting: deque[Event] = deque()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place and hold it."""
        self._take()
        try:
            yield
        finally:
            self._give()

    def _take(self) -> None:
        turn = Event()
        with self.lock:
            if self.free:
                self.free -= 1
                return
            self.waiting.append(turn)
        try:
            turn.wait()
        except BaseException:
            self._leave(turn)
            raise

    def _leave(self, turn: Event) -> None:
        """Interrupted while waiting: a place that was just given goes to the next."""
        with self.lock:
            if turn in self.waiting:
                self.waiting.remove(turn)
                return
        self._give()

    def _give(self) -> None:
        with self.lock:
            if self.waiting:
                self.waiting.popleft().set()
            else:
                self.free += 1
