"""Lists of background work: the jobs, and the items of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.badges import badge
from clients.models import search_key
from delivery.facts import of_standing
from delivery.models import Job, JobItem, Message
from delivery.tables import NUM, MessageTable, TimeColumn
from delivery.words import STANDINGS
from delivery.workers import item_address_of, title_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from delivery.rules.progress import Progress

JOB_COLOURS = {
    Job.State.WAITING: "blue",
    Job.State.RUNNING: "azure",
    Job.State.DONE: "green",
    Job.State.CANCELLED: "secondary",
}
ITEM_COLOURS = {
    JobItem.State.WAITING: "blue",
    JobItem.State.CLAIMED: "azure",
    JobItem.State.DONE: "green",
    JobItem.State.FAILED: "red",
    JobItem.State.SKIPPED: "orange",
    JobItem.State.CANCELLED: "secondary",
}


class JobTable(tables.Table):
    """Every job; `known` says how far those on the page are."""

    created_at = TimeColumn(verbose_name=_("started"))
    title = tables.Column(
        verbose_name=_("what"),
        empty_values=(),
        orderable=False,
        linkify=lambda record: reverse("job", args=[record.pk]),
    )
    created_by = tables.Column(verbose_name=_("by"), default="–")
    progress = tables.Column(
        verbose_name=_("progress"), empty_values=(), orderable=False
    )
    errors = tables.Column(
        verbose_name=_("errors"), empty_values=(), orderable=False, attrs=NUM
    )
    state = tables.Column()

    class Meta:
        model = Job
        fields = ()
        order_by = "-created_at"

    def __init__(self, *args: Any, **options: Any) -> None:
        """How far they are is set by the page once it knows which jobs it shows."""
        super().__init__(*args, **options)
        self.known: dict[int, Progress] = {}

    def render_title(self, record: Job) -> str:
        """What is made or sent, and of what."""
        return title_of(record)

    def render_progress(self, record: Job) -> str:
        """A bar, and how many of how many."""
        return render_to_string(
            "delivery/_bar.html", {"progress": self.known[record.pk]}
        )

    def render_errors(self, record: Job) -> str | int:
        """How many failed, or nobody knows of."""
        counts = self.known[record.pk].counts
        return counts.failed + counts.unknown or ""

    def render_state(self, record: Job) -> SafeString:
        """The state as a badge."""
        return badge(record.get_state_display(), JOB_COLOURS[Job.State(record.state)])


class ItemTable(tables.Table):
    """The items of one job, and why some of them failed."""

    label = tables.Column(
        verbose_name=_("what"),
        linkify=lambda record, table: item_address_of(table.job, record),
    )
    state = tables.Column()
    note = tables.Column(verbose_name=_("why"), orderable=False)
    result = tables.Column(verbose_name=_("result"), orderable=False)
    finished_at = TimeColumn(verbose_name=_("finished"), default="")

    class Meta:
        model = JobItem
        fields = ()

    def __init__(self, *args: Any, job: Job, **options: Any) -> None:
        """The job is the same for all."""
        super().__init__(*args, **options)
        self.job = job

    def render_state(self, record: JobItem) -> SafeString:
        """The state as a badge."""
        colour = ITEM_COLOURS[JobItem.State(record.state)]
        return badge(record.get_state_display(), colour)


class MailingTable(MessageTable):
    """The messages of one mailing, and why some of them failed."""

    error = tables.Column(verbose_name=_("why"), orderable=False)


class JobFilter(filters.FilterSet):
    """What the list of jobs can be narrowed by."""

    kind = filters.ChoiceFilter(
        label=_("Kind"), choices=Job.Kind.choices, empty_label=_("All")
    )
    state = filters.ChoiceFilter(
        label=_("State"), choices=Job.State.choices, empty_label=_("All")
    )


class ItemFilter(filters.FilterSet):
    """What the items of a job can be narrowed by."""

    q = filters.CharFilter(
        label=_("Search"),
        field_name="label",
        lookup_expr="icontains",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = filters.ChoiceFilter(
        label=_("State"), choices=JobItem.State.choices, empty_label=_("All")
    )


class MailingFilter(filters.FilterSet):
    """What the messages of a mailing can be narrowed by."""

    q = filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[(str(code), name) for code, name in STANDINGS.items()],
        method="stand",
        empty_label=_("All"),
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of an address, or of the client's name."""
        return rows.filter(
            Q(recipient__icontains=text) | Q(client__search__contains=search_key(text))
        )

    def stand(self, rows: Any, _name: str, shown: str) -> Any:
        """As far as that."""
        return rows.filter(of_standing(shown))


def messages_of(job: Job) -> Any:
    """The messages of a mailing."""
    rows = Message.objects.filter(job=job).select_related("client")
    return rows.defer("body", "html")
