"""What a reminder letter and its e-mail say, copied for good when it is issued."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from billing.rules.money import money
from clients.facts import company
from clients.templatetags.format import long_day
from clients.templatetags.format import money as money_text
from delivery.rules.names import pdf_name
from dunning.rules.texts import PLACEHOLDERS, fill_text, names_in, text_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from clients.models import Company
    from dunning.models import Notice
    from dunning.rules.dossier import Level, Text
    from dunning.rules.planned import PlannedLine, PlannedNotice


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
            text = text_in(notice.level, dossier.language, self.company.language)
            found = self._values(notice, number)
            return fill_text(text, {name: found[name]() for name in _known_in(text)})

    def _values(
        self, notice: PlannedNotice, number: str
    ) -> dict[str, Callable[[], str]]:
        """What each placeholder stands for, worked out where it is used."""
        dossier = notice.dossier
        language, lines = dossier.language, notice.lines
        return {
            "client": lambda: dossier.client_name,
            "company": lambda: self.company.name,
            "number": lambda: number,
            "date": lambda: self._day(language, self.run_on),
            "deadline": lambda: self._day(language, notice.deadline_on),
            "level": lambda: self.title(notice.level, language),
            "total": lambda: money_text(notice.total),
            "open": lambda: money_text(notice.open),
            "credit": lambda: money_text(notice.credit),
            "fee": lambda: money_text(notice.fee),
            "interest": lambda: money_text(notice.interest),
            "lump_sum": lambda: money_text(notice.lump_sum),
            "earlier": lambda: money_text(notice.earlier),
            "count": lambda: str(len(lines)),
            "invoices": lambda: ", ".join(line.item.number for line in lines),
        }

    def title(self, level: Level, language: str) -> str:
        """What a level is called on a letter in the language."""
        return text_in(level, language, self.company.language).title

    def _day(self, language: str, day: date) -> str:
        if (language, day) not in self._days:
            self._days[language, day] = long_day(day)
        return self._days[language, day]


def _known_in(text: Text) -> list[str]:
    used = names_in(text)
    return [name for name in PLACEHOLDERS if name in used]


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
        "lump_sum": notice.lump_sum.amount,
        "earlier": notice.earlier.amount,
        "total": notice.total.amount,
        "channel": notice.channel,
        "attach_invoices": notice.attach_invoices,
        "part": notice.part,
        "version_id": notice.dossier.version_id,
    }


def line_values(line: PlannedLine, wording: Wording) -> dict[str, Any]:
    """The columns of one invoice on a letter; its level in the client's language."""
    item = line.item
    return {
        "invoice_id": item.invoice_id,
        "cycle": item.cycle,
        "level": line.level.position,
        "level_name": wording.title(line.level, line.dossier.language),
        "run_on": wording.run_on,
        "deadline_on": line.deadline_on,
        "currency": line.dossier.currency,
        "total": item.total.amount,
        "open": item.claimed.amount,
        "fee": line.fee.amount,
        "interest": line.interest.amount,
        "interest_days": line.interest_days,
        "lump_sum": line.lump_sum.amount,
        "disputed": item.disputed.amount if item.disputed else Decimal(0),
    }


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
