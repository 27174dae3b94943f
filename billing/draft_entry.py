"""A draft on its page: its forms, what they come to, and rows moved about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from moneyed import CURRENCIES

from billing.billing_settings import all_vat_rates, default_code, vat_rates
from billing.draft_forms import (
    MOST_LINES,
    DraftForm,
    LineFormSet,
    PartFormSet,
)
from billing.drafts import left_to_correct, offered_rates, with_rates
from billing.models import BillKind, DraftInstalment, DraftLine
from billing.rules.bill import Totals, bill_totals
from billing.rules.drafts import totals_problem
from billing.rules.figures import write_figure
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from django.http import QueryDict
    from moneyed import Money

    from billing.draft_forms import LineForm
    from billing.models import Draft
    from billing.rules.bill import Rate

BLANK_LINES = 3
LINE = ("description", "quantity", "unit", "price", "discount_percent", "vat_code")
PART = ("days", "percent")
MOVE = re.compile(r"(add|up|down|remove)(?:-([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Row:
    """A line on the page with its amount, where it has one."""

    form: LineForm
    amount: Money | None


class DraftEntry:
    """The forms of one draft, bound to what was sent, or as it is stored."""

    def __init__(self, draft: Draft, data: QueryDict | None = None) -> None:
        self.draft, self.sent = draft, data
        self.rates = offered_rates(draft)
        self.head = DraftForm(data, instance=draft)
        self.currency = str(self.head["currency"].value() or "").strip().upper()
        self.lines = LineFormSet(
            data,
            prefix="lines",
            initial=None if data is not None else self._stored_lines(),
            form_kwargs={
                "currency": self.currency,
                "rates": self._choices(),
                "rate": default_code(vat_rates()),
            },
        )
        self.parts = PartFormSet(
            data,
            prefix="parts",
            initial=None if data is not None else self._stored_parts(),
        )

    def is_valid(self) -> bool:
        """Whether it can be stored; what cannot be is told at its field."""
        # Each is asked, so that all errors are told at once.
        valid = [self.head.is_valid(), self.lines.is_valid()]
        if not self.is_credit_note:
            valid.append(self.parts.is_valid())
        if not all(valid):
            return False
        for problem in self.problems:
            self.head.add_error(None, problem)
        return not self.problems

    @property
    def is_credit_note(self) -> bool:
        """Whether a credit note is being written."""
        return self.draft.kind == BillKind.CREDIT_NOTE

    @cached_property
    def numbered(self) -> dict[int, DraftLine]:
        """The lines that can be counted, by their place on the page."""
        if not self.head.is_bound:
            rows = enumerate(self.draft.lines.all() if self.draft.pk else [])
            return {n: row for n, row in rows if row.vat_code in self.rates}
        return {
            n: DraftLine(**form.cleaned_data)
            for n, form in enumerate(self.lines.forms)
            if form.has_changed() and form.is_valid()
        }

    @property
    def uncounted(self) -> int:
        """How many lines are written but cannot be counted yet."""
        filled = [form for form in self.lines.forms if form.has_changed()]
        return len(filled) - len(self.numbered) if self.head.is_bound else 0

    @cached_property
    def totals(self) -> Totals | None:
        """What the lines come to; nothing without a currency."""
        values: dict[str, Any] = vars(self.draft)
        if self.head.is_bound:
            self.head.is_valid()
            values = self.head.cleaned_data
        if values.get("currency") not in CURRENCIES:
            return None
        return bill_totals(
            with_rates(self.numbered.values(), self.rates),
            values["currency"],
            prices_include_vat=bool(values.get("prices_include_vat")),
            round_to_five=bool(values.get("round_to_five")),
        )

    @property
    def rows(self) -> list[Row]:
        """Every line of the page with its amount."""
        amounts: dict[int, Money] = {}
        if self.totals:
            amounts = dict(zip(self.numbered, self.totals.amounts, strict=True))
        return [Row(form, amounts.get(n)) for n, form in enumerate(self.lines.forms)]

    @property
    def problems(self) -> list[str]:
        """Why the figures cannot be stored."""
        if not self.totals:
            return []
        if (problem := totals_problem(self.totals)) == "too_large":
            return [_("An amount is too large.")]
        if problem == "not_positive" and self.is_credit_note:
            return [_("A credit note must come to more than zero.")]
        if problem == "not_positive":
            return [_("The total must be more than zero: else write a credit note.")]
        return []

    @property
    def warnings(self) -> list[str]:
        """What would hinder the issue of a draft that may be stored all the same."""
        invoice = self.draft.corrects
        if not (self.totals and self.is_credit_note and invoice):
            return []
        if self.totals.total.currency.code != invoice.currency:
            return [_("The invoice is in another currency.")]
        left = left_to_correct(invoice)
        if self.totals.total <= left:
            return []
        text = _("Only %(left)s of the invoice is left to correct.")
        return [text % {"left": written(left)}]

    def stored(self) -> tuple[list[DraftLine], list[DraftInstalment]]:
        """The lines and instalments to be stored, of forms that are valid."""
        parts = [] if self.is_credit_note else self.parts.forms
        return list(self.numbered.values()), [
            DraftInstalment(**form.cleaned_data) for form in parts if form.has_changed()
        ]

    def refuse(self, reason: str) -> None:
        """Tell why it was not stored; what is on the page can be stored over it."""
        current = type(self.draft).objects.filter(pk=self.draft.pk).first()
        self.head.add_error(None, reason)
        if current and self.sent:
            self.head.data = data = self.sent.copy()
            data["version"] = str(current.version)
            hint = _("Compare in another tab; saving again puts yours in its place.")
            self.head.add_error(None, hint)

    def _stored_lines(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        if self.draft.pk:
            rows = [
                {name: getattr(row, name) for name in LINE}
                for row in self.draft.lines.all()
            ]
        blank = 1 if rows else BLANK_LINES
        return (rows + [{} for _n in range(blank)])[:MOST_LINES]

    def _stored_parts(self) -> list[dict[str, Any]]:
        if not self.draft.pk:
            return []
        return [
            {name: getattr(row, name) for name in PART}
            for row in self.draft.instalments.all()
        ]

    def _choices(self) -> list[tuple[str, str]]:
        """The rates as lines choose them; a code no longer known shows as none."""
        names = {row.code: row.name for row in all_vat_rates()}
        return [("", "—")] + [
            (code, rate_label(rate, names.get(code, code)))
            for code, rate in self.rates.items()
        ]


def rate_label(rate: Rate, name: str) -> str:
    """How a rate is called in a list: 8.1 % and its name."""
    return f"{write_figure(rate.percent)} % · {name}"


def rearranged(post: QueryDict, rate: str) -> QueryDict:
    """What was sent, with a row added, moved or removed as its button says.

    Nothing that was typed is lost, be it right or wrong.
    """
    data = post.copy()
    _rearrange(data, "lines", LINE, {"quantity": "1", "vat_code": rate}, MOST_LINES)
    _rearrange(data, "parts", PART, {}, MOST_LINES)
    return data


def _rearrange(
    data: QueryDict,
    prefix: str,
    names: tuple[str, ...],
    blank: dict[str, str],
    most: int,
) -> None:
    match = MOVE.fullmatch(data.get(prefix, ""))
    if not match:
        return
    count = data.get(f"{prefix}-TOTAL_FORMS", "")
    size = min(int(count), most) if re.fullmatch("[0-9]{1,4}", count) else 0
    rows = [
        {name: data.get(f"{prefix}-{n}-{name}", "") for name in names}
        for n in range(size)
    ]
    rows = moved(rows, match[1], int(match[2] or 0), blank)[:most]
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    for n, row in enumerate(rows):
        for name in names:
            data[f"{prefix}-{n}-{name}"] = row.get(name, "")


def moved(
    rows: list[dict[str, str]], move: str, number: int, blank: dict[str, str]
) -> list[dict[str, str]]:
    """The rows after one was added at the end, moved by one place, or removed."""
    if move == "add":
        return [*rows, dict(blank)]
    if move == "remove":
        return rows[:number] + rows[number + 1 :]
    other = number - 1 if move == "up" else number + 1
    if 0 <= number < len(rows) and 0 <= other < len(rows):
        rows[number], rows[other] = rows[other], rows[number]
    return rows
