"""What people decided about a client's reminders, as events: marks, pauses, plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clients.templatetags.format import day, money
from config.timeline_event import Event
from dunning.claims import said_of

if TYPE_CHECKING:
    from billing.models import InvoiceMark
    from dunning.models import Decision, Hold, LevelChange, PaymentPlan
    from statements.models import Answer


def mark(row: InvoiceMark) -> Event:
    """A dispute or "Non payé", when it began."""
    name = {"mark": row.get_kind_display(), "number": row.invoice.number}
    return Event(
        row.since,
        "alert-triangle",
        _("%(mark)s: invoice %(number)s") % name,
        row.reason,
        "" if row.part is None else money(row.part),
        person=str(row.person or ""),
        address=reverse("invoice", args=[row.invoice_id]),
    )


def mark_ended(row: InvoiceMark) -> Event:
    """A dispute or "Non payé", when it was over."""
    name = {"mark": row.get_kind_display(), "number": row.invoice.number}
    assert row.ended_on  # noqa: S101
    return Event(
        row.ended_on,
        "check",
        _("No longer %(mark)s: invoice %(number)s") % name,
        row.end_reason,
        person=str(row.ended_by or ""),
        address=reverse("invoice", args=[row.invoice_id]),
    )


def held(row: Hold) -> str:
    """What is paused, in words."""
    return f"{row.get_kind_display()} {row.invoice.number if row.invoice else ''}"


def hold(row: Hold) -> Event:
    """A pause or a promise, when it began."""
    until = _("until %(day)s") % {"day": day(row.until)} if row.until else ""
    return Event(
        row.since,
        "player-pause",
        held(row),
        " · ".join(part for part in (row.reason, until) if part),
        "" if row.promised is None else money(row.promised),
        person=str(row.person or ""),
    )


def hold_released(row: Hold) -> Event:
    """A pause or a promise, when somebody released it."""
    assert row.released_on  # noqa: S101
    return Event(
        row.released_on,
        "check",
        _("Released: %(hold)s") % {"hold": held(row)},
        person=str(row.released_by or ""),
    )


def plan(row: PaymentPlan) -> Event:
    """A payment plan, on the day it was agreed."""
    return Event(
        row.agreed_on,
        "calendar",
        _("Payment plan agreed"),
        row.reason,
        person=str(row.person or ""),
        address=reverse("plan", args=[row.pk]),
    )


def plan_ended(row: PaymentPlan) -> Event:
    """A payment plan, when somebody ended it."""
    assert row.ended_on  # noqa: S101
    return Event(
        row.ended_on,
        "check",
        _("Payment plan ended"),
        row.end_reason,
        person=str(row.ended_by or ""),
        address=reverse("plan", args=[row.pk]),
    )


def level_set(row: LevelChange) -> Event:
    """A level that was set without a letter."""
    levels = {
        "number": row.invoice.number,
        "before": row.level_before,
        "level": row.level,
    }
    return Event(
        localtime(row.at).date(),
        "pencil",
        _("Invoice %(number)s: level set by hand, %(before)s → %(level)s") % levels,
        row.reason,
        person=str(row.person or ""),
        address=reverse("invoice_reminders", args=[row.invoice_id]),
    )


def decided(row: Decision) -> Event:
    """What follows the last level of an invoice."""
    again = (
        _("look again on %(day)s") % {"day": day(row.again_on)} if row.again_on else ""
    )
    what = {"number": row.invoice.number, "what": row.get_kind_display()}
    return Event(
        row.decided_on,
        "check",
        _("Invoice %(number)s: %(what)s") % what,
        " · ".join(part for part in (row.reason, again) if part),
        person=str(row.person or ""),
        address=reverse("invoice_reminders", args=[row.invoice_id]),
    )


def answer(row: Answer) -> Event:
    """What the client said on the page of a document, and whether it still waits."""
    waits = row.get_state_display() if row.state == row.State.PENDING else ""
    return Event(
        localtime(row.created_at).date(),
        "mail",
        said_of(row),
        " · ".join(part for part in (row.text, waits) if part),
        person=row.name,
        address=reverse("answer", args=[row.pk]),
    )


def answer_decided(row: Answer) -> Event:
    """What a person made of it."""
    assert row.decided_at  # noqa: S101
    what = {"answer": row.get_kind_display(), "state": row.get_state_display()}
    return Event(
        localtime(row.decided_at).date(),
        "check",
        _("%(answer)s: %(state)s") % what,
        row.note,
        person=str(row.decided_by or ""),
        address=reverse("answer", args=[row.pk]),
    )
