"""Makes invoices that come back by themselves, each of their days once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.drafts import save_draft
from billing.actions.issuing import issue_draft
from billing.actions.ledger import LedgerRefusal
from billing.actions.papers import PaperRefusal, send_bill
from billing.composing import composed
from billing.documents import bill_mail
from billing.models import (
    BillKind,
    Draft,
    DraftInstalment,
    DraftLine,
    Occurrence,
    Recurrence,
)
from billing.recipient import bill_page
from billing.recurrences import last_made, placeholder_problem, rhythm_of, words_of
from billing.rules.placeholders import fill_placeholders
from clients.facts import recipient
from clients.models import Purpose
from delivery.pdf import RenderFailure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing.models import Bill

# What is copied from the pattern as it is.
COPIED = (
    "client_id",
    "language",
    "currency",
    "terms_days",
    "discount_percent",
    "discount_days",
    "order_reference",
    "prices_include_vat",
    "round_to_five",
)
TEXTS = ("title", "opening", "closing")
LONGEST_PROBLEM = 300


class RecurrenceRefusal(LedgerRefusal):
    """A recurring invoice that cannot be; its text says why."""


@transaction.atomic
def start_recurrence(draft: Draft, wanted: Recurrence) -> Recurrence:
    """Make a draft the pattern of an invoice that comes back; twice gives the first.

    Raises RecurrenceRefusal when the draft is gone, corrects an invoice, or has
    placeholders that nobody can fill in.
    """
    locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None:
        raise RecurrenceRefusal(_("The draft was issued or discarded meanwhile."))
    if made := Recurrence.objects.filter(draft=locked).first():
        return made
    if locked.kind != BillKind.INVOICE:
        raise RecurrenceRefusal(_("Only an invoice can come back."))
    check_placeholders(locked)
    # Its invoices are dated on the day on which they are made.
    Draft.objects.filter(pk=locked.pk).update(issued_on=None)
    wanted.draft = locked
    wanted.save(force_insert=True)
    return wanted


@transaction.atomic
def change_recurrence(changed: Recurrence) -> None:
    """Keep another rhythm, or another way to issue, for the days to come."""
    check_placeholders(changed.draft)
    Recurrence.objects.filter(pk=changed.pk).update(
        every_months=changed.every_months,
        first_on=changed.first_on,
        last_on=changed.last_on,
        issues_itself=changed.issues_itself,
        sends_itself=changed.sends_itself,
    )


def pause_recurrence(recurrence: Recurrence) -> None:
    """Make nothing of it until it is resumed."""
    Recurrence.objects.filter(pk=recurrence.pk).update(paused=True)


@transaction.atomic
def resume_recurrence(
    recurrence: Recurrence, today: date, *, catch_up: bool
) -> list[date]:
    """Let it come back; the days missed meanwhile are made up for, or passed over.

    Tells the days passed over.
    """
    locked = Recurrence.objects.select_for_update().get(pk=recurrence.pk)
    if not locked.paused:
        return []
    Recurrence.objects.filter(pk=locked.pk).update(paused=False)
    missed = [] if catch_up else rhythm_of(locked).due(today, last_made(locked))
    Occurrence.objects.bulk_create(
        Occurrence(recurrence=locked, due_on=day) for day in missed
    )
    return missed


@transaction.atomic
def end_recurrence(recurrence: Recurrence, today: date) -> None:
    """Make nothing of it after today; what was made stays."""
    locked = Recurrence.objects.select_for_update().get(pk=recurrence.pk)
    last_on = min(today, locked.last_on or today)
    Recurrence.objects.filter(pk=locked.pk).update(last_on=last_on)


def make_due(today: date, person: Any = None) -> list[Occurrence]:
    """Everything that has come by the day and was not made yet, in order.

    Whoever calls it, and however often: each day of a recurrence is made once, in
    a transaction of its own. What could not be issued stays as a draft, and the
    occurrence says why.
    """
    made = []
    active = Recurrence.objects.filter(paused=False, first_on__lte=today)
    for pk in active.order_by("first_on", "pk").values_list("pk", flat=True):
        while occurrence := _make_next(pk, today, person):
            made.append(occurrence)
    _send_waiting(person)
    for occurrence in made:
        occurrence.refresh_from_db()
    return made


def check_placeholders(draft: Draft) -> None:
    """Raise RecurrenceRefusal for a placeholder that nobody can fill in."""
    if problem := placeholder_problem(draft):
        raise RecurrenceRefusal(problem)


@transaction.atomic
def _make_next(pk: int, today: date, person: Any) -> Occurrence | None:
    """The first day that has come and was not made yet; None when there is none."""
    recurrence = (
        Recurrence.objects.select_for_update(of=("self",))
        .select_related("draft__client")
        .get(pk=pk)
    )
    days = rhythm_of(recurrence).due(today, last_made(recurrence))
    if recurrence.paused or not days:
        return None
    person = person or recurrence.created_by
    draft, problem = _draft(recurrence, days[0], person)
    occurrence = Occurrence.objects.create(
        recurrence=recurrence, due_on=days[0], draft=draft, problem=problem
    )
    if recurrence.issues_itself and not problem:
        _issue(occurrence, draft, today, person)
    return occurrence


def _send_waiting(person: Any) -> None:
    """Queue the e-mails of what issued itself, those left over from before too."""
    waiting = Occurrence.objects.filter(to_send=True).order_by("due_on", "pk")
    for occurrence in waiting.select_related("bill__client", "bill__created_by"):
        if bill := occurrence.bill:
            problem = _send(bill, person or bill.created_by)
            Occurrence.objects.filter(pk=occurrence.pk).update(
                problem=problem[:LONGEST_PROBLEM], to_send=False
            )


def _send(bill: Bill, person: Any) -> str:
    """Put the e-mail of a bill into the outbox; why not, where that cannot be."""
    to = recipient(bill.client, Purpose.INVOICE)
    subject, body = bill_mail(composed(bill), to.language, bill_page(bill, 1))
    try:
        send_bill(
            bill,
            recipient=to.email,
            subject=subject,
            body=body,
            occasion=1,
            person=person,
        )
    except (PaperRefusal, RenderFailure) as failure:
        return _("It is issued, but was not sent: %(why)s") % {"why": failure}
    return ""


def _issue(occurrence: Occurrence, draft: Draft, today: date, person: Any) -> None:
    try:
        issue_draft(draft, today=today, person=person, version=draft.version)
    except LedgerRefusal as refusal:
        occurrence.problem = str(refusal)[:LONGEST_PROBLEM]
        occurrence.save(update_fields=["problem"])
    else:
        Occurrence.objects.filter(pk=occurrence.pk).update(
            to_send=occurrence.recurrence.sends_itself
        )


def _draft(recurrence: Recurrence, day: date, person: Any) -> tuple[Draft, str]:
    """The pattern with the words of a day; and what could not be filled in."""
    pattern = recurrence.draft
    words = words_of(recurrence, day)
    problem = placeholder_problem(pattern)[:LONGEST_PROBLEM]
    values = {name: getattr(pattern, name) for name in COPIED}
    texts = {name: fill_placeholders(getattr(pattern, name), words) for name in TEXTS}
    texts["title"] = texts["title"][: Draft._meta.get_field("title").max_length]  # noqa: SLF001
    draft = Draft(kind=BillKind.INVOICE, created_by=person, **values, **texts)
    lines = [_line(row, words) for row in pattern.lines.all()]
    parts = [
        DraftInstalment(days=part.days, percent=part.percent)
        for part in pattern.instalments.all()
    ]
    return save_draft(draft, lines, parts, version=0), problem


def _line(row: DraftLine, words: Mapping[str, str]) -> DraftLine:
    return DraftLine(
        description=fill_placeholders(row.description, words),
        quantity=row.quantity,
        unit=row.unit,
        price=row.price,
        discount_percent=row.discount_percent,
        vat_code=row.vat_code,
    )
