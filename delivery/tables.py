"""Lists of messages and documents: their columns and their filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.models import Client, search_key
from clients.templatetags.format import day
from delivery.facts import of_standing
from delivery.models import Document, Message
from delivery.rules.tracking import TROUBLE
from delivery.showing import shown, standing_badge
from delivery.words import STANDINGS, standing_name, why

if TYPE_CHECKING:
    from datetime import datetime

NUM = {"th": {"class": "num"}, "td": {"class": "num"}}
NUMBER = {"td": {"class": "number"}}


class TimeColumn(tables.Column):
    """A day and a time, as the clock on the wall shows them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(attrs=NUM, **options)

    def render(self, value: datetime) -> str:
        """The local day and time."""
        local = localtime(value)
        return f"{day(local.date())} {local:%H:%M}"


class MessageTable(tables.Table):
    """The outbox: what was written to whom, and how far it got."""

    created_at = TimeColumn(verbose_name=_("written"))
    subject = tables.Column(linkify=lambda record: reverse("message", args=[record.pk]))
    client = tables.Column(
        accessor="client__name",
        verbose_name=_("client"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    recipient = tables.Column()
    sent_at = TimeColumn(verbose_name=_("sent"), default="")
    state = tables.Column()

    class Meta:
        model = Message
        fields = ()
        order_by = "-created_at"

    def render_state(self, record: Message) -> str:
        """The badge of how far it got, and what to make of it."""
        return render_to_string(
            "delivery/_message_badges.html", {"shown": shown([record])[0]}
        )

    def value_state(self, record: Message) -> str:
        """The same in a word."""
        return standing_name(record.standing)


class UndeliveredTable(tables.Table):
    """What did not arrive: since when, to whom, what, and why."""

    created_at = TimeColumn(verbose_name=_("written"))
    client = tables.Column(
        accessor="client__name",
        verbose_name=_("client"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    what = tables.Column(
        accessor="number",
        verbose_name=_("what"),
        linkify=lambda record: reverse("undelivered_message", args=[record.pk]),
    )
    recipient = tables.Column()
    state = tables.Column(orderable=False)
    why = tables.Column(
        accessor="reason", empty_values=(), verbose_name=_("why"), orderable=False
    )
    age = tables.Column(
        accessor="created_at", verbose_name=_("age"), orderable=False, attrs=NUM
    )

    class Meta:
        model = Message
        fields = ()
        order_by = "-created_at"

    def render_what(self, record: Message) -> str:
        """Which document."""
        return f"{record.get_kind_display()} {record.number}"

    def render_state(self, record: Message) -> str:
        """The badge of how far it got."""
        return standing_badge(str(record.standing))

    def value_state(self, record: Message) -> str:
        """The same in a word."""
        return standing_name(record.standing)

    def render_why(self, record: Any) -> str:
        """Why it did not arrive, in plain words."""
        return why(record, record.reason or "")

    def render_age(self, value: datetime) -> str:
        """How many days it waits for somebody."""
        days = (timezone.now() - value).days
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


class DocumentTable(tables.Table):
    """The archive: every document as it left."""

    created_at = TimeColumn(verbose_name=_("archived"))
    number = tables.Column(
        linkify=lambda record: reverse("document", args=[record.pk]), attrs=NUMBER
    )
    kind = tables.Column()
    client = tables.Column(
        accessor="client__name",
        verbose_name=_("client"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    language = tables.Column(verbose_name=_("language"))
    pages = tables.Column(verbose_name=_("pages"), attrs=NUM)
    created_by = tables.Column(verbose_name=_("by"), default="")
    sha256 = tables.Column(
        verbose_name=_("fingerprint"),
        linkify=lambda record: reverse("document_about", args=[record.pk]),
    )

    class Meta:
        model = Document
        fields = ()
        order_by = "-created_at"

    def render_sha256(self, value: str) -> str:
        """Its first digits; a file of the list has all of them."""
        return value[:12]

    def value_sha256(self, value: str) -> str:
        """The whole fingerprint."""
        return value

    def render_language(self, value: str) -> str:
        """The language's code, as on a flag."""
        return value.upper()


class PaperFilter(filters.FilterSet):
    """What both lists can be narrowed by, all in the address."""

    q = filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = filters.ChoiceFilter(
        label=_("Kind"), choices=Document.Kind.choices, empty_label=_("All")
    )
    client = filters.ModelChoiceFilter(
        queryset=Client.objects.all(), widget=forms.HiddenInput
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of a number, or of the client's name or number."""
        return rows.filter(
            Q(number__icontains=text) | Q(client__search__contains=search_key(text))
        )


class DocumentFilter(PaperFilter):
    """The filters of the archive."""


class MessageFilter(PaperFilter):
    """The filters of the outbox."""

    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[(str(name), label) for name, label in STANDINGS.items()],
        method="standing",
        empty_label=_("All"),
    )

    def standing(self, rows: Any, _name: str, value: str) -> Any:
        """How far it got, by what a provider told as well."""
        return rows.filter(of_standing(value))

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of a number, a subject, an address or the client's name."""
        return rows.filter(
            Q(number__icontains=text)
            | Q(subject__icontains=text)
            | Q(recipient__icontains=text)
            | Q(client__search__contains=search_key(text))
        )


class UndeliveredFilter(MessageFilter):
    """The filters of what did not arrive."""

    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[(str(n), label) for n, label in STANDINGS.items() if n in TROUBLE],
        method="standing",
        empty_label=_("All"),
    )
