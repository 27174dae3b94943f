"""The paper and the e-mail of a statement: the same for preview and for real."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from billing.rules.money import money
from clients.facts import company
from clients.templatetags.format import day
from clients.templatetags.format import money as written
from delivery.links import page_address
from delivery.pdf import Sheet, render_html
from delivery.press.finishing import Extras
from delivery.rules.names import pdf_name
from statements.paper import statement_context
from statements.recipient.links import statement_token
from statements.rules.figures import SUMS, statement_figures
from statements.rules.statement import OPEN_ITEMS
from statements.sheets import embedded_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moneyed import Money

    from clients.models import Client
    from statements.rules.statement import StatementOfAccount

TEMPLATE = "documents/statement.html"


def statement_sheet(
    client: Client,
    statement: StatementOfAccount,
    language: str,
    issued_on: date,
    token: str = "",
) -> Sheet:
    """The statement laid out, with the payment parts and files that its PDF bears.

    It bears no number: that is given when it is issued, and what was previewed must
    be, byte for byte, what is sent (A16). `token` opens the page of its recipient;
    without one it is that which the statement would get now.
    """
    token = token or statement_token(client, statement, language, issued_on)
    html, context = _laid_out(client, statement, language, issued_on, token)
    figures = statement_figures(client.number, statement)
    extras = Extras(
        tagged=True,
        attachments=embedded_files(figures, issued_on),
        drawings=tuple(part["slip"].drawing for part in context["slips"]),
    )
    return Sheet(html, extras)


def statement_html(
    client: Client, statement: StatementOfAccount, language: str, issued_on: date
) -> str:
    """The HTML of its PDF, for the screen."""
    token = statement_token(client, statement, language, issued_on)
    return _laid_out(client, statement, language, issued_on, token)[0]


def statement_file_name(client: Client, start: date, end: date, language: str) -> str:
    """The name under which the PDF is saved: client, period, and who writes."""
    with translation.override(language):
        title = _("Statement of account")
    return pdf_name(f"{title} {client.number} {start} {end}", company().name)


def statement_mail(
    client: Client, statement: StatementOfAccount, language: str, page: str = ""
) -> tuple[str, str]:
    """Subject and text of the e-mail, in the client's language; both are editable.

    `page` is the address of the recipient's page.
    """
    return figures_mail(statement_figures(client.number, statement), language, page)


def figures_mail(
    figures: Mapping[str, Any], language: str, page: str = ""
) -> tuple[str, str]:
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
        if page:
            online = _("See what is due today, pay and answer online:")
            paragraphs.append(f"{online}\n{page}")
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


def _laid_out(
    client: Client,
    statement: StatementOfAccount,
    language: str,
    issued_on: date,
    token: str,
) -> tuple[str, dict[str, Any]]:
    with translation.override(language):
        page = page_address(token)
        context = statement_context(client, company(), statement, language, page)
    return render_html(TEMPLATE, {**context, "date": issued_on}, language), context
