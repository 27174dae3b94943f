"""How the post room wants its letters, as the address says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from dunning.postroom import Order, Printing

if TYPE_CHECKING:
    from django.http import QueryDict

ORDERS = [(Order.CLIENT.value, _("Client")), (Order.POSTCODE.value, _("Postcode"))]


class PrintingForm(forms.Form):
    """The order of the letters, and what is printed beside them."""

    order = forms.ChoiceField(
        label=_("Order"), choices=ORDERS, required=False, initial=Order.CLIENT.value
    )
    duplex = forms.BooleanField(
        label=_("For both sides of the paper"), required=False, initial=True
    )
    cover = forms.BooleanField(
        label=_("With a list on top"), required=False, initial=True
    )


def printing_form(query: QueryDict) -> PrintingForm:
    """What was chosen; before anything was, both sides and a list are proposed."""
    return PrintingForm(query if "order" in query else None)


def printing_of(form: PrintingForm) -> Printing:
    """What the form says; an order that there is not is that of the clients."""
    if not form.is_bound:
        return Printing()
    form.full_clean()
    given = form.cleaned_data
    return Printing(
        Order(given.get("order") or Order.CLIENT),
        duplex=bool(given.get("duplex")),
        cover=bool(given.get("cover")),
    )
