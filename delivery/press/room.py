"""The process that keeps the children of a press (`delivery/press/press.py`).

`python -m delivery.press.room MODULE FOLDER FD` imports a module that has `prepare()`
and `draw(work) -> bytes`, warms it up and forks a child whenever the press asks for
one on the socket FD: a child is there in some hundredths of a second. It ends with
the press, whatever ends that, and takes its children along.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[bytes], bytes]

# What the press asks for, and for which child; the answer is one number.
ORDER = struct.Struct("!cQ")
ANSWER = struct.Struct("!q")
START, END = b"S", b"E"
# Before the work of a child: its length, seconds of CPU and bytes of memory.
WORK = struct.Struct("!QQQ")
# Before the answer of a child: what it is, and its length.
MADE = struct.Struct("!cQ")
DRAWN, REFUSED, TOO_LARGE = b"D", b"R", b"L"

# A child without work ends after so many seconds, the process without children too.
CHILD_IDLE = 60
ROOM_IDLE = 600
# How often children that have ended are looked for.
TURN = 5
# No file of a document is larger than this.
LARGEST_FILE = 256 * 1024**2
FORBIDDEN = frozenset(
    {
        "socket.__new__",
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "pty.spawn",
    }
)
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
END_WITH_PARENT = 1


class Room:
    """The children, by the number the press gave them."""

    def __init__(self, control: socket.socket, draw: Draw, folder: Path) -> None:
        self.control = control
        self.draw = draw
        self.folder = folder
        self.children: dict[int, int] = {}
        self.ended: dict[int, int] = {}
        self.idle = 0

    def serve(self) -> None:
        """Do what the press asks until it is gone, or has wanted nothing for long."""
        while self.idle < ROOM_IDLE:
            ready, _, _ = select.select([self.control], [], [], TURN)
            for key in list(self.children):
                self.reap(key, os.WNOHANG)
            if not ready:
                self.idle = 0 if self.children else self.idle + TURN
                continue
            self.idle = 0
            order, descriptors, _, _ = socket.recv_fds(self.control, ORDER.size, 1)
            if len(order) < ORDER.size:
                return
            word, key = ORDER.unpack(order)
            done = self.start(key, descriptors[0]) if word == START else self.end(key)
            self.control.sendall(ANSWER.pack(done))

    def start(self, key: int, descriptor: int) -> int:
        """Fork a child that works for this end of a pipe; its process number."""
        own = self.folder / str(key)
        own.mkdir()
        if pid := os.fork():
            os.close(descriptor)
            self.children[key] = pid
            return pid
        # A child: nothing that its parent would tidy up is tidied up by it.
        try:
            self.control.close()
            work(socket.socket(fileno=descriptor), self.draw, own)
        finally:
            os._exit(1)

    def end(self, key: int) -> int:
        """End a child if it still lives; what it ended with, a signal negative."""
        if pid := self.children.get(key):
            os.kill(pid, signal.SIGKILL)
            self.reap(key, 0)
        return self.ended.pop(key, 0)

    def reap(self, key: int, options: int) -> None:
        """Note what a child ended with, and remove what it left in its folder."""
        pid, status = os.waitpid(self.children[key], options)
        if pid:
            del self.children[key]
            self.ended[key] = os.waitstatus_to_exitcode(status)
            shutil.rmtree(self.folder / str(key), ignore_errors=True)

    def close(self) -> None:
        """End all children."""
        for key in list(self.children):
            self.end(key)


def work(pipe: socket.socket, draw: Draw, folder: Path) -> None:
    """The life of a child: document after document, until none comes any more."""
    end_with_parent()
    tempfile.tempdir = str(folder)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    sys.addaudithook(refuse)
    gc.disable()
    while True:
        pipe.settimeout(CHILD_IDLE)
        try:
            length, seconds, memory = WORK.unpack(read(pipe, WORK.size))
        except (EOFError, OSError):
            os._exit(0)
        pipe.settimeout(None)
        limit(seconds, memory)
        kind, content = answer(draw, pipe, length)
        pipe.sendall(MADE.pack(kind, len(content)) + content)
        if kind == TOO_LARGE:
            os._exit(0)


def answer(draw: Draw, pipe: socket.socket, length: int) -> tuple[bytes, bytes]:
    """What comes of a document: its PDF, or why there is none."""
    try:
        return DRAWN, draw(read(pipe, length))
    except MemoryError:
        return TOO_LARGE, b""
    except Exception as error:
        return REFUSED, str(error).encode()


def read(pipe: socket.socket, length: int, until: float | None = None) -> bytes:
    """So many bytes, in time; EOFError where the other end is gone."""
    parts = bytearray()
    while len(parts) < length:
        if until is not None:
            # Zero would mean: do not wait at all, and be another error.
            pipe.settimeout(max(until - time.monotonic(), 0.001))
        part = pipe.recv(min(length - len(parts), 1024**2))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def limit(seconds: int, memory: int) -> None:
    """From now on so many seconds of CPU; so much memory in all."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds
    for which, most in ((resource.RLIMIT_CPU, until), (resource.RLIMIT_AS, memory)):
        _, hard = resource.getrlimit(which)
        endless = hard == resource.RLIM_INFINITY
        resource.setrlimit(which, (most if endless else min(most, hard), hard))


def refuse(event: str, _given: tuple[Any, ...]) -> None:
    """Refuse a child what no document needs: the network and other programs."""
    if event in FORBIDDEN:
        raise PermissionError(f"{event} is not for documents")


def end_with_parent() -> None:
    """Have Linux end this process when the one that forked it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)


def leave_network() -> None:
    """Where Linux lets us: a network of our own, with nothing in it."""
    if sys.platform == "linux":
        alone = NEW_NETWORK if os.geteuid() == 0 else NEW_NETWORK | NEW_USER
        ctypes.CDLL(None).unshare(alone)


def main(module: str, folder: str, descriptor: str) -> None:
    """Warm up, then serve; signals are for the press, which ends us by its end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    tempfile.tempdir = folder
    drawing = import_module(module)
    drawing.prepare()
    leave_network()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(descriptor)) as control:
        room = Room(control, drawing.draw, Path(folder))
        try:
            with contextlib.suppress(OSError):
                room.serve()
        finally:
            room.close()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
