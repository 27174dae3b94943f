"""Lists of messages and documents: their columns and their filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from clients.models import Client, search_key
from clients.templatetags.format import day
from delivery.models import Document, Message

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
        """The badge of the state."""
        return render_to_string(
            "delivery/_message_state.html", {"state": str(record.state)}
        )


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

    class Meta:
        model = Document
        fields = ()
        order_by = "-created_at"

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
        label=_("State"), choices=Message.State.choices, empty_label=_("All")
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of a number, a subject, an address or the client's name."""
        return rows.filter(
            Q(number__icontains=text)
            | Q(subject__icontains=text)
            | Q(recipient__icontains=text)
            | Q(client__search__contains=search_key(text))
        )
