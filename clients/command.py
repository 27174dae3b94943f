"""What commands that are called often start from."""

from __future__ import annotations

from django.core.management.base import BaseCommand


class QuickCommand(BaseCommand):
    """A command that people and cron call often: it begins at once.

    Django would first check settings and every page's address, which takes longer
    than most commands. Those checks are made where Relance starts, and in the tests.
    """

    requires_system_checks = ()
