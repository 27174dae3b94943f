"""Waives fees and interest, and takes that back: each with its person and its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client
from billing.rules.money import money, plain, round_money
from dunning.actions.charge_events import Change, ChargeRefusal, record
from dunning.facts.charges import withdrawn_of
from dunning.models import Charge, ChargeEvent

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

What = ChargeEvent.Kind


def waive_charge(
    charge: Charge, amount: Money, reason: str, person: Any, on: date
) -> None:
    """Give a part of a charge up, for a reason.

    What was open of it when it was read must be open still: so what is sent twice is
    waived once. Raises ChargeRefusal.
    """
    opened = money(charge.open, charge.currency)
    if not reason.strip():
        raise ChargeRefusal(_("Say why it is waived."))
    if amount.amount <= 0 or round_money(amount) != amount or amount > opened:
        raise ChargeRefusal(
            _("More than nothing, and at most %(left)s.")
            % {"left": f"{plain(opened)} {charge.currency}"}
        )
    with transaction.atomic():
        hold_client(charge.client_id)
        record([Change(charge.pk, What.WAIVED, opened, amount, reason)], on, person)


def take_waiver_back(event: ChargeEvent, person: Any, on: date) -> None:
    """Claim again what was waived; once, and not of a letter that was withdrawn."""
    amount = money(event.amount, event.currency)
    try:
        with transaction.atomic():
            hold_client(event.charge.client_id)
            charge = Charge.objects.get(pk=event.charge_id)
            if event.kind != What.WAIVED or charge.pk in withdrawn_of([charge.pk]):
                raise ChargeRefusal(_("The reminder was withdrawn: nothing is owed."))
            record(
                [
                    Change(
                        charge.pk,
                        What.RESTORED,
                        money(charge.open, charge.currency),
                        -amount,
                        takes_back=event.pk,
                    )
                ],
                on,
                person,
            )
    except IntegrityError as error:
        raise ChargeRefusal(_("This has been taken back already.")) from error
