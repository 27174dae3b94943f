"""The paper of reminder letters, of frozen rows or of a plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from billing.asking import payment_request
from billing.billing_settings import account_for
from billing.paying import payment_blocks, payment_slips
from billing.rules.money import money
from clients.facts import address_block, company
from clients.logos import logo_address
from clients.models import Client
from delivery.pdf import Sheet, render_html
from delivery.press.finishing import Extras
from dunning.annex import annex_of, annex_of_plan
from dunning.documents import Wording, notice_values
from dunning.models import Charge, Notice, NoticeLine

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from moneyed import Money

    from billing.composing import Composed
    from billing.models import BankAccount
    from clients.models import Company
    from dunning.annex import AnnexPart
    from dunning.rules.planned import PlannedLine, PlannedNotice

TEMPLATE = "documents/notice.html"
# So many invoice numbers fit beside the reference of a payment.
NAMED = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice as it stands in the table of a letter."""

    number: str
    issued_on: date
    due_on: date
    level_name: str
    total: Money
    open: Money
    disputed: Money
    interest: Money
    interest_days: int
    lump_sum: Money
    # What a payment to this invoice alone bears.
    reference: str = ""

    @property
    def settled(self) -> Money:
        """What was paid or credited before."""
        return self.total - self.open - self.disputed


class Office:
    """What the letters of many clients share: company, accounts, addresses."""

    def __init__(self, clients: Collection[int], currencies: Collection[str]) -> None:
        """Read it with a few queries, however many letters there are."""
        self.home: Company = company()
        self.clients = Client.objects.in_bulk(clients)
        self.accounts: dict[str, BankAccount | None] = {
            code: account_for(code) for code in set(currencies)
        }

    @cached_property
    def logo(self) -> str:
        """The address of the image on every letter."""
        return logo_address(self.home.logo)


def letter_sheets(notices: Sequence[Notice]) -> list[Sheet]:
    """The letters laid out, from their frozen rows; a few queries for all of them."""
    office = Office({n.client_id for n in notices}, {n.currency for n in notices})
    rows: dict[int, list[Row]] = defaultdict(list)
    lines = NoticeLine.objects.filter(notice__in=notices).select_related("invoice")
    for line in lines.order_by("pk"):
        rows[line.notice_id].append(_stored_row(line))
    charged: dict[int, list[Charge]] = defaultdict(list)
    interest = Charge.objects.filter(notice__in=notices, kind=Charge.Kind.INTEREST)
    for charge in interest.select_related("invoice").order_by("pk"):
        charged[charge.notice_id].append(charge)
    return [
        _sheet(notice, rows[notice.pk], annex_of(charged[notice.pk]), office)
        for notice in notices
    ]


def draft_sheets(planned: Sequence[PlannedNotice], run_on: date) -> list[Sheet]:
    """Letters that are not issued, with "Draft" on every page and no number."""
    office = Office(
        {one.dossier.client_id for one in planned},
        {one.dossier.currency for one in planned},
    )
    wording = Wording(office.home, run_on)
    return [_draft(one, wording, office) for one in planned]


def corrected_sheet(notice: Notice, lines: Sequence[NoticeLine]) -> Sheet:
    """A letter that would take the place of another one, not saved and so a draft."""
    office = Office({notice.client_id}, {notice.currency})
    stay = [line.invoice_id for line in lines]
    charged = Charge.objects.filter(
        notice=notice.replaces, kind=Charge.Kind.INTEREST, invoice__in=stay
    )
    annex = annex_of(list(charged.select_related("invoice").order_by("pk")))
    return _sheet(notice, [_stored_row(line) for line in lines], annex, office)


def _draft(planned: PlannedNotice, wording: Wording, office: Office) -> Sheet:
    owner = office.clients[planned.dossier.client_id]
    address = address_block(owner, office.home)
    notice = Notice(**notice_values(planned, "", wording, address=address, email=""))
    rows = [_planned_row(line, wording) for line in planned.lines]
    return _sheet(notice, rows, annex_of_plan(planned.lines), office)


def _sheet(
    notice: Notice, rows: list[Row], annex: list[AnnexPart], office: Office
) -> Sheet:
    with translation.override(notice.language):
        context = {**_context(notice, rows, office), "annex": annex}
    drawings = tuple(part["slip"].drawing for part in context["slips"])
    html = render_html(TEMPLATE, context, notice.language)
    return Sheet(html, Extras(drawings=drawings))


def _context(notice: Notice, rows: list[Row], office: Office) -> dict[str, Any]:
    """What the template prints; the language is the active one."""
    code, home = notice.currency, office.home
    owner = office.clients[notice.client_id]
    draft = not notice.number
    payment = _payment(notice, rows, office)
    slips = payment_slips(payment, draft=draft) if payment else []
    return {
        # A payment part takes the place of the foot; both need room on the sheet.
        "paper": "bill brief" if slips else "brief" if payment else "",
        "company": home,
        "logo": office.logo,
        "address": notice.address,
        "date": notice.run_on,
        "number": notice.number,
        "title": notice.title,
        "facts": [(_("Client"), owner.number)],
        "stamp": _("Draft") if draft else "",
        "notice": notice,
        "rows": rows,
        # Every line bears the title's level: saying it once is enough.
        "mixed": any(row.level_name != notice.title for row in rows),
        "open": money(notice.open, code),
        "minus_credit": -money(notice.credit, code) if notice.credit else None,
        "earlier": money(notice.earlier, code),
        "fee": money(notice.fee, code),
        "interest": money(notice.interest, code),
        "lump_sum": money(notice.lump_sum, code),
        "lump_sums": sum(1 for row in rows if row.lump_sum.amount),
        "total": money(notice.total, code),
        "reference": _words(notice.number, rows),
        "payments": payment_blocks(payment) if payment and not slips else [],
        "slips": [{"slip": slip} for _invoice, slip in slips],
    }


def _payment(notice: Notice, rows: list[Row], office: Office) -> Composed | None:
    """What the letter asks to be paid; None where that is nothing, or nowhere.

    The payment of a single invoice bears its own reference, so that it is booked by
    itself; that of several bears the letter's.
    """
    account = office.accounts[notice.currency]
    total = money(notice.total, notice.currency)
    if account is None or total.amount <= 0:
        return None
    owner = office.clients[notice.client_id]
    if address_block(owner, office.home) != notice.address:
        # It moved since: the payer writes the address in.
        owner = Client(number=owner.number, name=owner.name, country=owner.country)
    return payment_request(
        client=owner,
        home=office.home,
        account=account,
        total=total,
        due_on=notice.deadline_on,
        language=notice.language,
        number=notice.number,
        words=_words(notice.number, rows),
        reference=rows[0].reference if len(rows) == 1 else "",
    )


def _words(number: str, rows: list[Row]) -> str:
    """The invoices, or the letter where they are too many: what a payment names."""
    numbers = [row.number for row in rows]
    return " ".join(numbers) if len(numbers) <= NAMED else number


def _stored_row(line: NoticeLine) -> Row:
    code = line.currency
    return Row(
        line.invoice.number,
        line.invoice.issued_on,
        line.invoice.due_on,
        line.level_name,
        money(line.total, code),
        money(line.open, code),
        money(line.disputed, code),
        money(line.interest, code),
        line.interest_days,
        money(line.lump_sum, code),
        line.invoice.reference,
    )


def _planned_row(line: PlannedLine, wording: Wording) -> Row:
    item = line.item
    return Row(
        item.number,
        item.issued_on,
        item.due_on,
        wording.title(line.level, line.dossier.language),
        item.total,
        item.claimed,
        item.disputed or item.total - item.total,
        line.interest,
        line.interest_days,
        line.lump_sum,
    )
