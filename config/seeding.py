"""Writes the demo company through the same actions as the pages, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.contrib.auth.models import User

from billing.actions import ledger
from billing.actions.bank import Source, keep_bank_file
from billing.models import (
    BankAccount,
    BankFile,
    Bill,
    Credit,
)
from billing.rules.money import money, plain
from clients.actions import save_client, save_company
from clients.models import Client, Company, Contact
from config import demo, demo_bills
from config.demo_bank import Received, camt_file
from config.demo_bills import invoice_of
from config.demo_dunning import Step, decisions
from config.demo_mail import leave
from config.demo_statements import (
    are_answered,
    issue_first,
    seed_answers,
    seed_statements,
)
from config.roles import ensure_demo_logins
from dunning.actions.letters import queue_letters, render_letters
from dunning.actions.runs import remind_now
from dunning.models import Run

BANK_FILE = "camt053-demo.xml"


def is_seeded() -> bool:
    """Whether the demo company is there, whole: the answers are its last step."""
    return are_answered(numbers_by_name())


def seed(today: date) -> None:
    """Build what is missing of the demo company, counting back from the day.

    Each step looks whether it was done, so an interrupted build is finished by the
    next one, on the days of the first.
    """
    ensure_demo_logins()
    if first := Bill.objects.filter(key=demo_bills.key_of(1)).first():
        today = first.issued_on + timedelta(days=numbered()[0][1].issued)
    seed_company()
    seed_accounts()
    seed_clients()
    people = {person.username: person for person in User.objects.all()}
    accountant = people["accountant"]
    steps = [*books(today, accountant), *runs(today, people["dunning"])]
    # Before what was booked on that day.
    steps.append((demo.STATEMENT.last, 0, partial(issue_first, today, accountant)))
    for _ago, _order, step in sorted(steps, key=lambda step: (-step[0], step[1])):
        step()
    seed_desk(today, accountant)
    seed_statements(today, accountant)
    seed_answers(today, numbers_by_name())


def seed_company() -> None:
    """The company, unless there is one."""
    if not Company.objects.exists():
        save_company(Company(**demo.COMPANY))


def seed_accounts() -> None:
    """Where clients pay: an account for francs with a QR-IBAN, one for euros."""
    for account in demo.ACCOUNTS:
        BankAccount.objects.get_or_create(iban=account["iban"], defaults=account)


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


def books(today: date, person: User) -> list[Step]:
    """Invoices, payments, marks and pauses, each on its day."""
    steps: list[Step] = []
    for number, row, paid_after in numbered():
        issue = partial(demo_bills.issue, number, row, today, person)
        steps.append((row.issued, 0, issue))
        if paid_after:
            ago = row.issued - paid_after
            whole = demo.DemoCredit("", ago, row.amount, row.amount)
            steps.append((ago, 1, partial(pay, number, whole, today, person)))
    named = numbers_by_name()
    for part in demo.CREDITS:
        write = demo_bills.credit if part.kind == "credit_note" else pay
        steps.append(
            (part.ago, 1, partial(write, named[part.invoice], part, today, person))
        )
    steps += decisions(today, named, person)
    return steps


def numbered() -> list[tuple[int, demo.DemoInvoice, int]]:
    """Every invoice in the order of its date, counted, with when it was paid."""
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
    return [(n, row, paid) for n, (row, paid) in enumerate(rows, start=1)]


def numbers_by_name() -> dict[str, int]:
    """The invoices that stand for a situation, by what it is called."""
    return {row.name: n for n, row, _after in numbered() if row.name}


def pay(n: int, part: demo.DemoCredit, today: date, person: User) -> None:
    """One payment, with the part of it that its invoice gets."""
    settled = invoice_of(n)
    key = f"demo:{n}:{part.kind}"
    made = Credit.objects.filter(import_key=key).first() or ledger.record_credit(
        settled.client,
        Credit.Kind(part.kind),
        money(part.amount, settled.currency),
        dated_on=today - timedelta(days=part.ago),
        reference=settled.number,
        key=key,
        person=person,
    )
    if not made.allocations.exists():
        ledger.allocate(made, {settled.pk: money(part.part, settled.currency)})


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
            leave(made)


def seed_desk(today: date, person: User) -> None:
    """What lies on the desk this morning: a draft, and yesterday's bank file."""
    client = Client.objects.get(number=demo.DRAFT[0])
    demo_bills.leave_a_draft(client, demo.DRAFT[1], today, person)
    if BankFile.objects.filter(name=BANK_FILE).exists():
        return
    named = numbers_by_name()
    received = []
    for row in demo.RECEIVED:
        paid = invoice_of(named[row.invoice]) if row.invoice else None
        received.append(
            Received(
                Decimal(row.amount or (plain(paid.open) if paid else "0")),
                row.payer or (paid.client.name if paid else ""),
                row.text,
                paid.reference if paid and not row.text else "",
            )
        )
    content = camt_file(
        demo.ACCOUNTS[0]["iban"],
        Decimal("48210.35"),
        received,
        today - timedelta(days=1),
    )
    keep_bank_file(Source(BANK_FILE, content), person=person)
