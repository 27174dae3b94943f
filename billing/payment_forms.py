"""Forms that book payments: what arrived, what it settles, what is paid back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from billing.actions.payments import Received, Rest
from billing.entry_forms import (
    AmountField,
    CurrencyForm,
    DayField,
    LineField,
    MoneyForm,
    ReasonForm,
    not_later,
)
from billing.models import BankAccount
from billing.rules.money import plain, total, zero
from billing.rules.settling import largest_difference
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.allocation import Proposal
    from billing.rules.items import OpenItem


# What the bank kept back is a part of what the client paid, not of what is open.
CHARGES = "charges"


class AccountField(forms.ModelChoiceField[BankAccount]):
    """One of the company's bank accounts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            BankAccount.objects.all(),
            label=_("Bank account"),
            required=False,
            empty_label=_("not said"),
            **options,
        )


class PaymentForm(CurrencyForm):
    """Money that arrived from a client."""

    amount = AmountField(label=_("Amount received"))
    charges = AmountField(
        label=_("Bank charges"),
        required=False,
        help_text=_("Kept back by the bank. The client has paid both together."),
    )
    dated_on = DayField(label=_("Value date"))
    account = AccountField()
    reference = LineField(
        label=_("Reference"),
        max_length=140,
        required=False,
        help_text=_("What the client wrote; invoice numbers in it are recognised."),
    )
    to_come = forms.BooleanField(
        label=_("Yes, the money arrives on this day."), required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        self.today = today
        self.is_to_come = False
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """What the client paid in `received`: what arrived, and what the bank kept."""
        values = super().clean()
        on, code = values.get("dated_on"), values.get("currency", "")
        self.is_to_come = bool(on and on > self.today)
        if self.is_to_come and not values.get("to_come"):
            text = gettext("This day has not come yet: confirm it below.")
            self.add_error("dated_on", text)
        account = values.get("account")
        if account and code and account.currency != code:
            self.add_error("account", gettext("This account is in another currency."))
        charges = self.take_amount("charges", code)
        if not self.errors:
            paid = values["money"] + charges if charges else values["money"]
            values["received"] = Received(
                paid, values["dated_on"], values["reference"], account, charges
            )
        return values


class Row(NamedTuple):
    """An open invoice with the field for its part, and why one is proposed."""

    item: OpenItem
    field: forms.BoundField
    proposal: Proposal | None
    rest: forms.BoundField | None


class AllocationForm(MoneyForm):
    """How much of a payment each open invoice gets."""

    def __init__(
        self,
        data: Any,
        items: Sequence[OpenItem],
        available: Money,
        proposed: Sequence[Proposal],
    ) -> None:
        super().__init__(data)
        self.items = [i for i in items if i.currency == available.currency.code]
        self.available = available
        self.proposed = {proposal.invoice_id: proposal for proposal in proposed}
        for item in self.items:
            part = self.proposed.get(item.invoice_id)
            field = AmountField(label=item.number, required=False)
            field.initial = plain(part.amount) if part else ""
            self.fields[part_name(item)] = field

    def rows(self) -> list[Row]:
        """Each open invoice with its field, the reason why, and what of its rest."""
        return [
            Row(
                item,
                self[part_name(item)],
                self.proposed.get(item.invoice_id),
                self[rest_name(item)] if rest_name(item) in self.fields else None,
            )
            for item in self.items
        ]

    def clean(self) -> dict[str, Any]:
        """The parts as money, in `parts`; none above what is open, nor all together."""
        values = super().clean() or self.cleaned_data
        code = self.available.currency.code
        parts: dict[int, Money] = {}
        for item in self.items:
            part = self.take_amount(part_name(item), code)
            if part is None or not part:
                continue
            parts[item.invoice_id] = part
            if part > item.open:
                text = gettext("Only %(open)s is open.") % {"open": written(item.open)}
                self.add_error(part_name(item), text)
        over = total(parts.values(), code) - self.available
        if over > zero(code):
            text = gettext("That is %(over)s more than there is.") % {
                "over": written(over)
            }
            self.add_error(None, text)
        values["parts"] = parts
        return values


class ShortForm(AllocationForm):
    """The same for a payment to book: what becomes of what it leaves open."""

    def __init__(
        self,
        data: Any,
        items: Sequence[OpenItem],
        available: Money,
        proposed: Sequence[Proposal],
        discounts: Mapping[int, Money],
    ) -> None:
        super().__init__(data, items, available, proposed)
        self.discounts = discounts
        for item in self.items:
            choices: list[tuple[str, Any]] = [
                ("", pgettext_lazy("rest of an invoice", "stays open")),
                (Rest.DIFFERENCE, _("payment difference")),
                (CHARGES, _("bank charges")),
            ]
            if offered := discounts.get(item.invoice_id):
                label = _("discount, up to %(amount)s") % {"amount": written(offered)}
                choices.insert(1, (Rest.DISCOUNT, label))
            self.fields[rest_name(item)] = forms.ChoiceField(
                choices=choices, required=False, label=_("Rest of %s") % item.number
            )

    def clean(self) -> dict[str, Any]:
        """Also `rests`, by invoice, and `kept`: what banks kept back of the parts."""
        values = super().clean()
        code = self.available.currency.code
        parts, rests, kept = values["parts"], {}, zero(code)
        for item in self.items:
            rest, part = values.get(rest_name(item)), parts.get(item.invoice_id)
            if not rest or part is None or part >= item.open:
                continue
            if rest == CHARGES:
                kept += item.open - part
                parts[item.invoice_id] = item.open
                continue
            rests[item.invoice_id] = Rest(rest)
            if rest == Rest.DIFFERENCE and item.open - part > largest_difference(code):
                text = gettext("A payment difference is at most %(limit)s.")
                limit = written(largest_difference(code))
                self.add_error(rest_name(item), text % {"limit": limit})
        values |= {"rests": rests, "kept": kept}
        return values


class ReleaseForm(forms.Form):
    """The day on which a payment is taken off an invoice."""

    dated_on = DayField(label=_("Date"))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(*args, **options)

    def clean_dated_on(self) -> date:
        """A day that has come."""
        return not_later(self.cleaned_data["dated_on"], self.today)


class ReverseForm(ReleaseForm, ReasonForm):
    """A booking taken back, on the day it happened."""

    field_order = ["dated_on", "reason"]


class RefundForm(MoneyForm):
    """Money that is paid back to the client."""

    amount = AmountField(label=_("Amount"))
    dated_on = DayField(label=_("Date"))
    account = AccountField()
    reason = LineField(label=_("Reason"), max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, left: Money, today: date, **options: Any) -> None:
        self.left, self.today = left, today
        super().__init__(*args, **options)

    def clean_dated_on(self) -> date:
        """A day that has come."""
        return not_later(self.cleaned_data["dated_on"], self.today)

    def clean(self) -> dict[str, Any]:
        """The amount as money, in `money`: no more than is left."""
        values = super().clean() or self.cleaned_data
        amount = self.take_amount("amount", self.left.currency.code)
        if (
            amount is not None
            and not zero(self.left.currency.code) < amount <= self.left
        ):
            text = gettext("More than nothing, and at most %(left)s.")
            self.add_error("amount", text % {"left": written(self.left)})
        values["money"] = amount
        return values


def part_name(item: OpenItem) -> str:
    """The name of an invoice's field."""
    return f"part_{item.invoice_id}"


def rest_name(item: OpenItem) -> str:
    """The name of the field for what is left of an invoice."""
    return f"rest_{item.invoice_id}"
