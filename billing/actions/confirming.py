"""Takes what a provider says of payments online, and books what was paid, once.

Whatever comes, and in whatever order: the highest state counts, the booking has the
key of its checkout, and a refund is told to a person, who books it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from payments import PaymentStatus
from payments.core import provider_factory

from billing.actions.allocating import allocate
from billing.actions.holding import hold_clients
from billing.actions.moving import LedgerRefusal, booked_once
from billing.actions.recording import record_credit
from billing.models import Checkout, Credit, Invoice
from billing.rules.checkouts import ONLINE, PAID, UNDECIDED
from billing.rules.money import decimals, money

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from moneyed import Money

    from billing.rules.stripe_events import Said

# So long a report may take before the provider is asked; then how often it is.
PATIENCE = timedelta(minutes=15)
AGAIN = timedelta(hours=1)
# So long after its end a checkout is given up of which nothing was ever heard.
GIVEN_UP = timedelta(days=1)
# So many are asked for in one turn of the clock.
MOST = 20
logger = logging.getLogger(__name__)


def find(said: Said) -> Checkout | None:
    """The checkout that something was said of; none of what others sell."""
    named = Q(token=said.token) if said.token else Q(payment_key=said.payment)
    rows = Checkout.objects.filter(named) if said.token or said.payment else None
    found = rows.first() if rows is not None else None
    if found and said.session and found.transaction_id not in {"", said.session}:
        logger.warning("%s is about another session of %s.", said.session, found)
        return None
    return found


@transaction.atomic
def note(said: Said, now: datetime) -> bool:
    """Write down what was said, and book what was paid; whether it is about ours."""
    checkout = find(said)
    if checkout is None:
        return False
    checkout = held(checkout.pk)
    _note_names(checkout, said)
    _note_returns(checkout, said, now)
    if said.status == PaymentStatus.CONFIRMED and not _as_asked(checkout, said):
        _note_problem(checkout, f"{said.amount} {said.currency}")
    elif said.status:
        _note_status(checkout, said, now)
    settle(checkout, now)
    return True


def held(pk: int) -> Checkout:
    """A checkout with its client, both held until the transaction ends."""
    rows = Checkout.objects.filter(pk=pk)
    # A client that is merged in this very moment takes its checkouts along.
    for _turn in range(3):
        if not hold_clients([rows.values_list("client_id", flat=True).get()]):
            break
    return rows.select_for_update(of=("self",)).get()


@transaction.atomic
def confirm(pk: int, now: datetime) -> Checkout:
    """Book a checkout if it was paid; how it stands."""
    checkout = held(pk)
    settle(checkout, now)
    return checkout


def settle(checkout: Checkout, now: datetime) -> None:
    """Book a checkout that was paid, once; it is held.

    What was paid otherwise in the meantime is not paid twice: the rest stays the
    client's, unallocated, and is listed with other such credits.
    """
    if checkout.status not in PAID or checkout.credit_id:
        return
    parts = {part.invoice_id: part.amount for part in checkout.parts.all()}
    try:
        credit = booked_once(key_of(checkout), lambda: _book(checkout, parts, now))
    except LedgerRefusal as refusal:
        # What was paid stays so: the clock tries again.
        logger.error("Checkout %s is paid and not booked: %s", checkout, refusal)  # noqa: TRY400
        return
    Checkout.objects.filter(pk=checkout.pk, credit=None).update(credit=credit)
    checkout.credit = credit


def key_of(checkout: Checkout) -> str:
    """What its booking is known by: the same checkout is booked once."""
    return f"{ONLINE}{checkout.token}"


def _book(checkout: Checkout, parts: dict[int, Any], now: datetime) -> Credit:
    credit = record_credit(
        checkout.client,
        Credit.Kind.PAYMENT,
        checkout.amount,
        dated_on=timezone.localdate(checkout.paid_at or now),
        reference=(checkout.payment_key or checkout.transaction_id or str(checkout))[
            :140
        ],
        key=key_of(checkout),
    )
    allocate(credit, _shares(checkout, parts))
    return credit


def _shares(checkout: Checkout, parts: dict[int, Any]) -> dict[int, Money]:
    """What goes to each invoice: as was meant, never more than is open still."""
    invoices = Invoice.objects.select_for_update(of=("self",)).filter(
        pk__in=parts, client=checkout.client_id, currency=checkout.currency
    )
    shares = {
        row.pk: min(money(parts[row.pk], row.currency), money(row.open, row.currency))
        for row in invoices.order_by("pk")
    }
    return {pk: share for pk, share in shares.items() if share}


def _note_names(checkout: Checkout, said: Said) -> None:
    """What the provider calls the session and the money, the first time it does."""
    rows = Checkout.objects.filter(pk=checkout.pk)
    if said.session and not checkout.transaction_id:
        rows.update(transaction_id=said.session)
        checkout.transaction_id = said.session
    if said.payment and not checkout.payment_key:
        rows.update(payment_key=said.payment)
        checkout.payment_key = said.payment


def _note_returns(checkout: Checkout, said: Said, now: datetime) -> None:
    """Money that went back, or that the payer contests: for a person to look at."""
    rows = Checkout.objects.filter(pk=checkout.pk)
    if said.refunded:
        back = min(_from_coins(said.refunded, checkout.currency), checkout.amount)
        rows.filter(refunded__lt=back.amount).update(
            refunded=back.amount, dealt_with_at=None
        )
    if said.contested:
        at = said.at or now
        rows.filter(contested_at=None).update(contested_at=at, dealt_with_at=None)


def _note_problem(checkout: Checkout, problem: str) -> None:
    """Another amount was paid than was asked for: not booked, a person decides."""
    rows = Checkout.objects.filter(pk=checkout.pk).exclude(problem=problem)
    rows.update(problem=problem, dealt_with_at=None)
    checkout.change_status(PaymentStatus.ERROR)


def _note_status(checkout: Checkout, said: Said, now: datetime) -> None:
    checkout.change_status(said.status)
    at = min(said.at or now, now)
    if said.status in PAID and checkout.paid_at is None:
        Checkout.objects.filter(pk=checkout.pk, paid_at=None).update(paid_at=at)
        checkout.paid_at = at


def _as_asked(checkout: Checkout, said: Said) -> bool:
    """Whether what was paid is what was asked for, to the cent."""
    if said.currency != checkout.currency:
        return False
    return _from_coins(said.amount, checkout.currency) == checkout.amount


def _from_coins(coins: int, currency: str) -> Money:
    return money(f"{coins}e-{decimals(currency)}", currency)


def ask_providers(now: datetime) -> list[str]:
    """Ask about payments that nothing was heard of, book what was left: the troubles.

    A provider that does not answer is asked again in the next turn.
    """
    problems: list[str] = []
    silent: set[str] = set()
    for checkout in _unheard(now):
        if checkout.variant in silent:
            continue
        try:
            ask(checkout, now)
        except Exception as error:  # whatever a provider's own code stumbles over
            silent.add(checkout.variant)
            problems.append(f"{checkout.variant}: {error}")
        else:
            Checkout.objects.filter(pk=checkout.pk).update(asked_at=now)
    for pk in Checkout.objects.unbooked().values_list("pk", flat=True)[:MOST]:
        confirm(pk, now)
    return problems


def ask(checkout: Checkout, now: datetime) -> None:
    """Ask its provider how a checkout stands, and write that down.

    One of which nothing can be known any more is given up; should it be paid after
    all, it is booked all the same.
    """
    try:
        provider = provider_factory(checkout.variant)
    except ValueError:
        # It was taken out of the settings.
        provider = None
    if checkout.ready and hasattr(provider, "status"):
        provider.status(checkout)
    fresh = confirm(checkout.pk, now)
    if not fresh.ready:
        fresh.change_status(PaymentStatus.ERROR)
    elif fresh.status in {"waiting", "input"} and fresh.until < now - GIVEN_UP:
        fresh.change_status(PaymentStatus.CANCELLED)
    checkout.refresh_from_db()


def _unheard(now: datetime) -> list[Checkout]:
    due = Q(asked_at=None) | Q(asked_at__lt=now - AGAIN)
    rows = Checkout.objects.filter(due, status__in=UNDECIDED)
    return list(
        rows.filter(created__lt=now - PATIENCE).order_by("asked_at", "pk")[:MOST]
    )


def deal_with(checkout: Checkout, person: Any, now: datetime) -> bool:
    """A person has done what there was to do; whether nobody was faster."""
    rows = Checkout.objects.strange().filter(pk=checkout.pk)
    return bool(rows.update(dealt_with_at=now, dealt_with_by=person))
