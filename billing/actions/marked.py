"""Ends "Non payé" by itself when nothing of an invoice is open any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from billing.models import InvoiceMark

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


def end_settled(invoices: Collection[int], on: date, person: object = None) -> None:
    """Take the mark off those of the invoices (ids) that are settled now (domain §7).

    A part payment leaves it. A loss is not a settlement: do not ask for it then.
    """
    InvoiceMark.objects.filter(
        kind=InvoiceMark.Kind.UNCOLLECTIBLE,
        ended_on=None,
        invoice__in=invoices,
        invoice__open=0,
    ).update(
        ended_on=Greatest("since", Value(on)),
        ended_by=person,
        end_reason=_("Nothing is open any more."),
    )
