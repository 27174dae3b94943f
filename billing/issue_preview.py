"""What the press of the button would issue, and what somebody should know before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billing.composing import compose
from billing.corrected import parts_of, whole_of
from billing.drafts import rates_for
from billing.issuable import problems_of
from billing.models import Bill, BillKind, exact_sum
from billing.numbers import borne_already, next_number, series_of, too_early
from billing.paper.facturx import facturx_problem
from billing.paper.slips import payment_problem
from billing.rules.money import from_units, money, total
from clients.facts import recipient
from clients.models import Purpose
from clients.templatetags.format import money as money_text

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from billing.composing import Composed
    from billing.models import Draft, Invoice
    from clients.facts import Recipient


@dataclass(frozen=True, slots=True)
class IssuePreview:
    """A draft as it would be issued now; `content` is None where it cannot be read.

    `parts` is what a credit note settles, `rest` what it leaves to the client.
    """

    number: str
    recipient: Recipient
    content: Composed | None
    parts: list[tuple[Invoice, Money]]
    rest: Money | None
    problems: list[str]
    warnings: list[str]


def preview_issue(draft: Draft, today: date) -> IssuePreview:
    """The same that issuing does, without doing it."""
    on = draft.issued_on or today
    series = series_of(draft.kind)
    number = next_number(series, on.year)
    problems = problems_of(draft, today)
    problems += filter(None, [too_early(series, on)])
    mailbox = recipient(draft.client, Purpose.INVOICE)
    lines = draft.lines.all()
    if not lines or not {line.vat_code for line in lines} <= rates_for(draft).keys():
        return IssuePreview(number, mailbox, None, [], None, problems, [])
    content = compose(draft, today, number)
    numbers = [number, *(invoice.number for invoice in content.invoices)]
    problems += borne_already(series, numbers)
    whole = content.bill.total
    is_credit = draft.kind == BillKind.CREDIT_NOTE
    parts = parts_of(whole_of(draft.corrects), whole) if draft.corrects else []
    used = total((part for _row, part in parts), draft.currency)
    return IssuePreview(
        number,
        mailbox,
        content,
        parts,
        whole - used if is_credit else None,
        problems,
        [] if problems else _warnings(draft, content, mailbox),
    )


def _warnings(draft: Draft, content: Composed, mailbox: Recipient) -> list[str]:
    """What does not hinder the issue, but may be a mistake."""
    client = draft.client
    warnings = _issued_before(draft)
    if not mailbox.email:
        warnings.append(_("The client has no e-mail address for invoices."))
    if not (client.city and client.postcode):
        warnings.append(_("The client's postal address is not complete."))
    if draft.kind == BillKind.INVOICE:
        warnings += [payment_problem(content), *_over_limit(draft, content.bill.total)]
    return [text for text in [*warnings, facturx_problem(content)] if text]


def _issued_before(draft: Draft) -> list[str]:
    if not draft.order_reference:
        return []
    numbers = Bill.objects.filter(
        client=draft.client_id, kind=draft.kind, order_reference=draft.order_reference
    ).order_by("-pk")[:3]
    text = _("%(number)s bears the same reference of the client, %(reference)s.")
    return [
        text % {"number": bill.number, "reference": draft.order_reference}
        for bill in numbers
    ]


def _over_limit(draft: Draft, whole: Money) -> list[str]:
    client = draft.client
    if client.credit_limit is None or client.currency != draft.currency:
        return []
    limit = money(client.credit_limit, client.currency)
    rows = client.invoices.filter(currency=client.currency, open__gt=0)
    units = rows.aggregate(units=exact_sum("open"))["units"]
    owed = from_units(units, client.currency) + whole
    if owed <= limit:
        return []
    return [
        _("With it the client owes %(owed)s; its credit limit is %(limit)s.")
        % {"owed": money_text(owed), "limit": money_text(limit)}
    ]
