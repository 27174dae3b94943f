"""What statements leave for a person to do, as the first page lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.templatetags.format import day
from config.todo import Task
from statements.bulk import held_batches

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 5


def statement_tasks(may: Callable[[str], bool]) -> list[Task]:
    """Statements that were prepared and wait for somebody to release them."""
    if not (may("statements.add_statement") and may("statements.send_statement")):
        return []
    return [
        Task(
            _("Statements at %(day)s wait to be released") % {"day": day(batch.end)},
            _("Look at them"),
            reverse("batch", args=[batch.pk]),
            "report-money",
            bool(batch.stopped),
        )
        for batch in held_batches()[:MOST]
    ]
