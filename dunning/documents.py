"""Wording and figures of a reminder letter and of its e-mail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from billing.rules.money import money
from clients.facts import address_block, company
from clients.logos import logo_address
from clients.models import Client
from clients.templatetags.format import long_day
from clients.templatetags.format import money as money_text
from delivery.pdf import render_html
from delivery.rules.names import pdf_name
from dunning.models import Notice, NoticeLine
from dunning.rules.texts import fill_text, text_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from moneyed import Money

    from clients.models import Company
    from dunning.rules.dossier import Level, Text
    from dunning.rules.plan import PlannedLine, PlannedNotice

TEMPLATE = "documents/notice.html"
# So many invoice numbers fit on the line of the reference.
NAMED = 4


class Wording:
    """Fills the texts of many letters; a day is put into words once per language."""

    def __init__(self, company: Company, run_on: date) -> None:
        self.company = company
        self.run_on = run_on
        self._days: dict[tuple[str, date], str] = {}

    def of(self, notice: PlannedNotice, number: str) -> Text:
        """The words of one letter, in its client's language."""
        dossier = notice.dossier
        with translation.override(dossier.language):
            return fill_text(
                text_in(notice.level, dossier.language, self.company.language),
                {
                    "client": dossier.client_name,
                    "number": number,
                    "date": self._day(dossier.language, self.run_on),
                    "deadline": self._day(dossier.language, notice.deadline_on),
                    "total": money_text(notice.total),
                    "count": str(len(notice.lines)),
                },
            )

    def title(self, level: Level, language: str) -> str:
        """What a level is called on a letter in the language."""
        return text_in(level, language, self.company.language).title

    def _day(self, language: str, day: date) -> str:
        if (language, day) not in self._days:
            self._days[language, day] = long_day(day)
        return self._days[language, day]


def notice_values(
    notice: PlannedNotice,
    number: str,
    wording: Wording,
    *,
    address: str,
    email: str,
) -> dict[str, Any]:
    """The columns of one letter, its words and amounts copied for good."""
    text = wording.of(notice, number)
    return {
        "number": number,
        "client_id": notice.dossier.client_id,
        "addressee": notice.dossier.client_id,
        "currency": notice.dossier.currency,
        "language": notice.dossier.language,
        "level": notice.level.position,
        "level_name": notice.level.name,
        "address": address,
        "email": email,
        "title": text.title[:80],
        "opening": text.opening,
        "closing": text.closing,
        "subject": text.subject[:200],
        "body": f"{text.body}\n{wording.company.name}".strip(),
        "run_on": wording.run_on,
        "deadline_on": notice.deadline_on,
        "open": notice.open.amount,
        "credit": notice.credit.amount,
        "fee": notice.fee.amount,
        "interest": notice.interest.amount,
        "total": notice.total.amount,
    }


def line_values(line: PlannedLine, wording: Wording) -> dict[str, Any]:
    """The columns of one invoice on a letter; its level in the client's language."""
    item = line.item
    return {
        "invoice_id": item.invoice_id,
        "cycle": 1,
        "level": line.level.position,
        "level_name": wording.title(line.level, line.dossier.language),
        "run_on": wording.run_on,
        "deadline_on": line.deadline_on,
        "currency": line.dossier.currency,
        "total": item.total.amount,
        "open": item.open.amount,
        "fee": line.fee.amount,
        "interest": line.interest.amount,
        "interest_days": line.interest_days,
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice as it stands in the table of a letter."""

    number: str
    issued_on: date
    due_on: date
    level_name: str
    total: Money
    open: Money
    interest: Money
    interest_days: int

    @property
    def settled(self) -> Money:
        """What was paid or credited before."""
        return self.total - self.open


def notices_html(notices: Sequence[Notice]) -> list[str]:
    """The letters as HTML, from their frozen rows; three queries for all of them."""
    home = company()
    rows: dict[int, list[Row]] = defaultdict(list)
    lines = NoticeLine.objects.filter(notice__in=notices).select_related("invoice")
    for line in lines.order_by("pk"):
        rows[line.notice_id].append(_stored_row(line))
    numbers = dict(
        Client.objects.filter(pk__in={n.client_id for n in notices}).values_list(
            "pk", "number"
        )
    )
    return [
        _html(notice, rows[notice.pk], numbers[notice.client_id], home)
        for notice in notices
    ]


def draft_html(planned: PlannedNotice, run_on: date) -> str:
    """A letter that has not been issued, with "Draft" on every page and no number."""
    home = company()
    owner = Client.objects.get(pk=planned.dossier.client_id)
    wording = Wording(home, run_on)
    address = address_block(owner, home)
    notice = Notice(**notice_values(planned, "", wording, address=address, email=""))
    rows = [_planned_row(line, wording) for line in planned.lines]
    with translation.override(notice.language):
        stamp = _("Draft")
    return _html(notice, rows, owner.number, home, stamp)


def notice_file_name(notice: Notice) -> str:
    """The name under which the PDF is saved: `Rappel R-2026-0001 – Lac SA.pdf`."""
    return pdf_name(f"{notice.title} {notice.number}", company().name)


def notice_facts(notice: Notice) -> tuple[tuple[str, str], ...]:
    """What the e-mail shows at a glance: number, amount and deadline of the letter."""
    with translation.override(notice.language):
        return (
            (_("Number"), notice.number),
            (_("Amount to pay"), money_text(money(notice.total, notice.currency))),
            (_("Payable by"), long_day(notice.deadline_on)),
        )


def _html(
    notice: Notice, rows: list[Row], client_number: str, home: Company, stamp: str = ""
) -> str:
    code = notice.currency
    with translation.override(notice.language):
        context = {
            "company": home,
            "logo": logo_address(home.logo),
            "address": notice.address,
            "date": notice.run_on,
            "number": notice.number,
            "title": notice.title,
            "facts": [(_("Client"), client_number)],
            "stamp": stamp,
            "notice": notice,
            "rows": rows,
            # Every line bears the title's level: saying it once is enough.
            "mixed": any(row.level_name != notice.title for row in rows),
            "open": money(notice.open, code),
            "minus_credit": -money(notice.credit, code) if notice.credit else None,
            "fee": money(notice.fee, code),
            "interest": money(notice.interest, code),
            "total": money(notice.total, code),
            "reference": _reference(rows, notice.number),
        }
    return render_html(TEMPLATE, context, notice.language)


def _stored_row(line: NoticeLine) -> Row:
    return Row(
        line.invoice.number,
        line.invoice.issued_on,
        line.invoice.due_on,
        line.level_name,
        money(line.total, line.currency),
        money(line.open, line.currency),
        money(line.interest, line.currency),
        line.interest_days,
    )


def _planned_row(line: PlannedLine, wording: Wording) -> Row:
    item = line.item
    return Row(
        item.number,
        item.issued_on,
        item.due_on,
        wording.title(line.level, line.dossier.language),
        item.total,
        item.open,
        line.interest,
        line.interest_days,
    )


def _reference(rows: list[Row], number: str) -> str:
    numbers = [row.number for row in rows]
    return " ".join(numbers) if len(numbers) <= NAMED else number
