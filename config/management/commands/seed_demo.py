"""Builds the demo company, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.utils.timezone import localdate

from billing.models import Invoice
from clients.command import QuickCommand
from clients.models import Client
from config import demo
from config.seeding import is_seeded, seed
from dunning.models import Notice

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(QuickCommand):
    """Clients, invoices, payments, reminders and a statement, as of today."""

    help = "Build the demo company in an empty database; again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Figures as JSON for those who automate."""
        parser.add_argument("--json", action="store_true", help="figures as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse where somebody else's books are; else build what is missing."""
        numbers = [client.number for client in demo.CLIENTS]
        begun = Client.objects.filter(number__in=numbers).exists()
        if not begun and Client.objects.exists():
            raise CommandError("There are clients already: the demo was not added.")
        there = is_seeded()
        if not there:
            seed(localdate())
        ours = {"client__number__in": numbers}
        counts = {
            "created": not there,
            "clients": Client.objects.filter(number__in=numbers).count(),
            "invoices": Invoice.objects.filter(**ours).count(),
            "reminders": Notice.objects.filter(**ours).count(),
        }
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        first = "Built" if counts["created"] else "Already there"
        self.stdout.write(
            f"{first}: the demo company with {counts['clients']} clients, "
            f"{counts['invoices']} invoices, {counts['reminders']} reminders."
        )
