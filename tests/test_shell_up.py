"""`manage.py up`: one command that serves, works, and mends itself."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import copy_to_file
from tests.running import ROOT, Relance, status, wait_for

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="once is enough"),
]


@pytest.fixture
def relance(tmp_path):
    """On tables that are there already: the browser tests start from nothing."""
    copy_to_file(tmp_path / "relance.sqlite3")
    running = Relance(tmp_path, "--no-demo").wait_until_ready()
    yield running
    running.stop()


def test_a_killed_process_comes_back_and_ctrl_c_ends_all(relance):
    first = relance.children()
    assert set(first) == {"web server", "worker", "clock"}

    os.kill(first["worker"], signal.SIGKILL)
    wait_for(
        lambda: relance.children().get("worker", first["worker"]) != first["worker"]
    )
    os.kill(first["web server"], signal.SIGKILL)
    wait_for(
        lambda: (
            relance.children().get("web server", first["web server"])
            != first["web server"]
        )
    )
    wait_for(lambda: status(relance.port) == 200)
    assert status(relance.port, "/healthz") == 200

    last = relance.children()
    relance.process.send_signal(signal.SIGINT)
    assert relance.process.wait(40) == 0
    assert status(relance.port) is None
    assert not any(is_alive(number) for number in last.values())


def test_when_it_is_killed_itself_nothing_stays_behind(relance):
    children = relance.children()
    relance.process.kill()
    wait_for(lambda: not any(is_alive(number) for number in children.values()))


def is_alive(number):
    try:
        state = Path(f"/proc/{number}/stat").read_text()
        return state.rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", port],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr
