"""The list of all runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.badges import badge
from clients.templatetags import format as written
from dunning.bars import bar
from dunning.models import Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.safestring import SafeString

    from dunning.facts import RunTotals
    from dunning.facts.ways import Way

NUM = {"th": {"class": "num"}, "td": {"class": "num"}}
STATE_COLOURS = {"issued": "green", "draft": "yellow", "discarded": "secondary"}


class RunTable(tables.Table):
    """Every run; `totals` are those of the runs on the page."""

    run_on = tables.Column(verbose_name=_("Date"))
    state = tables.Column(verbose_name=_("State"))
    person = tables.Column(
        verbose_name=_("By"), empty_values=(), order_by=("created_at",)
    )
    letters = tables.Column(
        verbose_name=_("Letters"), empty_values=(), orderable=False, attrs=NUM
    )
    invoices = tables.Column(
        verbose_name=_("Invoices"), empty_values=(), orderable=False, attrs=NUM
    )
    levels = tables.Column(
        verbose_name=_("Per level"), empty_values=(), orderable=False
    )
    total = tables.Column(
        verbose_name=_("To pay"), empty_values=(), orderable=False, attrs=NUM
    )

    sent = tables.Column(verbose_name=_("Delivery"), empty_values=(), orderable=False)

    class Meta:
        model = Run
        fields = (
            "run_on",
            "state",
            "person",
            "letters",
            "invoices",
            "levels",
            "total",
            "sent",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Totals are set by the page once it knows which runs it shows."""
        super().__init__(*args, **options)
        self.totals: Mapping[int, RunTotals] = {}
        self.ways: Mapping[int, Mapping[Way, int]] = {}
        # Letters that a person withdrew, and all that count, of each run.
        self.undone: Mapping[int, tuple[int, int]] = {}

    def render_run_on(self, record: Run) -> SafeString:
        """The date leads to the run."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("run", args=[record.pk]),
            written.day(record.run_on),
        )

    def render_state(self, record: Run) -> SafeString:
        """Draft, issued or discarded; and whether letters of it were taken back."""
        shown = badge(record.get_state_display(), STATE_COLOURS[record.state])
        withdrawn, letters = self.undone.get(record.pk, (0, 0))
        if not withdrawn:
            return shown
        whole = withdrawn == letters
        word = gettext("undone") if whole else gettext("partly undone")
        return format_html("{} {}", shown, badge(word, "secondary"))

    def render_person(self, record: Run) -> SafeString:
        """Who issued it, or proposed it, and when."""
        person = record.issued_by or record.created_by
        at = localtime(record.issued_at or record.created_at)
        return format_html(
            '<span>{} <span class="text-secondary">{} {}</span></span>',
            person or "–",
            written.localday(at),
            at.strftime("%H:%M"),
        )

    def value_person(self, record: Run) -> str:
        """The person alone, for a file."""
        return str(record.issued_by or record.created_by or "")

    def render_letters(self, record: Run) -> int:
        """How many letters."""
        return self.totals[record.pk].letters

    def render_invoices(self, record: Run) -> int:
        """How many invoices gained a level."""
        return self.totals[record.pk].invoices

    def render_levels(self, record: Run) -> SafeString:
        """How many invoices reached each level."""
        return format_html_join(
            " ",
            '<span class="badge bg-blue-lt">{}</span>',
            (
                [gettext("Level %(level)s: %(n)s") % {"level": level, "n": count}]
                for level, count in self.totals[record.pk].levels.items()
            ),
        )

    def render_total(self, record: Run) -> SafeString:
        """What the letters ask for, a currency a line."""
        return format_html_join(
            "",
            "<div>{}</div>",
            ([written.money(s.total)] for s in self.totals[record.pk].sums.values()),
        )

    def render_sent(self, record: Run) -> str:
        """How far its letters have got, as a picture with its words."""
        parts = bar(self.ways.get(record.pk, {}))
        if not parts:
            return "–"
        return render_to_string("dunning/_bar.html", {"bar": parts, "words": True})

    def value_sent(self, record: Run) -> str:
        """The same in words, for a file."""
        parts = bar(self.ways.get(record.pk, {}))
        return ", ".join(f"{part.label}: {part.count}" for part in parts)
