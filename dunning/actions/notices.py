"""Writes the letters of a run in bulk: numbers, copies of words, levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from billing.actions.numbering import take_numbers
from billing.models import Invoice
from clients.bulk import insert_rows
from clients.facts import address_block, company, recipients
from clients.models import Client, Purpose
from dunning.actions.charging import write_charges
from dunning.documents import Wording, line_values, notice_values
from dunning.models import Notice, NoticeLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunning.models import Run
    from dunning.rules.plan import RunPlan

SERIES = "R"


def write_notices(run: Run, plan: RunPlan) -> None:
    """Number and insert every letter of the plan, and raise its invoices.

    In the transaction of the run that is issued; the constraint that an invoice
    reaches a level once is the last guard (IntegrityError).
    """
    home = company()
    wording = Wording(home, plan.run_on)
    reminded = run.lines.filter(selected=True).values("client")
    clients = {client.pk: client for client in Client.objects.filter(pk__in=reminded)}
    mailboxes = recipients(clients.values(), Purpose.REMINDER)
    numbers = take_numbers(SERIES, plan.run_on.year, len(plan.notices))
    _insert(
        Notice,
        {"run_id": run.pk},
        [
            notice_values(
                notice,
                number,
                wording,
                address=address_block(clients[notice.dossier.client_id], home),
                email=mailboxes[notice.dossier.client_id].email,
            )
            for notice, number in zip(plan.notices, numbers, strict=True)
        ],
    )
    written = dict(
        Notice.objects.filter(run=run).order_by().values_list("number", "pk")
    )
    _insert(
        NoticeLine,
        {},
        [
            {"notice_id": written[number], **line_values(line, wording)}
            for notice, number in zip(plan.notices, numbers, strict=True)
            for line in notice.lines
        ],
    )
    _raise_invoices(run)
    write_charges(run, plan)


def _insert(
    model: type[Notice | NoticeLine],
    same: dict[str, Any],
    rows: Sequence[dict[str, Any]],
) -> None:
    fields = [*same, *rows[0]]
    insert_rows(model, fields, ([*same.values(), *row.values()] for row in rows))


def _raise_invoices(run: Run) -> None:
    """Bring today's level and deadline of the invoices in line with their letters."""
    gained = NoticeLine.objects.filter(notice__run=run)
    own = gained.filter(invoice=OuterRef("pk"))
    Invoice.objects.filter(pk__in=gained.values("invoice")).update(
        level=Subquery(own.values("level")),
        deadline_on=Subquery(own.values("deadline_on")),
    )
