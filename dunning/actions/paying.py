"""Pays fees and interest with what is left of payments, and hears of releases.

The other half is `billing.actions.charges`, which uses the credit up and gives it
back; `settings.CHARGE_OWNER` names this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.charges import use_for_charges
from billing.actions.holding import hold_client_of
from billing.actions.moving import LedgerRefusal, check_amount, check_left
from billing.models import CounterEntry
from billing.rules.money import money, total
from clients.bulk import batches
from clients.templatetags.format import day
from dunning.actions.charge_events import Change, ChargeRefusal, record
from dunning.facts.charges import withdrawn_of
from dunning.models import Charge, ChargeEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from moneyed import Money

    from billing.models import Credit

What = ChargeEvent.Kind


def pay_charges(
    credit: Credit,
    parts: Mapping[int, Money],
    on: date,
    person: Any,
    key: str | None,
) -> CounterEntry:
    """Put what is left of a credit to charges (by key), all of them or none.

    With a key that is known already gives what was booked with it. Raises
    LedgerRefusal where the credit or a charge has less left, where client or currency
    differ, or where one of them was not there on the day.
    """
    try:
        with transaction.atomic():
            return _pay(credit, parts, on, person, key)
    except (IntegrityError, LedgerRefusal):
        first = CounterEntry.objects.filter(key=key).first() if key else None
        if first is None:
            raise
        return first


def released(days: Mapping[int, date], person: Any) -> None:
    """What these entries (by key, with the day) had paid is owed again.

    Of a letter that was withdrawn meanwhile nothing is owed: that is withdrawn, too.
    """
    for some in batches(sorted(days)):
        paid = ChargeEvent.objects.filter(
            kind=What.PAID, entry__in=some, taken_back_by=None
        )
        rows = list(
            paid.order_by("pk").values_list(
                "pk", "charge_id", "currency", "amount", "charge__open", "entry_id"
            )
        )
        record(
            [
                Change(
                    charge,
                    What.RESTORED,
                    money(left, code),
                    -money(amount, code),
                    takes_back=pk,
                    on=days[entry or 0],
                )
                for pk, charge, code, amount, left, entry in rows
            ],
            max(days.values()),
            person,
        )
        if rows:
            _withdraw_again({row[1]: days[row[5] or 0] for row in rows}, person)


def _pay(
    credit: Credit,
    parts: Mapping[int, Money],
    on: date,
    person: Any,
    key: str | None,
) -> CounterEntry:
    hold_client_of(credit)
    rows = Charge.objects.select_for_update(of=("self",)).select_related("notice")
    charges = list(rows.filter(pk__in=parts).order_by("pk"))
    if not charges or len(charges) != len(parts):
        raise ChargeRefusal(_("Choose what is to be paid."))
    credit.refresh_from_db()
    for charge in charges:
        _check(charge, credit, parts[charge.pk], on)
    entry = use_for_charges(
        credit,
        total(parts.values(), credit.currency),
        on,
        letters_of(charges),
        person,
        key,
    )
    record(
        [
            Change(
                charge.pk,
                What.PAID,
                money(charge.open, charge.currency),
                parts[charge.pk],
                entry=entry.pk,
            )
            for charge in charges
        ],
        on,
        person,
    )
    return entry


def _check(charge: Charge, credit: Credit, amount: Money, on: date) -> None:
    if (charge.client_id, charge.currency) != (credit.client_id, credit.currency):
        raise ChargeRefusal(
            _("%(letter)s is of another client or currency than %(credit)s.")
            % {"letter": charge.notice.number, "credit": credit.number}
        )
    check_amount(amount)
    check_left(charge.notice.number, money(charge.open, charge.currency), amount)
    if on < charge.dated_on:
        raise ChargeRefusal(
            _("%(letter)s can be paid from %(day)s on, not earlier.")
            % {"letter": charge.notice.number, "day": day(charge.dated_on)}
        )


def letters_of(charges: Iterable[Charge]) -> str:
    """The numbers of the letters, each once: what a statement calls the payment."""
    return ", ".join(dict.fromkeys(charge.notice.number for charge in charges))


def _withdraw_again(days: Mapping[int, date], person: Any) -> None:
    rows = Charge.objects.filter(pk__in=withdrawn_of(days), open__gt=0).order_by("pk")
    opened = [
        (pk, money(left, code))
        for pk, code, left in rows.values_list("pk", "currency", "open")
    ]
    record(
        [Change(pk, What.WITHDRAWN, left, left, on=days[pk]) for pk, left in opened],
        max(days.values()),
        person,
    )
