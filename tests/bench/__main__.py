"""bin/bench [import|run|dunning|letters|statements|recipient|lists|bank|issue|mail|delivery ...]: every figure in one go, on a database
of its own that is thrown away. No figure is a test: machines are noisy."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main(chosen: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from tests.bench import works

        for name in chosen or list(works.WORKS):
            print(f"\n{name}  ({os.cpu_count()} cores)")
            works.WORKS[name](Path(folder))


main(sys.argv[1:])
