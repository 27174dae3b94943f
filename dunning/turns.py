"""What changed since a letter was issued, as sentences with figures and dates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.templatetags.format import day
from dunning.reasons import explain
from dunning.rules.freshness import Turn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunning.rules.freshness import Change


SAID = {
    Turn.REMINDED_AGAIN: gettext_lazy(
        "Invoice %(number)s has been reminded again since: %(later)s."
    ),
    Turn.PART_DISPUTED: gettext_lazy(
        "Invoice %(number)s: %(disputed)s %(currency)s of it are disputed, the letter"
        " claims %(was)s → %(open)s."
    ),
    Turn.LEVEL_SET: gettext_lazy(
        "The level of invoice %(number)s has been set to %(level)s since."
    ),
    Turn.CHARGED_LESS: gettext_lazy(
        "Fees and interest: %(was)s → %(open)s %(currency)s since the letter was"
        " issued."
    ),
    Turn.CREDIT_CAME: gettext_lazy(
        "Credits of %(credit)s %(currency)s have come in and are not allocated."
    ),
}


def sentences(changes: Iterable[Change]) -> str:
    """Every change in a sentence of its own, one after the other."""
    return " ".join(sentence(change) for change in changes)


def sentence(change: Change) -> str:
    """One change, in plain words."""
    figures = {**change.detail, "number": change.number}
    if change.reason is not None:
        why = explain(change.reason, change.detail)
        if not change.number:
            return why
        return _("Invoice %(number)s: %(why)s") % {"number": change.number, "why": why}
    if change.turn in SAID:
        return str(SAID[change.turn]) % figures
    return _settled(change.turn, figures)


def _settled(turn: Turn, figures: dict[str, Any]) -> str:
    on = figures["on"] and day(date.fromisoformat(figures["on"]))
    if turn == Turn.LESS_OPEN:
        words = _("Invoice %(number)s: open %(was)s → %(open)s %(currency)s")
        if on:
            words += " " + _("since %(day)s")
        return words % {**figures, "day": on} + "."
    if not on:
        return _("Nothing is open any more on invoice %(number)s.") % figures
    if figures["by"] == "payment":
        words = _("Invoice %(number)s was paid on %(day)s.")
    elif figures["by"] == "credit_note":
        words = _("Invoice %(number)s was credited on %(day)s.")
    else:
        words = _("Invoice %(number)s was settled on %(day)s.")
    return words % {**figures, "day": on}
