"""The lines of a run as rows for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.rules.exports import safe_cell
from billing.rules.money import plain
from dunning.reasons import explain, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dunning.models import RunLine


def sheet(lines: Iterable[RunLine]) -> Iterator[list[str]]:
    """A head, then a row for every line; texts that look like formulas are quoted."""
    yield [
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
    for line in lines:
        yield row(line)


def row(line: RunLine) -> list[str]:
    """One line; amounts as plain figures, dates as ISO, so that both compute."""
    is_proposed = line.level > 0
    return [
        safe_cell(line.client.number),
        safe_cell(line.client.name),
        safe_cell(line.invoice.number),
        line.invoice.due_on.isoformat(),
        str(line.days_overdue),
        line.currency,
        plain(line.open),
        str(line.level) if is_proposed else "",
        plain(line.fee) if is_proposed else "",
        plain(line.interest) if is_proposed else "",
        line.deadline_on.isoformat() if line.deadline_on else "",
        (_("yes") if line.selected else _("no")) if is_proposed else "",
        safe_cell(label(line.reason)) if line.reason else "",
        safe_cell(explain(line.reason, line.detail)) if line.reason else "",
    ]
