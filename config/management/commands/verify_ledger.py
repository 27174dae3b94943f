"""Proves that every kept figure is what its movements say."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from billing.audit import audit as audit_billing
from clients.audit import audit as audit_clients
from delivery.audit import audit as audit_delivery
from dunning.audit import audit as audit_dunning
from statements.audit import audit as audit_statements

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Exit 1 and one sentence per row that fails."""

    help = "Recompute every derived figure and check every archived document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option."""
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run every audit."""
        findings = list(
            chain(
                audit_billing(),
                audit_delivery(),
                audit_statements(),
                audit_dunning(),
                audit_clients(),
            )
        )
        if options["json"]:
            rows = [
                {"table": f.table, "row": f.row, "problem": f.problem} for f in findings
            ]
            self.stdout.write(json.dumps({"ok": not rows, "findings": rows}))
        if findings:
            raise CommandError("\n".join(str(finding) for finding in findings))
        if not options["json"]:
            self.stdout.write("Every figure agrees with its movements.")
