"""A letter as it would be after a correction: words, deadline, fee, invoices."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from billing.rules.money import money, total, zero
from clients.templatetags.format import long_day
from clients.templatetags.format import money as money_text
from dunning.rules.texts import fill

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dunning.models import Notice, NoticeLine

TEXTS = ("opening", "closing", "subject", "body")
# What a correction may change; filled in anew.
PLACEHOLDERS = ("number", "deadline", "total", "open", "fee", "interest")


class EditRefusal(Exception):
    """The letter cannot be corrected so; the text says why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be different: texts with placeholders, deadline, fee, invoices.

    `no_fee` is why it bears none, `without` the keys of the lines taken off, `reason`
    why the letter is corrected at all.
    """

    opening: str
    closing: str
    subject: str
    body: str
    deadline_on: date
    reason: str
    no_fee: str = ""
    without: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls, notice: Notice, *, reason: str, without: frozenset[int] = frozenset()
    ) -> Edit:
        """The letter as it is, but for the lines taken off."""
        return cls(
            **texts_of(notice),
            deadline_on=notice.deadline_on,
            reason=reason,
            without=without,
        )


def texts_of(notice: Notice) -> dict[str, str]:
    """The words of a letter, with placeholders for what a correction changes."""
    known = {
        text: f"{{{name}}}"
        for name, text in _figures(notice).items()
        if len(text) > len("CHF 0")
    }
    found = {}
    for part in TEXTS:
        words = getattr(notice, part)
        for text, placeholder in known.items():
            words = words.replace(text, placeholder)
        found[part] = words
    return found


def corrected(
    notice: Notice,
    lines: Sequence[NoticeLine],
    edit: Edit,
    *,
    number: str = "",
    one_fee: bool,
) -> tuple[Notice, list[NoticeLine]]:
    """The corrected letter and its lines, not saved; EditRefusal says why not.

    The first letter stays as it is. What the invoices claim is not looked up again:
    what has changed since keeps the letter from leaving, as it does every letter.
    `one_fee`: the fee is for the letter, not for each invoice.
    """
    code = notice.currency
    rows = _kept(notice, lines, edit, one_fee=one_fee)
    made = copy(notice)
    made.pk, made.number, made.document, made.replaces = None, number, None, notice
    made.deadline_on = edit.deadline_on
    made.open = total((row.open for row in rows), code)
    made.fee = total((row.fee for row in rows), code)
    made.interest = total((row.interest for row in rows), code)
    lump_sum = total((money(row.lump_sum, code) for row in rows), code)
    made.lump_sum = lump_sum.amount
    net = made.open - money(notice.credit, code)
    if net.amount <= 0:
        raise EditRefusal(
            _("The client's credits cover the other invoices: withdraw the reminder.")
        )
    charged = made.fee + made.interest + lump_sum
    made.total = net + money(notice.earlier, code) + charged
    figures = _figures(made)
    for part in TEXTS:
        setattr(made, part, fill(getattr(edit, part), figures))
    made.subject = made.subject[:200]
    return made, rows


def _kept(
    notice: Notice, lines: Sequence[NoticeLine], edit: Edit, *, one_fee: bool
) -> list[NoticeLine]:
    """The lines that stay. The fee for the letter moves if its line goes."""
    stay = [line for line in lines if line.pk not in edit.without]
    if not stay:
        raise EditRefusal(_("Without any invoice there is no letter: withdraw it."))
    first = next((line for line in stay if line.level == notice.level), None)
    if first is None:
        raise EditRefusal(
            _(
                "The other invoices have a lower level, with other words and another"
                " fee: withdraw the reminder, and the next run reminds them."
            )
        )
    found = []
    for line in stay:
        row = copy(line)
        row.pk, row.deadline_on = None, edit.deadline_on
        if edit.no_fee:
            row.fee = zero(notice.currency)
        elif one_fee:
            row.fee = notice.fee if line is first else zero(notice.currency)
        found.append(row)
    return found


def _figures(notice: Notice) -> dict[str, str]:
    """What the placeholders stand for, in the letter's language."""
    code = notice.currency
    with translation.override(notice.language):
        return {
            "number": notice.number,
            "deadline": long_day(notice.deadline_on),
            "total": money_text(money(notice.total, code)),
            "open": money_text(money(notice.open, code)),
            "fee": money_text(money(notice.fee, code)),
            "interest": money_text(money(notice.interest, code)),
        }
