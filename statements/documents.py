"""The paper and the e-mail of a statement: the same for preview and for real."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.rules.money import money, zero
from clients.facts import address_block, company
from clients.logos import logo_address
from clients.templatetags.format import day
from clients.templatetags.format import money as written
from delivery.pdf import render_html
from delivery.rules.names import pdf_name
from statements.rules.figures import SUMS, statement_figures
from statements.rules.statement import OPEN_ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moneyed import Money

    from clients.models import Client
    from statements.rules.statement import Line, Section, StatementOfAccount

TEMPLATE = "documents/statement.html"
# Writing an amount off must not read as a waiver: the client reads "adjustment".
LABELS = {
    "invoice": gettext_lazy("Invoice"),
    "credit_note": gettext_lazy("Credit note"),
    "payment": gettext_lazy("Payment"),
    "discount": gettext_lazy("Discount"),
    "write_off": gettext_lazy("Adjustment"),
    "refund": gettext_lazy("Refund"),
    "charge": gettext_lazy("Reminder fees and interest"),
}
REVERSALS = {
    "payment": gettext_lazy("Payment reversed"),
    "credit_note": gettext_lazy("Credit note reversed"),
    "discount": gettext_lazy("Discount reversed"),
    "write_off": gettext_lazy("Adjustment reversed"),
}
# So many invoice numbers fit on the line of the reference.
NAMED = 4


def statement_html(
    client: Client, statement: StatementOfAccount, language: str, issued_on: date
) -> str:
    """The statement as HTML, from which its PDF is made.

    It bears no number: that is given when it is issued, and what was previewed
    must be, byte for byte, what is sent (A16).
    """
    home = company()
    with translation.override(language):
        context = _paper(client, statement) | {
            "company": home,
            "logo": logo_address(home.logo),
            "address": address_block(client, home),
            "date": issued_on,
            "statement": statement,
        }
    return render_html(TEMPLATE, context, language)


def statement_file_name(client: Client, start: date, end: date, language: str) -> str:
    """The name under which the PDF is saved: client, period, and who writes."""
    with translation.override(language):
        title = _("Statement of account")
    return pdf_name(f"{title} {client.number} {start} {end}", company().name)


def statement_mail(
    client: Client, statement: StatementOfAccount, language: str
) -> tuple[str, str]:
    """Subject and text of the e-mail, in the client's language; both are editable."""
    return figures_mail(statement_figures(client.number, statement), language)


def figures_mail(figures: Mapping[str, Any], language: str) -> tuple[str, str]:
    """The e-mail of a statement from its kept figures: sent again, it says the same."""
    home = company()
    start, end = (date.fromisoformat(figures[name]) for name in ("from", "to"))
    with translation.override(language):
        subject = _("Statement of account at %(day)s – %(company)s") % {
            "day": day(end),
            "company": home.name,
        }
        if figures["kind"] == OPEN_ITEMS:
            opening = _("Please find attached your open invoices at %(end)s.") % {
                "end": day(end)
            }
        else:
            opening = _(
                "Please find attached your statement of account "
                "from %(start)s to %(end)s."
            ) % {"start": day(start), "end": day(end)}
        closing = "\n".join(
            _closing_words(money(section["closing"], section["currency"]))
            for section in figures["sections"]
        )
        paragraphs = [_("Dear customer,"), opening, closing]
        text = "\n\n".join([*paragraphs, _("Kind regards") + "\n" + home.name])
    return " ".join(subject.split())[:200], text


def summary(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The kept sums of each currency, as money again; older ones have fewer."""
    return [
        {"currency": section["currency"]}
        | {name: money(section.get(name, 0), section["currency"]) for name in SUMS}
        for section in figures["sections"]
    ]


def _closing_words(closing: Money) -> str:
    if closing.amount < 0:
        return _("Balance in your favour: %(amount)s") % {"amount": written(-closing)}
    return _("Balance due: %(amount)s") % {"amount": written(closing)}


def _paper(client: Client, statement: StatementOfAccount) -> dict[str, Any]:
    open_items = statement.kind == OPEN_ITEMS
    due = [section for section in statement.sections if section.closing.amount > 0]
    return {
        "title": _("Open invoices") if open_items else _("Statement of account"),
        "number": "",
        "facts": [
            (_("Client"), client.number),
            (_("As at"), day(statement.end))
            if open_items
            else (_("Period"), f"{day(statement.start)} – {day(statement.end)}"),
        ],
        # Movements would name paid invoices where only unpaid ones are wanted.
        "with_lines": not (open_items or statement.unpaid_only),
        "sections": [_section(section, statement) for section in statement.sections],
        "to_pay": bool(due),
        "pay_amount": due[0].closing if len(due) == 1 else None,
        "reference": _reference(client, due),
    }


def _section(section: Section, statement: StatementOfAccount) -> dict[str, Any]:
    nothing = zero(section.currency)
    return {
        "section": section,
        "items_title": _items_title(statement),
        "nothing": _nothing(statement),
        "rows": [
            {
                "line": line,
                "label": _label(line),
                # Fees and interest by the letter that charged them.
                "number": line.text if line.kind == "charge" else line.number,
                "debit": line.amount if line.amount > nothing else None,
                "credit": -line.amount if line.amount < nothing else None,
            }
            for line in section.lines
        ],
        "minus_unallocated": -section.unallocated if section.unallocated else None,
        "in_favour": -section.closing if section.closing < nothing else None,
        "buckets": section.ageing.buckets.values(),
    }


def _label(line: Line) -> str:
    if line.kind == "reversal":
        return str(REVERSALS[line.of])
    if line.kind == "charge" and line.amount.amount < 0:
        return _("Reminder fees and interest taken back")
    return str(LABELS[line.kind])


def _items_title(statement: StatementOfAccount) -> str:
    if statement.kind == OPEN_ITEMS:
        return _("Invoices open at %(day)s") % {"day": day(statement.end)}
    if statement.unpaid_only:
        return _("Unpaid invoices of the period")
    return _("Invoices of the period, and older ones still open")


def _nothing(statement: StatementOfAccount) -> str:
    if statement.kind == OPEN_ITEMS:
        return _("No invoice is open.")
    if statement.unpaid_only:
        return _("No invoice of the period is unpaid.")
    return _("No invoice falls in the period, and none is open.")


def _reference(client: Client, due: list[Section]) -> str:
    numbers = [item.number for section in due for item in section.items if item.open]
    return " ".join(numbers) if 0 < len(numbers) <= NAMED else client.number
