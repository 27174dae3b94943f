"""The sentences of an import in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.rules.refusals import RowError, Unreadable

FIELD_NAMES = {
    "number": _("Invoice number"),
    "client": _("Client number"),
    "client_name": _("Client name"),
    "email": _("E-mail"),
    "language": _("Language"),
    "issued_on": _("Invoice date"),
    "due_on": _("Due date"),
    "total": _("Total"),
    "currency": _("Currency"),
    "paid_on": _("Paid on"),
    "paid": _("Paid"),
    "disputed": _("Disputed"),
}


def sentence(message: str, details: Mapping[str, str] | None = None) -> str:
    """A message of the rules, translated, with its details."""
    return gettext(message) % (details or {})


def reason(refusal: RowError | Unreadable) -> str:
    """Why a row or a file is refused."""
    return sentence(refusal.message, refusal.details)
