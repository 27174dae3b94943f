"""The real `manage.py up`, with a data folder and a port of its own."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMES = {"db_worker": "worker", "celery": "worker", "tick": "clock"}


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def status(port, path="/login/"):
    """What the page answers; None while nobody listens."""
    page = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        page.request("GET", path, headers={"Host": "localhost"})
        return page.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        page.close()


def wait_for(question, seconds=60):
    """Ask until the answer is yes; the answer."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError("waited in vain")


class Relance:
    """One running Relance."""

    def __init__(self, folder, *options):
        self.folder = Path(folder)
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.log = self.folder / "up.log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "LANG": "C.UTF-8",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *options],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self):
        def ready():
            assert self.process.poll() is None, self.said()
            return "Relance is ready" in self.said()

        wait_for(ready, 300)
        return self

    def said(self):
        return self.log.read_text()

    def children(self):
        """The process numbers of web server, worker and clock, by command line."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = {}
        for number in path.read_text().split():
            words = Path(f"/proc/{number}/cmdline").read_text().split("\0")
            names = [NAMES[word] for word in words if word in NAMES]
            found[names[0] if names else "web server"] = int(number)
        return found

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)
