"""The demo company's statements, what clients answered to them, and their schedule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clients.facts import recipient
from clients.models import Client, Purpose
from config import demo
from config.demo_bills import invoice_of, key_of
from statements.actions import issue_statement, send_statement
from statements.actions.answering import Said, keep_answer
from statements.actions.opening import mailed_page
from statements.actions.scheduling import keep_schedule
from statements.documents import figures_mail
from statements.models import AnswerPart, Schedule, Statement
from statements.rules.orders import Order
from statements.rules.schedule import Rhythm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.contrib.auth.models import User


def issue_first(today: date, person: User) -> None:
    """The one that another goes on from."""
    issue_one(today, person, demo.STATEMENT)


def issue_one(today: date, person: User, row: demo.DemoStatement) -> Statement:
    """A statement as of its last day."""
    end = today - timedelta(days=row.last)
    return issue_statement(
        Client.objects.get(number=row.client),
        today - timedelta(days=row.first),
        end,
        issued_on=end,
        person=person,
        request_key=row.key,
    )


def seed_statements(today: date, person: User) -> None:
    """The statements of today, in the outbox, and when they come by themselves."""
    for row in demo.STATEMENTS:
        issued = issue_one(today, person, row)
        page = mailed_page(issued, issued.issued_at)
        subject, body = figures_mail(issued.figures, issued.language, page)
        to = recipient(issued.client, Purpose.STATEMENT)
        send_statement(issued, to.email, subject, body, person)
    if not Schedule.objects.exists():
        order = Order(today, Statement.Kind.ACTIVITY, send=True, skip_zero=True)
        wanted = order.kept()
        del wanted["end"]
        made = Schedule(name=demo.SCHEDULE, rhythm=Rhythm.MONTHLY, wanted=wanted)
        keep_schedule(made, today, person)


def seed_answers(today: date, named: Mapping[str, int]) -> None:
    """One answer of each kind that waits for a person."""
    for row in demo.ANSWERS:
        answered = invoice_of(named[row.invoice])
        last = answered.client.statements.select_related("document").latest("pk")
        link = last.document.links.earliest("pk")
        said = Said(
            kind=row.kind,
            day=None if row.days is None else today + timedelta(days=row.days),
            reference=row.reference,
            text=row.text,
            name=row.by,
        )
        keep_answer(link, [answered.pk], said, f"demo-{row.kind}")


def are_answered(named: Mapping[str, int]) -> bool:
    """Whether the last of them is there."""
    last = key_of(named[demo.ANSWERS[-1].invoice])
    return AnswerPart.objects.filter(invoice__bill__key=last).exists()
