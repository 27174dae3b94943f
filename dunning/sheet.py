"""The lines of a run as rows for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dunning.reasons import label, remarks

if TYPE_CHECKING:
    from clients.sheets import Cell
    from dunning.models import RunLine


def head() -> list[str]:
    """The names of the columns."""
    return [
        _("Client"),
        _("Name"),
        _("Invoice"),
        _("Due"),
        _("Days late"),
        _("Currency"),
        pgettext("amount", "Open"),
        _("Level"),
        _("Fee"),
        _("Interest"),
        _("Deadline"),
        _("Ticked"),
        _("Reason"),
        _("Detail"),
    ]


def row(line: RunLine) -> list[Cell]:
    """One line: amounts and days as such, so that they compute."""
    is_proposed = line.level > 0
    ticked = _("yes") if line.selected else _("no")
    return [
        line.client.number,
        line.client.name,
        line.invoice.number,
        line.invoice.due_on,
        line.days_overdue,
        line.currency,
        line.open,
        line.level if is_proposed else None,
        line.fee if is_proposed else None,
        line.interest if is_proposed else None,
        line.deadline_on,
        ticked if is_proposed else "",
        label(line.reason) if line.reason else "",
        remarks(line),
    ]
