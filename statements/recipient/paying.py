"""How exactly what was ticked is paid by transfer: codes for apps, and what to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from stdnum.ch import esr

from billing.asking import payment_request
from billing.billing_settings import account_for
from billing.paper.epc import epc_code, wants_epc
from billing.paper.slip_drawing import runs
from billing.paper.slips import SlipRefusal, payment_slip, qr_rows, wants_slip
from billing.paying import grouped
from billing.rules.money import plain, total
from statements.references import account_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.utils.safestring import SafeString
    from moneyed import Money

    from billing.composing import Composed
    from billing.online.due import Part
    from clients.models import Client, Company

# So many invoice numbers fit into the text of a transfer.
NAMED = 4
# The cross in the middle of the Swiss code is 7 of its 46 millimetres wide.
CROSS = 7 / 46


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer of an amount: where to, with which reference, and the codes for it.

    `plain_…` is what is copied: without blanks and separators.
    """

    amount: Money
    name: str
    iban: str
    bic: str
    bank: str
    reference: str
    words: str
    swiss_code: SafeString | None
    epc_code: SafeString | None

    @property
    def plain_amount(self) -> str:
        """The amount as banking pages take it."""
        return plain(self.amount)

    @property
    def iban_in_groups(self) -> str:
        """The account as people read it."""
        return grouped(self.iban)

    @property
    def reference_in_groups(self) -> str:
        """The reference as people read it."""
        if self.reference.isdigit():
            return str(esr.format(self.reference))
        return grouped(self.reference)


def transfer_of(
    parts: Sequence[Part],
    references: Sequence[str],
    client: Client,
    home: Company,
    on: date,
) -> Transfer | None:
    """How parts of invoices in one currency are paid; None where there is no account.

    One invoice is paid with its own reference, several with that of the client's
    account: then what comes in is put to the invoices due first.
    """
    amount = total((part.amount for part in parts), parts[0].amount.currency.code)
    account = account_for(amount.currency.code)
    if account is None:
        return None
    request = payment_request(
        client=client,
        home=home,
        account=account,
        total=amount,
        due_on=on,
        language=get_language() or home.language,
        number=account_number(client, on),
        words=_words(parts, client),
        reference=references[0] if len(parts) == 1 else "",
    )
    [asked] = request.invoices
    of_qr_iban = asked.reference.isdigit()
    return Transfer(
        amount=amount,
        name=home.name,
        iban=request.bill.account["qr_iban" if of_qr_iban else "iban"],
        bic=account.bic,
        bank=account.bank,
        reference=asked.reference,
        words=asked.number,
        swiss_code=_swiss_code(request),
        epc_code=_epc_code(request),
    )


def _words(parts: Sequence[Part], client: Client) -> str:
    numbers = [part.number for part in parts]
    return " ".join(numbers) if len(numbers) <= NAMED else client.number


def _swiss_code(request: Composed) -> SafeString | None:
    """The Swiss QR code, where the account takes QR-bills and one can be made."""
    if not wants_slip(request.bill):
        return None
    try:
        slip = payment_slip(request.bill, request.invoices[0], draft=False)
    except SlipRefusal:
        return None
    rows = qr_rows(slip.payload)
    return drawn(rows, _cross(len(rows)))


def _epc_code(request: Composed) -> SafeString | None:
    """The code that banking apps of the euro area read."""
    bill, asked = request.bill, request.invoices[0]
    if not wants_epc(bill) or not 0 < asked.total.amount < 10**9:
        return None
    return drawn([bytes(row) for row in epc_code(bill, asked).matrix])


def drawn(rows: Iterable[bytes], over: str = "") -> SafeString:
    """A code as a drawing in the page: one path, a unit for each module.

    Nothing in it comes from outside but the pattern of black and white.
    """
    lines = list(rows)
    side = len(lines)
    path = "".join(
        f"M{start} {y}.5h{length}"
        for y, row in enumerate(lines)
        for start, length in runs(row)
    )
    return mark_safe(  # noqa: S308
        f'<svg class="code" viewBox="-4 -4 {side + 8} {side + 8}" '
        'role="img" aria-hidden="true">'
        f'<path d="{path}" stroke="#000"/>{over}</svg>'
    )


def _cross(side: int) -> str:
    """The white frame, black field and white cross in the middle."""
    unit = side * CROSS / 7
    boxes = [
        ("#fff", 7.0, 7.0),
        ("#000", 6.0, 6.0),
        ("#fff", 3.889, 1.1667),
        ("#fff", 1.1667, 3.889),
    ]
    return "".join(
        f'<rect x="{side / 2 - width * unit / 2:.2f}" '
        f'y="{side / 2 - height * unit / 2:.2f}" '
        f'width="{width * unit:.2f}" height="{height * unit:.2f}" fill="{colour}"/>'
        for colour, width, height in boxes
    )
