"""Begins payments online: one at a time for an invoice, however many windows are open.

Amounts are computed here, from the ledger; the page only says what was ticked. The
provider is spoken to outside of every transaction.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from payments import PaymentError, PaymentStatus, RedirectNeeded
from payments.core import provider_factory

from billing.actions.confirming import ask, confirm
from billing.actions.holding import hold_client
from billing.actions.moving import LedgerRefusal
from billing.models import Checkout, CheckoutPart
from billing.online import chosen, is_online
from billing.online.due import parts_of, underway
from billing.rules.checkouts import PAID, SENT, UNDECIDED
from billing.rules.money import money, total

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from django import forms
    from moneyed import Money

    from clients.models import Client
    from delivery.models import Document

# So long somebody may take to pay; and so long the provider to answer at all.
OPEN_FOR = timedelta(hours=1)
PREPARED_IN = timedelta(minutes=1)
# What ends sooner is not gone on with.
TOO_SHORT = timedelta(minutes=5)
logger = logging.getLogger(__name__)


class CheckoutRefusal(Exception):
    """A payment that cannot be begun now; its text says why, to the payer."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a checkout's pages are: the provider's own form, and how it ended."""

    form: Callable[[Checkout], str]
    done: Callable[[Checkout], str]


@dataclass(frozen=True, slots=True)
class Started:
    """A checkout, and where the payer goes on."""

    checkout: Checkout
    address: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A form of the provider to fill in; or, without one, where the payer goes on."""

    form: forms.Form | None
    address: str = ""


def start_checkout(
    document: Document,
    client: Client,
    ticked: Collection[int],
    currency: str,
    *,
    pages: Pages,
) -> Started:
    """Begin to pay what is ticked, or go on with what was begun just so.

    Another payment of the same invoices that was begun is closed at the provider
    first. Raises CheckoutRefusal: paid already, being confirmed, no answer.
    """
    now = timezone.now()
    if not is_online(currency):
        raise CheckoutRefusal(_("Paying online is not possible at the moment."))
    if underway(ticked):
        _refuse_sent()
    wanted = _amounts(client.pk, ticked, currency)
    for earlier in _in_the_way(wanted):
        if _can_go_on(earlier, document, wanted, now):
            return Started(earlier, earlier.address or pages.form(earlier))
        _give_up(earlier, now)
    return _send_off(_begin(document, client, ticked, currency, now), pages)


def provider_form(checkout: Checkout, *, pages: Pages) -> Asked:
    """The provider's form, where it has one on our pages; looking changes nothing."""
    return _asked(checkout, None, pages)


def submit_form(checkout: Checkout, data: Any, *, pages: Pages) -> Asked:
    """Hand a filled-in form to the provider, and book what it says was paid."""
    asked = _asked(checkout, data, pages)
    confirm(checkout.pk, timezone.now())
    return asked


def _asked(checkout: Checkout, data: Any, pages: Pages) -> Asked:
    if checkout.status not in {PaymentStatus.WAITING, PaymentStatus.INPUT}:
        return Asked(None, pages.done(checkout))
    if checkout.address:
        return Asked(None, checkout.address)
    _know_pages(checkout, pages)
    try:
        return Asked(checkout.get_form(data))
    except RedirectNeeded as there:
        return Asked(None, str(there))
    except PaymentError as error:
        _fail(checkout, error)


def _amounts(client: int, ticked: Collection[int], currency: str) -> dict[int, Money]:
    found = {part.invoice: part.amount for part in parts_of(client, ticked, currency)}
    if not found:
        raise CheckoutRefusal(_("Nothing of this is to be paid any more."))
    return found


def _in_the_way(wanted: Mapping[int, Money]) -> list[Checkout]:
    """Payments of these invoices that were begun, and not decided."""
    rows = Checkout.objects.filter(parts__invoice__in=wanted, parts__standing=True)
    return list(rows.distinct().order_by("pk"))


def _can_go_on(
    earlier: Checkout, document: Document, wanted: Mapping[int, Money], now: datetime
) -> bool:
    """Whether the same was begun on the same page, and there is time left."""
    if not earlier.ready or earlier.until < now + TOO_SHORT:
        return False
    here = (earlier.document_id, earlier.variant) == (document.pk, chosen())
    return here and wanted == {
        part.invoice_id: money(part.amount, earlier.currency)
        for part in earlier.parts.all()
    }


def _give_up(earlier: Checkout, now: datetime) -> None:
    """Close a payment at its provider, so that nobody can go on with it there."""
    if earlier.ready and earlier.status != SENT:
        _close(earlier, now)
    elif earlier.created <= now - PREPARED_IN and not earlier.ready:
        earlier.change_status(PaymentStatus.ERROR)
    if earlier.status in PAID:
        raise CheckoutRefusal(_("This has just been paid."))
    if earlier.status == SENT:
        _refuse_sent()
    if earlier.status in UNDECIDED:
        raise CheckoutRefusal(
            _(
                "A payment of these invoices was begun in another window: finish it "
                "there, or try again after %(time)s."
            )
            % {"time": f"{timezone.localtime(earlier.until):%H:%M}"}
        )


def _close(earlier: Checkout, now: datetime) -> None:
    """Close it, or learn how it stands: it may be over, and the report underway."""
    try:
        provider_factory(earlier.variant).cancel(earlier)
    except Exception as error:  # whatever a provider's own code stumbles over
        logger.warning("Checkout %s is not closed: %r", earlier, error)
        _ask_instead(earlier, now)
    else:
        earlier.change_status(PaymentStatus.CANCELLED)


def _ask_instead(earlier: Checkout, now: datetime) -> None:
    """How it stands at the provider, if that says so."""
    try:
        ask(earlier, now)
    except Exception as error:  # as above
        logger.warning("Checkout %s: no answer: %r", earlier, error)


def _refuse_sent() -> NoReturn:
    raise CheckoutRefusal(
        _("A payment of these invoices is being confirmed; this can take days.")
    )


def _begin(
    document: Document,
    client: Client,
    ticked: Collection[int],
    currency: str,
    now: datetime,
) -> Checkout:
    """Write down what is to be paid, as the ledger says it in this moment."""
    try:
        with transaction.atomic():
            hold_client(client.pk)
            amounts = _amounts(client.pk, ticked, currency)
            checkout: Checkout = Checkout.objects.create(
                variant=chosen(),
                client=client,
                document=document,
                currency=currency,
                total=total(amounts.values(), currency).amount,
                until=now + OPEN_FOR,
            )
            CheckoutPart.objects.bulk_create(
                CheckoutPart(checkout=checkout, invoice_id=pk, amount=amount.amount)
                for pk, amount in amounts.items()
            )
    except IntegrityError as error:
        raise CheckoutRefusal(
            _("Somebody is beginning to pay one of these invoices; try again.")
        ) from error
    except LedgerRefusal as refusal:
        raise CheckoutRefusal(str(refusal)) from refusal
    return checkout


def _send_off(checkout: Checkout, pages: Pages) -> Started:
    """Tell the provider, and learn where the payer goes on."""
    _know_pages(checkout, pages)
    address = ""
    try:
        checkout.get_form()
    except RedirectNeeded as there:
        address = str(there)
    except Exception as error:  # whatever a provider's own code stumbles over
        _fail(checkout, error)
    Checkout.objects.filter(pk=checkout.pk).update(ready=True, address=address)
    checkout.ready, checkout.address = True, address
    return Started(checkout, address or pages.form(checkout))


def _know_pages(checkout: Checkout, pages: Pages) -> None:
    checkout.form_address, checkout.done_address = pages.form, pages.done


def _fail(checkout: Checkout, error: Exception) -> NoReturn:
    logger.warning("Checkout %s failed: %r", checkout, error)
    checkout.change_status(PaymentStatus.ERROR, str(error))
    raise CheckoutRefusal(
        _("The payment provider does not answer. Nothing was paid; try again later.")
    ) from error
