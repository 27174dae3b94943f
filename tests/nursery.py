"""Django, set up once in a process of its own, from which others are forked.

To start Python and Django takes a second; to fork a process that has them, nothing.
Each fork is given its environment and reads its settings anew: it is as much a
process of its own as one that was started.

`python -m tests.nursery FD` listens on a socket for scripts, each with the three files
it is to read from and to write to.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import socket
import sys
import traceback

LARGEST = 1 << 20


def main(listening):
    """Fork for every script that comes, until the other side is gone."""
    import django
    from django.urls import get_resolver

    django.setup()
    # What a script would import anyway.
    get_resolver().url_patterns  # noqa: B018
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    line = socket.socket(fileno=listening)
    while True:
        wanted, files, _flags, _who = socket.recv_fds(line, LARGEST, 3)
        if not wanted:
            return
        if not os.fork():
            line.close()
            work(json.loads(wanted), files)
        for file in files:
            os.close(file)


def work(wanted, files):
    """The life of a fork; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for own, given in enumerate(files):
            os.dup2(given, own)
            os.close(given)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False))
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False))
        settle(wanted["environment"])
        exec(wanted["script"], {"__name__": "__main__"})  # noqa: S102
        leave()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def settle(environment):
    """Read the settings as the environment says; forget what was made of others."""
    from asgiref.local import Local
    from django.conf import settings
    from django.db import connections
    from django_tasks import task_backends

    os.environ.clear()
    os.environ.update(environment)
    own = importlib.reload(importlib.import_module("config.settings"))
    for name in dir(own):
        if name.isupper():
            setattr(settings, name, getattr(own, name))
    for made in (connections, task_backends):
        made.__dict__.pop("settings", None)
        made._settings = None
        made._connections = Local()


def leave():
    """Close what is open: the database may be copied right afterwards."""
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    main(int(sys.argv[1]))
