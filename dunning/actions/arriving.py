"""Writes down when letters reached their clients, where that moves a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from dunning.actions.levels import bring_in_line, hold_letters
from dunning.facts.undelivered import arrived
from dunning.models import Arrival, Notice
from dunning.rules.arrival import deadline_after, is_late

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from delivery.models import Message

POST, EMAIL = Arrival.How.POST, Arrival.How.EMAIL


def arrived_by_email(notice: Notice, message: Message, on: date) -> None:
    """The e-mail with the letter left on the day; only late it moves the deadline.

    Nor does a copy of a letter that the client had already. Called again it
    changes nothing.
    """
    dated, issued = notice.run_on, notice.run.issued_on
    if not is_late(dated, issued, on):
        return
    with transaction.atomic():
        invoices = hold_letters([notice.pk])
        if had_before(notice, message):
            return
        Arrival.objects.get_or_create(
            message=message,
            defaults={
                "notice": notice,
                "how": EMAIL,
                "on": on,
                "deadline_on": deadline_after(dated, issued, notice.deadline_on, on),
                "at": timezone.now(),
            },
        )
        bring_in_line(invoices)


def had_before(notice: Notice, message: Message) -> bool:
    """Whether the letter reached the client otherwise than by this message."""
    others = arrived(notice.number).exclude(pk=message.pk)
    posted = Arrival.objects.filter(notice=notice, how=POST)
    return others.exists() or posted.exists()


def post_letters(numbers: Collection[str], on: date, person: Any) -> int:
    """These letters were printed and posted on the day; how many by this call.

    Those posted before, or withdrawn, stay as they are. So many queries, however
    many letters there are.
    """
    with transaction.atomic():
        named = Notice.objects.filter(number__in=numbers, withdrawal=None)
        invoices = hold_letters(list(named.values_list("pk", flat=True)))
        open_still = named.exclude(arrivals__how=POST).order_by("pk")
        letters = open_still.select_related("run").only("run_on", "deadline_on", "run")
        now = timezone.now()
        made = Arrival.objects.bulk_create(
            Arrival(
                notice=letter,
                how=POST,
                on=on,
                deadline_on=deadline_after(
                    letter.run_on, letter.run.issued_on, letter.deadline_on, on
                ),
                at=now,
                person=person,
            )
            for letter in letters
        )
        bring_in_line(invoices)
    return len(made)
