"""The press: a child that dies, hangs or grows takes one document with it at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import create_server
from threading import Event, Thread

import pytest

from delivery.press.line import Line
from delivery.press.press import Cause, Limits, Press, Spoilt
from tests.delivery import hostile
from tests.processes import ROOT

LIMITS = Limits(seconds=30, patience=60, memory=1024**3)
HASTE = Limits(seconds=0, patience=60, memory=1024**3)
NO_PATIENCE = Limits(seconds=30, patience=0.1, memory=1024**3)


@pytest.fixture(scope="module")
def press():
    found = Press("tests.delivery.hostile", places=2)
    yield found
    found.close()


def drawn(press, work, limits=LIMITS):
    return press.draw(work.encode(), limits).decode()


def spoilt(press, work, limits=LIMITS):
    with pytest.raises(Spoilt) as caught:
        drawn(press, work, limits)
    return caught.value.cause


def lives(pid):
    """Whether a process is there, a zombie being there too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(*pids):
    for _ in range(1000):
        if not any(map(lives, pids)):
            return True
        Event().wait(0.01)
    return False


def test_a_child_stays_for_the_next_document(press):
    assert drawn(press, "pid") == drawn(press, "pid")
    assert int(drawn(press, "pid")) != os.getpid()


def test_what_a_child_refuses_is_said_in_its_words(press):
    pid = drawn(press, "pid")
    with pytest.raises(Spoilt, match="too blue") as caught:
        drawn(press, "fail too blue")
    assert caught.value.cause is Cause.REFUSED
    assert drawn(press, "pid") == pid


@pytest.mark.parametrize(
    ("work", "limits", "cause"),
    [
        ("memory", LIMITS, Cause.TOO_LARGE),
        ("abort", LIMITS, Cause.TOO_LARGE),
        ("spin", HASTE, Cause.TOO_SLOW),
        ("sleep", NO_PATIENCE, Cause.TOO_SLOW),
        ("die", LIMITS, Cause.INTERRUPTED),
    ],
)
def test_a_hostile_document_fails_alone_and_its_child_is_replaced(
    press, work, limits, cause
):
    """F07, F08."""
    pid = int(drawn(press, "pid"))
    assert spoilt(press, work, limits) is cause
    assert gone(pid)
    assert drawn(press, "say hello") == "hello"


def test_without_a_limit_of_memory_the_same_document_is_drawn(press):
    wide = Limits(seconds=30, patience=60, memory=64 * 1024**3)
    assert drawn(press, "memory", wide) == str(2 * 1024**3)


def test_the_others_come_in_their_order_around_those_that_fail(press):
    works = [f"say {n}" for n in range(30)]
    works[3], works[7], works[20] = "memory", "fail no", "abort"
    made = list(press.draw_many((work.encode() for work in works), LIMITS))
    causes = {n: m.cause for n, m in enumerate(made) if isinstance(m, Spoilt)}
    assert causes == {3: Cause.TOO_LARGE, 7: Cause.REFUSED, 20: Cause.TOO_LARGE}
    assert [m.decode() for m in made if isinstance(m, bytes)] == [
        str(n) for n in range(30) if n not in causes
    ]


def test_many_documents_that_nobody_waits_for_any_more_are_left(press):
    some = press.draw_many((f"say {n}".encode() for n in range(1000)), LIMITS)
    assert next(some) == b"0"
    some.close()
    assert drawn(press, "say on") == "on"


def test_a_document_whose_child_was_killed_is_drawn_once_more(press, tmp_path):
    assert drawn(press, f"die_once {tmp_path / 'died'}") == "there"


def test_kill_9_in_the_middle_of_a_document_loses_nothing(press, tmp_path):
    with ThreadPoolExecutor(1) as crew:
        waits = crew.submit(drawn, press, f"wait {tmp_path}")
        while not (first := list(tmp_path.iterdir())):
            Event().wait(0.005)
        os.kill(int(first[0].name), signal.SIGKILL)
        (tmp_path / "go").touch()
        assert waits.result(60) == "done"


def test_a_press_whose_pressroom_was_killed_starts_another(press):
    first = int(drawn(press, "pid"))
    room = int(Path(f"/proc/{first}/stat").read_text().split()[3])
    os.kill(room, signal.SIGKILL)
    assert gone(room)
    assert drawn(press, "say again") == "again"


def test_eight_threads_get_each_their_own_document(press):
    with ThreadPoolExecutor(8) as crew:
        made = crew.map(lambda n: drawn(press, f"say {n}"), range(200))
        assert list(made) == [str(n) for n in range(200)]
    assert len(press.idle) <= 2


def test_nothing_is_reached_from_a_child(press):
    """The control: without the guard the same work gets through."""
    with create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        port = server.getsockname()[1]
        assert spoilt(press, f"connect {port}") is Cause.REFUSED
        assert hostile.do_connect(port) == "connected"
        assert server.accept()[0].recv(1) == b"x"
    assert spoilt(press, "run") is Cause.REFUSED
    assert hostile.do_run("") == 0


def test_a_child_knows_no_secret(monkeypatch):
    for name in ("SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "ANYMAIL_API_KEY"):
        monkeypatch.setenv(name, "x")
    press = Press("tests.delivery.hostile", places=1)
    names = drawn(press, "environment")
    press.close()
    assert "PATH" in names
    for secret in ("SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "ANYMAIL"):
        assert secret not in names


def test_what_a_child_leaves_in_its_folder_goes_with_it():
    press = Press("tests.delivery.hostile", places=1)
    path = Path(drawn(press, "litter"))
    pid = int(drawn(press, "pid"))
    assert path.exists()
    assert spoilt(press, "sleep", NO_PATIENCE) is Cause.TOO_SLOW
    assert not path.exists()
    assert not path.parent.exists()
    press.close()
    assert not path.parent.parent.exists()
    assert gone(pid)
    assert drawn(press, "say again") == "again"
    press.close()


FORKED = """
import os, sys
from delivery.press.press import Limits, Press
press = Press("tests.delivery.hostile", places=1)
draw = lambda: int(press.draw(b"pid", Limits(30, 60, 1024**3)))
own = draw()
reads, writes = os.pipe()
if os.fork() == 0:
    os.write(writes, f"{draw()} {draw()}".encode())
    press.close()
    os._exit(0)
os.wait()
others = os.read(reads, 100).decode().split()
print(own, draw(), *others, flush=True)
sys.stdin.readline()
"""


def test_a_forked_process_has_children_of_its_own_and_all_end_with_theirs():
    process = subprocess.Popen(
        [sys.executable, "-c", FORKED],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    own, again, other, twice = map(int, process.stdout.readline().split())
    assert own == again
    assert other == twice
    assert own != other
    assert gone(other)
    assert lives(own)
    process.kill()
    process.communicate()
    assert gone(own)


def test_whoever_came_first_is_next():
    """Mass work that gives its place back cannot take it again before the others."""
    line, order = Line(1), []
    came = [Event() for _ in range(3)]

    def come(n):
        came[n].set()
        with line.place():
            order.append(n)

    with line.place():
        threads = [Thread(target=come, args=[n]) for n in range(3)]
        for n, thread in enumerate(threads):
            thread.start()
            while len(line.waiting) <= n:
                Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2]
    assert line.free == 1
