"""The list of payments online: their columns and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Checkout, CheckoutPart
from billing.rules.checkouts import PAID, UNDECIDED
from billing.tables import AmountColumn
from clients.facts import matching
from clients.models import Client
from clients.templatetags.format import localday
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from billing.models.checkout import CheckoutQuerySet

OUTCOMES = {
    "paid": _("Paid"),
    "waiting": _("Not paid yet"),
    "failed": _("Not paid"),
    "refunded": _("Paid back"),
}


class CheckoutTable(tables.Table):
    """What clients began to pay online, and what became of it."""

    created = tables.Column(verbose_name=_("Begun"), order_by=("pk",))
    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__search", "pk"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    invoices = tables.Column(
        verbose_name=_("Invoices"), empty_values=(), orderable=False
    )
    amount = AmountColumn(field="total", verbose_name=_("Amount"))
    currency = tables.Column(verbose_name=_("Currency"))
    state = tables.Column(verbose_name=_("Status"), empty_values=(), orderable=False)
    credit = tables.Column(
        verbose_name=_("Payment"),
        orderable=False,
        linkify=lambda record: reverse("payment", args=[record.credit_id]),
    )

    class Meta:
        model = Checkout
        fields = ()
        sequence = (
            *("created", "client", "invoices", "amount", "currency", "state"),
            "credit",
        )
        order_by = "-created"

    def render_created(self, value: datetime) -> str:
        """The day, where the company is."""
        return localday(value)

    def render_client(self, record: Checkout) -> str:
        """The name; the number is on the client's own page."""
        return str(record.client.name)

    def render_invoices(self, record: Checkout) -> str:
        """Their numbers."""
        return ", ".join(part.invoice.number for part in record.parts.all())

    def render_state(self, record: Checkout) -> SafeString:
        """How it ended, and what a person has to look at."""
        return render_to_string(
            "billing/_online_state.html",
            {
                "checkout": record,
                "outcome": OUTCOMES[record.outcome],
                "odd": oddities(record),
            },
            request=self.request,
        )

    def value_state(self, record: Checkout) -> str:
        """The same in words, for a file."""
        return "; ".join([str(OUTCOMES[record.outcome]), *oddities(record)])


class CheckoutFilter(filters.FilterSet):
    """The filters of the list, all in the address."""

    q = filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    show = filters.ChoiceFilter(
        label=_("Show"),
        method="narrow",
        empty_label=_("All"),
        choices=[
            ("odd", _("To look at")),
            ("paid", _("Paid")),
            ("waiting", _("Not paid yet")),
        ],
    )

    def search(self, rows: CheckoutQuerySet, _name: str, text: str) -> Any:
        """By the client, an invoice's number, or what the provider calls it."""
        text = text.strip()
        found = Q(client__in=Client.objects.filter(matching(text)).values("pk"))
        parts = CheckoutPart.objects.filter(invoice__number__icontains=text)
        found |= Q(pk__in=parts.values("checkout"))
        names = ("token", "transaction_id", "payment_key")
        return rows.filter(
            found | Q(*((name, text) for name in names), _connector="OR")
        )

    def narrow(self, rows: CheckoutQuerySet, _name: str, show: str) -> Any:
        """By what became of them."""
        if show == "odd":
            return rows.strange()
        return rows.filter(status__in=PAID if show == "paid" else UNDECIDED)


def oddities(checkout: Checkout) -> list[str]:
    """What a person has to look at, in sentences."""
    found = []
    if checkout.problem:
        found.append(
            _("The provider reports another amount than was asked for: %(amount)s")
            % {"amount": checkout.problem}
        )
    if checkout.refunded:
        found.append(
            _("Paid back by the provider: %(amount)s. Book the refund.")
            % {"amount": written(checkout.paid_back)}
        )
    if checkout.contested_at:
        found.append(
            _("The payer contested it on %(day)s")
            % {"day": localday(checkout.contested_at)}
        )
    return [str(text) for text in found]
