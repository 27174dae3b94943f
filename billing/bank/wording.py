"""Why a bank's file is refused and what a proposal is founded on, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from billing.wording import reason
from clients.templatetags.format import localday
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.models import BankFile
    from billing.rules.bank.statement import BankFileRefusal
    from billing.rules.matching.matcher import Match

REFUSALS = {
    "empty": _("The file is empty."),
    "large": _("The file is too large."),
    "packed": _("The file is packed: unpack it first."),
    "doctype": _(
        "The file declares a document type or entities. No bank does that: it is not "
        "read."
    ),
    "encoding": _("The letters of the file cannot be read."),
    "xml": _("The file breaks off or is damaged (line %(line)s)."),
    "version": _("%(found)s is not read. These are: %(supported)s."),
    "form": _("This is neither camt.053, camt.054, MT940 nor CSV."),
    "account": _("The account in the file cannot be read: %(value)s."),
    "date": _("A date in the file cannot be read: %(value)s."),
    "amount": _("An amount in the file cannot be read: %(value)s."),
    "sign": _("The file does not say whether money came or went: %(value)s."),
    "currency": _("The currency of an amount in the file cannot be: %(value)s."),
    "mt940": _("A line of the file cannot be read: %(value)s."),
    "running": _(
        "Row %(row)s: the balance beside it is %(balance)s, but the rows come to "
        "%(found)s. Nothing was read."
    ),
    "no_statement": _("The file holds no statement of any account."),
    "balance": _(
        "The balances do not agree: opening %(opening)s and the entries come to "
        "%(found)s, but the closing balance is %(closing)s. Nothing was read."
    ),
    "unknown_account": _(
        "The file is of the account %(iban)s, which is not one of yours here."
    ),
    "unnamed_account": _("The file does not say of which account it is: choose it."),
    "other_currency": _(
        "The file is in %(currency)s, but the account %(account)s not."
    ),
    "known": _(
        "This file was already read on %(day)s by %(person)s. Nothing was read."
    ),
}
# Of the rows that cannot be read.
SHOWN = 5
UNREADABLE = _("The file cannot be read.")

REASONS = {
    "reference": _("Payment reference of the invoice"),
    "letter": _("Payment reference of a reminder of these invoices"),
    "number": _("Names the invoice, and its amount"),
    "numbers": _("Names several invoices that come to this amount"),
    "number_part": _("Names the invoice, but pays less"),
    "number_over": _("Names the invoice, but pays more"),
    "instalment": _("Names an invoice of which this is an instalment"),
    "discount": _("The amount less the discount that was offered"),
    "iban": _("From the client's account, and exactly this amount is open"),
    "name": _("Name of the client, and exactly this amount is open"),
    "sum": _("Several open invoices of the payer come to this amount"),
    "amount": _("The only open invoice of this amount"),
    "outgoing": _("Money went out"),
    "reversal": _("The bank takes something back"),
    "batch": _("A sum of several payments, which the file does not tell apart"),
    "bad_reference": _("The payment reference has a wrong check digit"),
    "unknown_reference": _("The payment reference is of no invoice here"),
    "paid": _("The invoice it names is paid already"),
    "currency": _("The invoice it names is in another currency"),
    "ambiguous": _("Fits several invoices equally well"),
    "client": _("The payer is known, the amount fits nothing"),
    "nothing": _("Nothing in the books fits"),
}
RETURNS = {
    "bank_reference": _("The bank names the booked payment"),
    "end_to_end": _("The same end-to-end id and amount as a booked payment"),
    "reference": _("The same payment reference and amount as a booked payment"),
    "iban": _("The same account and amount as a booked payment"),
    "name": _("The same name and amount as a booked payment"),
    "several": _("Several booked payments fit equally well"),
    "unknown": _("No booked payment fits"),
}
CONFIDENCES = {
    "exact": _("Exact"),
    "high": _("Very likely"),
    "low": _("Possible"),
    "none": _("No proposal"),
}


def refused(refusal: BankFileRefusal) -> str:
    """Why a file was not read; what there is to do follows from it."""
    if errors := refusal.values.get("errors"):
        return _wrong_rows(errors)
    values = {name: _shown(value) for name, value in refusal.values.items()}
    if refusal.code == "known":
        values |= _reading(refusal.values["file"])
    try:
        return str(REFUSALS.get(refusal.code, UNREADABLE)) % values
    except KeyError:
        return gettext("The file cannot be read.")


def _wrong_rows(errors: Any) -> str:
    """The first of the rows of a CSV file that cannot be read, and why."""
    texts = [
        gettext("Row %(row)s: %(reason)s") % {"row": e.row, "reason": reason(e)}
        if e.row
        else reason(e)
        for e in errors[:SHOWN]
    ]
    left = len(errors) - len(texts)
    if left:
        more = ngettext("And %(count)s more.", "And %(count)s more.", left)
        texts.append(more % {"count": left})
    return " ".join(texts)


def founded_on(match: Match) -> str:
    """Why something is proposed, or why nothing is."""
    return str(REASONS.get(match.reason, REASONS["nothing"]))


def noted(code: str, values: Mapping[str, Any]) -> str:
    """Something a file says that became no entry."""
    count = values.get("count", 1)
    count = count if isinstance(count, int) else 1
    texts = {
        "pending": ngettext(
            "%(count)s entry is only announced: it was left out.",
            "%(count)s entries are only announced: they were left out.",
            count,
        ),
        "nothing": ngettext(
            "%(count)s entry of nothing was left out.",
            "%(count)s entries of nothing were left out.",
            count,
        ),
        "whole": ngettext(
            "The parts of %(count)s batch do not come to its amount: it is kept whole.",
            "The parts of %(count)s batches do not come to their amounts: they are "
            "kept whole.",
            count,
        ),
        "batch": ngettext(
            "Of %(count)s batch the file gives the sum only.",
            "Of %(count)s batches the file gives the sum only.",
            count,
        ),
        "flipped": gettext(
            "The bank signs reversals as what they reverse; the balances prove it."
        ),
        "repeated": gettext("A statement that is in the file twice was read once."),
        "gap": gettext(
            "The statements in it do not follow each other: each is proven by itself."
        ),
        "undated": ngettext(
            "%(count)s row without date or amount was left out.",
            "%(count)s rows without date or amount were left out.",
            count,
        ),
    }
    text = texts.get(code)
    return text % {"count": count} if text else code


def _reading(file: BankFile | Any) -> dict[str, str]:
    return {
        "day": localday(file.created_at),
        "person": str(file.created_by or "–"),
    }


def _shown(value: object) -> str:
    if isinstance(value, Money):
        return written(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
