"""The paper of a bill, and what its e-mail says: the same for preview and for real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.bill_figures import line_rows, total_rows
from billing.models import BillKind
from billing.paper.small_print import small_print
from billing.paying import (
    grouped,
    instalment_plan,
    part_heading,
    payment_blocks,
    payment_slips,
)
from billing.rules.money import money, round_money
from clients.logos import logo_address
from clients.templatetags.format import day, long_day
from clients.templatetags.format import money as written
from delivery.pdf import render_html
from delivery.rules.names import pdf_name

if TYPE_CHECKING:
    from decimal import Decimal

    from moneyed import Money

    from billing.composing import Composed
    from billing.models import Bill

TEMPLATE = "documents/bill.html"
# A longer reference of the client does not fit beside the address.
SHORT = 18
# The window of the address, in lines and letters of the usual size.
ADDRESS_LINES, ADDRESS_WIDTH = 6, 36
EUROPEAN = {"FR", "DE", "AT"}


@dataclass(frozen=True, slots=True)
class Paper:
    """What a PDF is made of: its HTML, and what is drawn under its last pages."""

    html: str
    drawings: tuple[bytes, ...]


def bill_paper(content: Composed, *, draft: bool) -> Paper:
    """The bill in its own language; a draft says so, and can not be paid."""
    language = content.bill.language
    with translation.override(language):
        context = bill_context(content, draft=draft)
    drawings = tuple(part["slip"].drawing for part in context["slips"])
    return Paper(render_html(TEMPLATE, context, language), drawings)


def bill_context(content: Composed, *, draft: bool) -> dict[str, Any]:
    """What the template prints; the language is the active one."""
    bill = content.bill
    slips = payment_slips(content, draft=draft)
    return {
        "paper": "bill",
        "bill": bill,
        "company": _issuer(bill),
        "address": bill.buyer["address"],
        "crowded": _is_crowded(bill.buyer["address"]),
        "logo": logo_address(bill.logo),
        "date": bill.issued_on,
        "number": bill.number,
        "title": bill_title(bill),
        "stamp": _("Draft") if draft else "",
        "facts": _facts(content),
        "intro": _intro(bill),
        **line_rows(content),
        "totals": total_rows(content),
        "instalments": instalment_plan(content),
        "closing": _closing(content),
        "small_print": small_print(content),
        "payments": [] if slips else payment_blocks(content),
        "slips": [
            {
                "slip": slip,
                "first": place == 0,
                "heading": part_heading(content, invoice),
            }
            for place, (invoice, slip) in enumerate(slips)
        ],
    }


def bill_title(bill: Bill) -> str:
    """What the paper is called, in the active language.

    A German credit note is no "Gutschrift": there that word means that the buyer
    writes the invoice. A French one is an "avoir", a Swiss one a "note de crédit".
    """
    if bill.kind == BillKind.INVOICE:
        return _("Invoice")
    if bill.issuer.get("country") in EUROPEAN:
        return pgettext("paper of a French or German company", "Credit note")
    return pgettext("paper of a Swiss company", "Credit note")


def bill_file_name(bill: Bill) -> str:
    """The name under which the PDF is saved: `Facture F-2026-0001 – Lac SA.pdf`."""
    with translation.override(bill.language):
        words = " ".join([bill_title(bill), bill.number or _("Draft")])
    return pdf_name(words, bill.issuer["name"])


def bill_mail(content: Composed, language: str, page: str = "") -> tuple[str, str]:
    """Subject and text of the e-mail in a language; both are editable.

    `page` is where the client can see, pay and answer the invoice.
    """
    bill = content.bill
    with translation.override(language):
        names = {
            "title": bill_title(bill),
            "number": bill.number,
            "company": bill.issuer["name"],
            "day": long_day(bill.issued_on),
            "total": written(bill.total),
        }
        subject = _("%(title)s %(number)s – %(company)s") % names
        if bill.kind == BillKind.CREDIT_NOTE:
            opening = _("Please find attached: %(title)s %(number)s of %(day)s.") % (
                names
            )
        else:
            opening = _("Please find attached our invoice %(number)s of %(day)s.") % (
                names
            )
        paragraphs = [_("Dear customer,"), opening, "\n".join(_mail_amounts(content))]
        if page:
            paragraphs.append(f"{page_words()}\n{page}")
        text = "\n\n".join([*paragraphs, _("Kind regards") + "\n" + names["company"]])
    return " ".join(subject.split())[:200], text


def page_words() -> str:
    """What stands above the address of the page, in the active language."""
    return _("See what is due today, pay and answer online:")


def _mail_amounts(content: Composed) -> list[str]:
    total = _("Total: %(total)s") % {"total": written(content.bill.total)}
    return [
        total,
        *(
            _("Payable by %(day)s: %(amount)s")
            % {"day": long_day(invoice.due_on), "amount": written(invoice.total)}
            for invoice in content.invoices
        ),
    ]


def _issuer(bill: Bill) -> dict[str, Any]:
    """The company as the letterhead and the foot take it."""
    account, issuer = bill.account, dict(bill.issuer)
    return issuer | {
        "iban": grouped(account.get("iban", "")),
        "bank_name": account.get("bank", ""),
    }


def _is_crowded(address: str) -> bool:
    """Whether an address would not fit its window in letters of the usual size."""
    lines = [-(-len(line) // ADDRESS_WIDTH) for line in address.splitlines()]
    return sum(lines) > ADDRESS_LINES


def _facts(content: Composed) -> list[tuple[str, str]]:
    """What stands beside the address, under date and number."""
    bill = content.bill
    due = [invoice.due_on for invoice in content.invoices]
    facts = [
        (_("Payable by"), day(due[0]) if len(due) == 1 else ""),
        (_("Client"), bill.buyer["number"]),
        (_("Your reference"), _short(bill.order_reference)),
        (_("Your VAT no."), bill.buyer.get("vat_number", "")),
        (_("Our VAT no."), bill.issuer.get("vat_number", "")),
    ]
    return [(label, value) for label, value in facts if value]


def _short(text: str) -> str:
    return text if len(text) <= SHORT else ""


def _intro(bill: Bill) -> str:
    """What it is about: subject, the corrected invoice, a long reference."""
    found = [bill.title]
    if bill.corrects:
        found.append(
            _("For invoice %(number)s of %(day)s")
            % {
                "number": bill.corrects.number,
                "day": long_day(bill.corrects.issued_on),
            }
        )
    if bill.order_reference and not _short(bill.order_reference):
        word = _("Your reference")
        found.append(f"{word}: {bill.order_reference}")
    return "\n".join(line for line in found if line)


def _closing(content: Composed) -> str:
    """What follows the figures: discount, the writer's own text, terms."""
    bill = content.bill
    parts = [_discount(bill), bill.closing, bill.terms]
    return "\n\n".join(part for part in parts if part)


def terms_text(content: Composed) -> str:
    """Discount, terms and instalments in words, or what a credit note is for."""
    bill = content.bill
    if bill.kind == BillKind.CREDIT_NOTE:
        return _("Total in your favour")
    plan = [
        part_heading(content, invoice)
        for invoice in content.invoices
        if invoice.instalment
    ]
    return "\n".join(line for line in [_discount(bill), bill.terms, *plan] if line)


def _discount(bill: Bill) -> str:
    if not (bill.discount_percent and bill.discount_until):
        return ""
    less = discount_of(bill.total, bill.discount_percent)
    return _(
        "%(percent)s %% discount = %(less)s if paid by %(day)s: then %(rest)s."
    ) % {
        "percent": f"{bill.discount_percent.normalize():f}",
        "less": written(less),
        "day": day(bill.discount_until),
        "rest": written(bill.total - less),
    }


def discount_of(total: Money, percent: Decimal) -> Money:
    """What may be deducted for early payment."""
    return round_money(money(total, total.currency.code) * (percent / 100))
