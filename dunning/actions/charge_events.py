"""Records what becomes of charges: the one place that changes what is open of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.actions.moving import LedgerRefusal
from clients.bulk import change_rows, insert_rows
from dunning.models import Charge, ChargeEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from moneyed import Money

FIELDS = (
    "charge_id",
    "kind",
    "currency",
    "amount",
    "happened_on",
    "reason",
    "entry_id",
    "notice_id",
    "takes_back_id",
    "person_id",
    "at",
)


class ChargeRefusal(LedgerRefusal):
    """What cannot be done with a charge; the text says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a charge of which `opened` was open; keys of what explains it.

    On the day of the others, unless it has an own one.
    """

    charge: int
    kind: str
    opened: Money
    amount: Money
    reason: str = ""
    entry: int | None = None
    notice: int | None = None
    takes_back: int | None = None
    on: date | None = None


def record(changes: Iterable[Change], on: date, person: Any) -> None:
    """Write events, and what they leave open; two statements however many there are.

    Raises ChargeRefusal where what was open is not open any more. In the transaction
    of whoever calls.
    """
    found = list(changes)
    now, who = timezone.now(), person and person.pk
    insert_rows(
        ChargeEvent,
        FIELDS,
        (
            (
                row.charge,
                row.kind,
                row.amount.currency.code,
                row.amount.amount,
                row.on or on,
                row.reason[:300],
                row.entry,
                row.notice,
                row.takes_back,
                who,
                now,
            )
            for row in found
        ),
    )
    before = {row.charge: row.opened for row in found}
    after = dict(before)
    for row in found:
        after[row.charge] -= row.amount
    moved = change_rows(
        Charge,
        "open",
        ((pk, was.amount, after[pk].amount) for pk, was in before.items()),
    )
    if moved < len(before):
        raise ChargeRefusal(_("Somebody else booked at the same moment; try again."))
