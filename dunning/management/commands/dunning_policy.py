"""The dunning policy as JSON, the same thing the admin edits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from clients.command import QuickCommand
from dunning.actions.policies import load_policy
from dunning.facts import policy_rule
from dunning.models import Policy
from dunning.rules.policy import policy_json, read_policy

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

REFUSED = 1
STANDARD = ""


class Command(QuickCommand):
    """Load a policy from a file, or print one."""

    help = "Load a dunning policy from JSON, or print one (the default one)."

    def add_arguments(self, parser: CommandParser) -> None:
        """One of the two."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--load", type=Path, metavar="FILE")
        what.add_argument("--dump", nargs="?", const=STANDARD, metavar="NAME")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load or print; every problem is a sentence on stderr."""
        if options["load"] is not None:
            self._load(options["load"])
        else:
            self._dump(options["dump"])

    def _load(self, path: Path) -> None:
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            self._refuse([f"{path}: {error.strerror}."])
        except (ValueError, RecursionError):
            self._refuse([f"{path} is not JSON in UTF-8."])
        reading = read_policy(data)
        if reading.policy is None:
            self._refuse(reading.problems)
        load_policy(reading.policy, default=reading.default)
        self.stdout.write(
            f"{reading.policy.name}: {len(reading.policy.levels)} levels."
        )

    def _dump(self, name: str) -> None:
        wanted = {"is_default": True} if name == STANDARD else {"name": name}
        policy = Policy.objects.filter(**wanted).first()
        if policy is None:
            called = f" called {name}" if name else " that is the default"
            self._refuse([f"There is no policy{called}."])
        document = policy_json(policy_rule(policy), default=policy.is_default)
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))

    def _refuse(self, problems: list[str]) -> NoReturn:
        for problem in problems:
            self.stderr.write(problem)
        raise SystemExit(REFUSED)
