"""Reads which invoices stand behind the payment references of letters.

And of statements, so that bank files ask in one place.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from billing.rules.references import number_of
from clients.bulk import batches
from dunning.models import NoticeLine
from statements import references as statements

if TYPE_CHECKING:
    from collections.abc import Collection


def invoices_of(references: Collection[str]) -> dict[str, list[int]]:
    """The invoices of each letter or statement that a reference was made for.

    References of other papers are not in it. Of a statement they are those still open.

    Also of letters that were withdrawn: what is paid is paid.
    """
    numbers = {number_of(reference): reference for reference in references}
    numbers.pop("", None)
    found: dict[str, list[int]] = defaultdict(list)
    for some in batches(numbers):
        lines = NoticeLine.objects.filter(notice__number__in=some).order_by("pk")
        for number, invoice in lines.values_list("notice__number", "invoice"):
            found[numbers[number]].append(invoice)
    return statements.invoices_of(references) | found
