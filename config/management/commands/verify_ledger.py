"""Proves that every kept figure is what its movements say."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from billing.audit import audit as audit_billing
from clients.audit import audit as audit_clients
from clients.command import QuickCommand
from config.anchors import audit_anchors, last_anchor
from config.papers import audit_papers
from delivery.audit import audit as audit_delivery
from delivery.checking import last_seal
from dunning.audit import audit as audit_dunning
from statements.audit import audit as audit_statements

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(QuickCommand):
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
                audit_papers(),
                audit_anchors(),
            )
        )
        archive = end_of_archive()
        if options["json"]:
            rows = [
                {"table": f.table, "row": f.row, "problem": f.problem} for f in findings
            ]
            answer = {"ok": not rows, "findings": rows, "archive": archive}
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(in_words(archive))
        if findings:
            raise CommandError("\n".join(str(finding) for finding in findings))
        if not options["json"]:
            self.stdout.write("Every figure agrees with its movements.")


def end_of_archive() -> dict[str, Any]:
    """How many entries the archive has, and the hash to compare with a note of it."""
    last = last_seal()
    anchor = last_anchor()
    return {
        "entries": last.position if last else 0,
        "hash": last.chain if last else "",
        "sealed_at": last.sealed_at.isoformat() if last else "",
        "anchored_on": anchor.on.isoformat() if anchor else "",
    }


def in_words(archive: dict[str, Any]) -> str:
    """The end of the archive as a sentence."""
    if not archive["entries"]:
        return "The archive is empty."
    anchored = archive["anchored_on"] or "no day yet"
    return (
        f"The archive has {archive['entries']} entries, the last of "
        f"{archive['sealed_at']}, hash {archive['hash']}; anchored on {anchored}."
    )
