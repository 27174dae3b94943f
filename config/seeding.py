"""Writes the demo company through the same actions as the pages, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from billing.actions import ledger
from billing.actions.marks import mark_invoice
from billing.models import Credit, Invoice, InvoiceMark
from billing.rules.money import money
from clients.actions import save_client, save_company
from clients.facts import recipient
from clients.models import Client, Company, Contact, Purpose
from config import demo
from config.roles import ensure_demo_logins
from dunning.actions.holds import hold
from dunning.actions.letters import queue_letters, render_letters
from dunning.actions.runs import remind_now
from dunning.models import Hold, Run
from statements.actions import issue_statement, send_statement
from statements.documents import figures_mail
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Callable

STATEMENT_KEY = "demo-statement"
FIRST = "F-1001"


def is_seeded() -> bool:
    """Whether the demo company is there, whole: the statement is its last step."""
    return Statement.objects.filter(request_key=STATEMENT_KEY).exists()


def seed(today: date) -> None:
    """Build what is missing of the demo company, counting back from the day.

    Each step looks whether it was done, so an interrupted build is finished by the
    next one, on the days of the first.
    """
    ensure_demo_logins()
    if first := Invoice.objects.filter(number=FIRST).first():
        today = first.issued_on + timedelta(days=numbered()[0][1].issued)
    seed_company()
    seed_clients()
    people = {person.username: person for person in User.objects.all()}
    steps = [*books(today, people["accountant"]), *runs(today, people["dunning"])]
    for _ago, _order, step in sorted(steps, key=lambda step: (-step[0], step[1])):
        step()
    seed_statement(today, people["accountant"])


def seed_company() -> None:
    """The company, unless there is one."""
    if not Company.objects.exists():
        save_company(Company(**demo.COMPANY))


def seed_clients() -> None:
    """Clients with their contacts."""
    for row in demo.CLIENTS:
        if Client.objects.filter(number=row.number).exists():
            continue
        client = Client(
            number=row.number,
            name=row.name,
            kind=row.kind,
            street=row.street,
            postcode=row.postcode,
            city=row.city,
            country=row.country,
            language=row.language,
            currency=row.currency,
            email=row.email,
        )
        contacts = [
            Contact(purpose=purpose, name=name, email=email, language=language)
            for number, purpose, name, email, language in demo.CONTACTS
            if number == row.number
        ]
        save_client(client, contacts)


Step = tuple[int, int, "Callable[[], None]"]
"""How many days ago, in which order within the day, and what was done."""


def books(today: date, person: User) -> list[Step]:
    """Invoices, payments, marks and pauses, each on its day."""
    steps: list[Step] = []
    for number, row, paid_after in numbered():
        steps.append((row.issued, 0, partial(invoice, number, row, today, person)))
        if paid_after:
            ago = row.issued - paid_after
            whole = demo.DemoCredit("", ago, row.amount, row.amount)
            steps.append((ago, 1, partial(credit, number, whole, today, person)))
    named = {row.name: number for number, row, _after in numbered() if row.name}
    for part in demo.CREDITS:
        number = named[part.invoice]
        steps.append((part.ago, 1, partial(credit, number, part, today, person)))
    for kind, (name, ago, why) in (
        (InvoiceMark.Kind.DISPUTED, demo.DISPUTE),
        (InvoiceMark.Kind.UNCOLLECTIBLE, demo.UNCOLLECTIBLE),
    ):
        on = today - timedelta(days=ago)
        steps.append((ago, 2, partial(mark, named[name], kind, on, why, person)))
    name, ago, until, why = demo.PROMISE
    steps.append(
        (ago, 2, partial(promise, named[name], until, ago, why, today, person))
    )
    steps.append((demo.BLOCK[1], 2, partial(block, today, person)))
    return steps


def numbered() -> list[tuple[str, demo.DemoInvoice, int]]:
    """Every invoice in the order of its date, numbered, with when it was paid."""
    past = [
        (
            demo.DemoInvoice(
                row.number, ago + at, ago + at - 30, row.amount, row.currency
            ),
            paid,
        )
        for at, row in enumerate(demo.CLIENTS)
        if row.amount
        for ago, paid in demo.PAST
    ]
    rows = past + [(row, 0) for row in demo.INVOICES]
    rows.sort(key=lambda pair: (-pair[0].issued, pair[0].client))
    return [(f"F-{n}", row, paid) for n, (row, paid) in enumerate(rows, start=1001)]


def invoice(number: str, row: demo.DemoInvoice, today: date, person: User) -> None:
    """One invoice."""
    if not Invoice.objects.filter(number=number).exists():
        ledger.record_invoice(
            Client.objects.get(number=row.client),
            number,
            money(row.amount, row.currency),
            issued_on=today - timedelta(days=row.issued),
            due_on=today - timedelta(days=row.due),
            person=person,
        )


def credit(number: str, part: demo.DemoCredit, today: date, person: User) -> None:
    """One payment or credit note, with the part of it that its invoice gets."""
    settled = Invoice.objects.get(number=number)
    key = f"demo:{number}:{part.kind}"
    made = Credit.objects.filter(import_key=key).first() or ledger.record_credit(
        settled.client,
        Credit.Kind(part.kind),
        money(part.amount, settled.currency),
        dated_on=today - timedelta(days=part.ago),
        reference=number,
        key=key,
        person=person,
    )
    if not made.allocations.exists():
        ledger.allocate(made, {settled.pk: money(part.part, settled.currency)})


def mark(number: str, kind: InvoiceMark.Kind, on: date, why: str, person: User) -> None:
    """A dispute, or "Non payé"."""
    marked = Invoice.objects.get(number=number)
    if not marked.marks.filter(kind=kind).exists():
        mark_invoice(marked, kind, on, why, person)


def promise(
    number: str, until: int, ago: int, why: str, today: date, person: User
) -> None:
    """A client said when it will pay."""
    promised = Invoice.objects.get(number=number)
    if not promised.holds.exists():
        hold(
            promised.client,
            promised,
            Hold.Kind.PROMISE,
            since=today - timedelta(days=ago),
            until=today - timedelta(days=until),
            reason=why,
            person=person,
        )


def block(today: date, person: User) -> None:
    """A client that is not reminded at all for the time being."""
    number, ago, why = demo.BLOCK
    client = Client.objects.get(number=number)
    if not client.holds.exists():
        hold(
            client,
            None,
            Hold.Kind.HOLD,
            since=today - timedelta(days=ago),
            until=None,
            reason=why,
            person=person,
        )


def runs(today: date, person: User) -> list[Step]:
    """Dunning runs; the letters of all but the last one have been e-mailed."""
    return [
        (ago, 3, partial(run, today, ago, ago != demo.RUNS[-1], person))
        for ago in demo.RUNS
    ]


def run(today: date, ago: int, send: bool, person: User) -> None:
    """One dunning run with its letters."""
    key = f"demo-run-{ago}"
    made = Run.objects.filter(request_key=key).first()
    if made is None:
        made, _plan = remind_now(
            today - timedelta(days=ago),
            policy=None,
            clients=None,
            person=person,
            request_key=key,
        )
    if made:
        render_letters(made)
        if send:
            queue_letters(made, person)


def seed_statement(today: date, person: User) -> None:
    """One statement, issued and in the outbox."""
    number, ago = demo.STATEMENT
    client = Client.objects.get(number=number)
    issued = issue_statement(
        client,
        today - timedelta(days=ago),
        today,
        issued_on=today,
        person=person,
        request_key=STATEMENT_KEY,
    )
    subject, body = figures_mail(issued.figures, issued.language)
    to = recipient(client, Purpose.STATEMENT)
    send_statement(issued, to.email, subject, body, person)
