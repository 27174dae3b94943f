"""What the press's children are given to do in tests, in place of drawing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path


def prepare():
    """Nothing to warm up."""


def draw(work):
    word, _, rest = work.decode().partition(" ")
    return str(globals()[f"do_{word}"](rest)).encode()


def do_say(text):
    return text


def do_fail(text):
    raise ValueError(text)


def do_pid(_text):
    return os.getpid()


def do_spin(_text):
    while True:
        pass


def do_sleep(_text):
    time.sleep(600)


def do_memory(_text):
    return len(bytes(2 * 1024**3))


def do_abort(_text):
    os.abort()


def do_die_once(path):
    """As when the machine runs out of memory, or somebody's `kill -9`."""
    if not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "there"


def do_die(_text):
    os.kill(os.getpid(), signal.SIGKILL)


def do_wait(folder):
    """Say who is at it, and go on when told."""
    place = Path(folder)
    (place / str(os.getpid())).touch()
    while not (place / "go").exists():
        time.sleep(0.005)
    return "done"


def do_connect(port):
    with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as pipe:
        pipe.sendall(b"x")
    return "connected"


def do_run(_text):
    return subprocess.run(["true"], check=True).returncode


def do_environment(_text):
    return sorted(os.environ)


def do_litter(_text):
    import tempfile

    handle, path = tempfile.mkstemp()
    os.close(handle)
    return path
