"""Asked to stop, a process finishes what it has in hand."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def never() -> bool:
    """Nobody asks to stop."""
    return False


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether a signal asked this process to stop.

    Whoever listened before is told too. Only a main thread can listen; in any other
    the answer is always no.
    """
    told = Event()
    if current_thread() is not main_thread():
        yield told.is_set
        return
    before: dict[int, Any] = {}

    def listen(number: int, frame: Any) -> None:
        told.set()
        if callable(before[number]) and before[number] is not (
            signal.default_int_handler
        ):
            before[number](number, frame)

    for asked in (signal.SIGTERM, signal.SIGINT):
        before[asked] = signal.signal(asked, listen)
    try:
        yield told.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
