"""What the movements of an account are called, on paper and in sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.templatetags.format import locale

if TYPE_CHECKING:
    from datetime import date

# Writing an amount off must not read as a waiver: the client reads "adjustment".
LABELS = {
    "invoice": gettext_lazy("Invoice"),
    "credit_note": gettext_lazy("Credit note"),
    "payment": gettext_lazy("Payment"),
    "discount": gettext_lazy("Discount"),
    "write_off": gettext_lazy("Adjustment"),
    "refund": gettext_lazy("Refund"),
    "charge": gettext_lazy("Reminder fees and interest"),
    "merged": gettext_lazy("Taken over from another client account"),
}
REVERSALS = {
    "payment": gettext_lazy("Payment reversed"),
    "credit_note": gettext_lazy("Credit note reversed"),
    "discount": gettext_lazy("Discount reversed"),
    "write_off": gettext_lazy("Adjustment reversed"),
}


def movement_label(kind: str, of: str, *, lowers: bool) -> str:
    """What a movement is called; `of` is what a reversal takes back.

    `lowers` says whether it lowers what the client owes.
    """
    if kind == "reversal":
        return str(REVERSALS.get(of, of))
    if kind == "charge" and lowers:
        return _("Reminder fees and interest taken back")
    return str(LABELS.get(kind, kind))


def month(day: date) -> str:
    """The month of a day with its year, as it heads a sum."""
    return str(format_date(day, "LLLL y", locale=locale()))
