"""How what a statement asks for is paid: a payment part or a code for each currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from billing.asking import payment_request
from billing.billing_settings import account_for
from billing.paying import payment_blocks, payment_slips
from statements.references import account_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.composing import Composed
    from billing.rules.items import OpenItem
    from clients.models import Client, Company
    from statements.rules.statement import Section, StatementOfAccount

# So many invoices are named beside a reference, and so long may their numbers be.
NAMED, LONGEST = 4, 100


def ways_to_pay(
    client: Client, home: Company, statement: StatementOfAccount, language: str
) -> dict[str, Any]:
    """The payment parts and payment blocks of a statement, as its template takes them.

    What is disputed is not asked for, and nothing where the balance is in the client's
    favour.
    """
    slips: list[dict[str, Any]] = []
    blocks: list[dict[str, str]] = []
    asked = _requests(client, home, statement, language)
    for request in asked:
        found = [slip for _invoice, slip in payment_slips(request, draft=False)]
        if not found:
            blocks += payment_blocks(request)
        for slip in found:
            heading = _("Account in %(currency)s") % {"currency": request.bill.currency}
            several = len(asked) > 1
            slips.append(
                {
                    "slip": slip,
                    "first": not slips,
                    "heading": heading if several else "",
                }
            )
    return {"slips": slips, "payments": blocks}


def _requests(
    client: Client, home: Company, statement: StatementOfAccount, language: str
) -> list[Composed]:
    number = account_number(client, statement.end)
    return [
        payment_request(
            client=client,
            home=home,
            account=account,
            total=section.payable,
            due_on=None,
            language=language,
            number=number,
            words=payment_words(section.items, client),
            reference=_own_reference(section),
        )
        for section in statement.sections
        if section.payable.amount > 0 and (account := account_for(section.currency))
    ]


def payment_words(items: Sequence[OpenItem], client: Client) -> str:
    """What a payment names: the open invoices, or the client where they are many."""
    numbers = [item.number for item in items if item.open]
    words = " ".join(numbers)
    if 0 < len(numbers) <= NAMED and len(words) <= LONGEST:
        return words
    return client.number


def _own_reference(section: Section) -> str:
    """That of the one invoice that is paid, so that it is booked by itself."""
    opened = [item for item in section.items if item.open]
    if len(opened) == 1 and opened[0].open == section.payable:
        return opened[0].reference
    return ""
