"""One command that runs Relance: web server, worker, clock, and what they need."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from clients.models import Company
from config import engine
from config.demo import COMPANY
from config.processes import Child, keep
from config.roles import DEMO_LOGINS, demo_logins, ensure_roles
from config.seeding import is_seeded

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from config.roles import Login


# How often the clock looks for what was forgotten.
SWEEP = 15


class Command(BaseCommand):
    """Prepare the database, then keep web server, worker and clock running."""

    help = "Prepare the database, then run web server, worker and clock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and whether to build the demo company."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument(
            "--port", type=int, default=int(os.environ.get("PORT", "8000"))
        )
        parser.add_argument(
            "--no-demo", action="store_true", help="start with an empty database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM."""
        host, port = options["host"], options["port"]
        refuse_busy(host, port)
        os.environ.setdefault("BASE_URL", f"http://localhost:{port}")
        prepare(demo=not options["no_demo"])
        welcome = Welcome(self, host, port)
        connections.close_all()
        folder = settings.BASE_DIR
        keep(
            [
                Child("web server", web_server(host, port), folder),
                *engine.workers(settings.WORKERS),
                Child("clock", clock(), folder),
            ],
            each_turn=welcome.once_it_answers,
        )


def refuse_busy(host: str, port: int) -> None:
    """Say at once when somebody else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"Relance cannot listen on {host}:{port} ({problem.strerror}); "
                "choose another port, such as PORT=8001 bin/run."
            ) from problem


def prepare(*, demo: bool) -> None:
    """Tables, roles, and the demo company for an empty database."""
    call_command("migrate", interactive=False, verbosity=0)
    ensure_roles()
    if demo and wants_demo():
        seed_demo()


def seed_demo() -> None:
    """In a process of its own: its letters name the address that we listen on."""
    manage = settings.BASE_DIR / "manage.py"
    done = subprocess.run([sys.executable, str(manage), "seed_demo"], check=False)  # noqa: S603 - our own command
    if done.returncode:
        message = "The demo company was not built."
        raise CommandError(message)


def wants_demo() -> bool:
    """An empty database, or a demo company that was cut off while it was built."""
    if company := Company.objects.first():
        return company.name == COMPANY["name"] and not is_seeded()
    demo_names = [login.username for login in DEMO_LOGINS]
    return not User.objects.exclude(username__in=demo_names).exists()


def web_server(host: str, port: int) -> list[str]:
    """SQLite is best served by one process with several threads."""
    processes = "1" if connection.vendor == "sqlite" else "2"
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi"),
        *("--bind", address),
        *("--workers", os.environ.get("WEB_CONCURRENCY", processes)),
        *("--worker-class", "gthread", "--threads", "8"),
        *("--timeout", "120", "--graceful-timeout", "20"),
        *("--log-level", "warning", "--no-control-socket"),
    ]


def clock() -> list[str]:
    """The process that makes what comes back, and finds what was forgotten."""
    manage = settings.BASE_DIR / "manage.py"
    return [sys.executable, str(manage), "tick", "--every", str(SWEEP)]


class Welcome:
    """The address and the logins, printed when the first page answers."""

    def __init__(self, command: BaseCommand, host: str, port: int) -> None:
        self.command = command
        self.host = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host  # noqa: S104 - compared only
        self.port = port
        self.logins: list[Login] | None = None
        self.said = False

    def once_it_answers(self) -> None:
        """Say it, once; passwords are checked while the server starts."""
        if self.logins is None:
            self.logins = demo_logins()
            connections.close_all()
        if not self.said and self.answers():
            self.said = True
            self.say()

    def answers(self) -> bool:
        """Whether a page comes, be it one that this name may not have."""
        page = HTTPConnection(self.host, self.port, timeout=5)
        try:
            page.request("GET", "/login/", headers={"Host": "localhost"})
            return page.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            page.close()

    def say(self) -> None:
        """Print where Relance is, and who may try it."""
        say = self.command.stdout.write
        say(f"\nRelance is ready: http://{self.host}:{self.port}/\n")
        if self.logins:
            say("\nLogins of the demo company:")
        for login in self.logins or []:
            say(f"  {login.role:<16} {login.username:<11} {login.password}")
        say("\nStop it with Ctrl-C.")
        self.command.stdout.flush()
