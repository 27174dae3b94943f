"""A function applied to many items in child processes, each under a time limit."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.process import BaseProcess

MEMORY = 2 * 1024**3


class Stopped(Exception):
    """A child was ended before it had an answer: too slow, or it died."""


@dataclass
class Child:
    """A process, the pipe to it, and the item it works on."""

    process: BaseProcess
    pipe: Connection
    item: int | None = None
    until: float = 0.0


def apply_to_many(
    function: Callable[[str], bytes],
    items: Sequence[str],
    *,
    prepare: Callable[[], None],
    seconds: float,
) -> Iterator[bytes | Exception]:
    """The answers in the order of the items; an exception where one failed.

    Children come from a fork server that has imported the function's module and
    nothing else of the parent: no database connection, no thread.
    A child that is too slow is ended with its item, and another takes its place.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([function.__module__])
    with tempfile.TemporaryDirectory(prefix="relance-") as folder:

        def start() -> Child:
            here, there = context.Pipe()
            process = context.Process(
                target=serve, args=(there, function, prepare, folder), daemon=True
            )
            process.start()
            there.close()
            return Child(process, here)

        children = [start() for _ in range(min(cores(), len(items)))]
        try:
            yield from ordered(items, children, start, seconds)
        finally:
            for child in children:
                end(child)


def ordered(
    items: Sequence[str],
    children: list[Child],
    start: Callable[[], Child],
    seconds: float,
) -> Iterator[bytes | Exception]:
    """Keep every child busy, a little ahead of the answer that is wanted next."""
    answers: dict[int, bytes | Exception] = {}
    given = 0
    for wanted in range(len(items)):
        while wanted not in answers:
            ahead = wanted + 8 * len(children)
            for child in children:
                if child.item is None and given < min(len(items), ahead):
                    give(child, given, items[given], seconds)
                    given += 1
            answers |= collect(children)
            for place, child in enumerate(children):
                if child.item is None and not child.process.is_alive():
                    end(child)
                    children[place] = start()
        yield answers.pop(wanted)


def give(child: Child, number: int, item: str, seconds: float) -> None:
    """Hand an item to a child that waits; a dead pipe shows when it is read."""
    child.item, child.until = number, time.monotonic() + seconds
    with contextlib.suppress(OSError):
        child.pipe.send(item)


def collect(children: list[Child]) -> dict[int, bytes | Exception]:
    """Answers that have arrived, and a failure for each child that is overdue."""
    busy = {child.pipe: child for child in children if child.item is not None}
    first = min(child.until for child in busy.values())
    ready = wait(list(busy), timeout=max(0.0, first - time.monotonic()))
    answers: dict[int, bytes | Exception] = {}
    for pipe, child in busy.items():
        assert child.item is not None  # noqa: S101 - only busy children are here
        if pipe in ready:
            try:
                answers[child.item] = child.pipe.recv()
            except (EOFError, OSError):
                answers[child.item] = Stopped("the process died")
                child.process.kill()
                child.process.join()
        elif time.monotonic() >= child.until:
            answers[child.item] = Stopped("it took too long")
            child.process.kill()
            child.process.join()
        else:
            continue
        child.item = None
    return answers


def end(child: Child) -> None:
    """Stop a child and give back what it held."""
    child.process.kill()
    child.process.join()
    child.pipe.close()


def serve(
    pipe: Connection,
    function: Callable[[str], bytes],
    prepare: Callable[[], None],
    folder: str,
) -> None:
    """The life of a child: prepare once, then answer item after item."""
    tempfile.tempdir = folder
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    prepare()
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(answer(function, pipe.recv()))


def answer(function: Callable[[str], bytes], item: str) -> bytes | Exception:
    """What the function says of an item, or the failure, to be sent back."""
    try:
        return function(item)
    except Exception as error:
        return error


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
