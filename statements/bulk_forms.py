"""What is asked before statements are made for many clients, once or by schedule."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from clients.facts import country_name
from clients.fields import LineField
from clients.models import LANGUAGE_CHOICES, Client
from statements.facts import period_refusal
from statements.forms import DayField
from statements.models import Schedule, Statement
from statements.rules.orders import Order
from statements.rules.schedule import MOST_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

ANY = ("", _("All"))


def countries() -> list[tuple[str, Any]]:
    """Those that clients live in, by their names."""
    rows = Client.objects.filter(merged_into=None).order_by()
    codes = rows.values_list("country", flat=True).distinct()
    language = get_language() or "en"
    named = ((code, country_name(code, language)) for code in codes)
    return [ANY, *sorted(named, key=lambda pair: pair[1])]


def currencies() -> list[tuple[str, Any]]:
    """Those that clients have their account in, or were invoiced in."""
    of_clients = Client.objects.order_by().values_list("currency", flat=True)
    of_invoices = Invoice.objects.order_by().values_list("currency", flat=True)
    codes = {*of_clients.distinct(), *of_invoices.distinct()}
    return [ANY, *((code, code) for code in sorted(codes))]


class SelectionForm(forms.Form):
    """Which statements, and for whom: what an order says but for its end."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Statement.Kind.choices)
    least = forms.DecimalField(
        label=_("Balance of at least"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=3,
    )
    words = LineField(
        label=_("Name or number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the client"),
        required=False,
        choices=[ANY, *LANGUAGE_CHOICES],
    )
    country = forms.ChoiceField(label=_("Country"), required=False, choices=countries)
    currency = forms.ChoiceField(
        label=_("Currency"), required=False, choices=currencies
    )
    only_overdue = forms.BooleanField(
        label=_("Only with something overdue"), required=False
    )
    skip_zero = forms.BooleanField(
        label=_("Leave out a balance of zero"), required=False
    )
    skip_quiet = forms.BooleanField(
        label=_("Leave out who had no movement"), required=False
    )
    unpaid_only = forms.BooleanField(
        label=_("Show only unpaid invoices"), required=False
    )
    send = forms.BooleanField(label=_("Send by e-mail"), required=False)

    # What stands in sight, what narrows the clients, and what is ticked.
    NARROWING = ("words", "language", "country", "currency")
    TICKED = ("only_overdue", "skip_zero", "skip_quiet")

    def narrowing(self) -> list[forms.BoundField]:
        """The fields that say which clients are looked at."""
        return [self[name] for name in self.NARROWING]

    def ticked(self) -> list[forms.BoundField]:
        """The boxes that leave some of them out."""
        return [self[name] for name in self.TICKED]

    def says_for_whom(self) -> bool:
        """Whether any of both is used, or was given something that cannot be."""
        names = (*self.NARROWING, *self.TICKED)
        return any(self[name].value() or self[name].errors for name in names)

    def order_up_to(self, end: date) -> Order:
        """What is asked for, up to a day."""
        asked = {name: self.cleaned_data[name] for name in SelectionForm.base_fields}
        return Order(end=end, **asked | {"least": asked["least"] or Decimal(0)})


class BulkForm(SelectionForm):
    """The parameters of statements for many clients; they stand in the address."""

    end = DayField(label=_("Up to"))
    field_order = ["end"]

    @classmethod
    def of_address(cls, given: Mapping[str, str], today: date) -> BulkForm:
        """From a page's address; the month before this one where it says nothing."""
        if "end" in given:
            return cls(given)
        before = today.replace(day=1) - timedelta(days=1)
        kind = Statement.Kind.ACTIVITY.value
        return cls({"end": before.isoformat(), "kind": kind, "send": "on", **given})

    def clean_end(self) -> date:
        """A day that statements can end on."""
        end: date = self.cleaned_data["end"]
        if reason := period_refusal(end, end):
            raise ValidationError(reason)
        return end

    def order(self) -> Order:
        """What is asked for."""
        return self.order_up_to(self.cleaned_data["end"])

    def kept(self) -> list[tuple[str, str]]:
        """What was asked for, to be sent again with the button."""
        return list(_given(self.cleaned_data.items()))


class ScheduleForm(SelectionForm):
    """When statements are prepared by themselves, which ones, and who looks at them."""

    name = LineField(label=_("Name"), max_length=80)
    rhythm = forms.ChoiceField(label=_("Rhythm"), choices=Schedule.RHYTHMS)
    days_after = forms.IntegerField(
        label=_("Prepared so many days after the period"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=3,
    )
    release_after = forms.IntegerField(
        label=_("Released by themselves after so many days"),
        help_text=_("Empty: they wait until a person releases them."),
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)
    field_order = ["name", "rhythm", "days_after", "release_after"]

    def __init__(self, given: Mapping[str, Any] | None, schedule: Schedule) -> None:
        super().__init__(given, initial=_initial(schedule))
        self.schedule = schedule

    def clean_name(self) -> str:
        """A name that no other schedule has."""
        name = str(self.cleaned_data["name"])
        others = Schedule.objects.exclude(pk=self.schedule.pk)
        if others.filter(name=name).exists():
            raise ValidationError(_("There is a schedule of this name already."))
        return name

    def filled(self, today: date) -> Schedule:
        """The schedule with what was given, not yet written down."""
        asked, schedule = self.cleaned_data, self.schedule
        for name in ("name", "rhythm", "days_after", "release_after", "active"):
            setattr(schedule, name, asked[name])
        wanted = self.order_up_to(today).kept()
        del wanted["end"], wanted["without"]
        schedule.wanted = wanted
        return schedule


def _initial(schedule: Schedule) -> dict[str, Any]:
    """A schedule as its form shows it; usual values for a new one."""
    if schedule.pk is None:
        kind = Statement.Kind.ACTIVITY.value
        return {"kind": kind, "send": True, "skip_zero": True}
    least = Decimal(schedule.wanted["least"])
    wanted: dict[str, Any] = schedule.wanted
    return wanted | {
        "least": least or None,
        "name": schedule.name,
        "rhythm": schedule.rhythm,
        "days_after": schedule.days_after,
        "release_after": schedule.release_after,
        "active": schedule.active,
    }


def _given(asked: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, str]]:
    """What was given as a form sends it; nothing of what was left empty."""
    for name, value in asked:
        if value is True:
            yield name, "on"
        elif isinstance(value, Decimal):
            if value:
                yield name, f"{value:f}"
        elif value:
            yield name, str(value)
