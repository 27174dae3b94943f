"""Statements of many clients: drawn on every core, issued and sent one by one."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from clients.facts import company, recipients
from clients.models import Purpose
from delivery.actions.jobs import mailing_of, start_job
from delivery.joining import archived, join_pdfs
from delivery.models import Job
from delivery.pdf import RenderFailure, render_sheets
from delivery.poking import poke_mail
from statements.actions.issuing import (
    Asked,
    StatementRefusal,
    keep_statement,
    missing_address,
    queue_statement,
)
from statements.actions.opening import mailed_page
from statements.bulk import Papers, job_key, papers
from statements.documents import figures_mail
from statements.models import Statement
from statements.rules.statement import StatementImbalance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from clients.facts import Recipient
    from delivery.pdf import Sheet
    from statements.rules.orders import Order
    from statements.rules.statement import StatementOfAccount
    from statements.turning import Turn

logger = logging.getLogger(__name__)
# What the keys of statements begin with that are made for whoever it is due.
ALL = "all:"


class Made(NamedTuple):
    """What became of a client: its statement, and where it goes; or why there is none.

    With a statement the reason says why it is not sent.
    """

    turn: Turn
    statement: Statement | None = None
    recipient: str = ""
    reason: str = ""
    failed: bool = False


class Prepared(NamedTuple):
    """A statement that is laid out and waits to be drawn."""

    asked: Asked
    data: StatementOfAccount
    token: str
    sheet: Sheet


class Drawn(NamedTuple):
    """The same with its PDF, or with what kept it from being drawn."""

    prepared: Prepared
    content: bytes | RenderFailure


def issue_turns(
    turns: Sequence[Turn],
    order: Order,
    *,
    issued_on: date,
    person: Any,
    known: Mapping[int, Statement] | None = None,
    job: Job | None = None,
) -> Iterator[Made]:
    """Issue, and send where it is ordered; what became of each client, in order.

    A client that fails does not keep the others from theirs. `known` are statements
    that are there already, by client; they are sent if they were not. The e-mails are
    one mailing, that of the `job`.
    """
    mailboxes = recipients((turn.client for turn in turns), Purpose.STATEMENT)
    known = known or {}
    new = [turn for turn in turns if not turn.reason and turn.client.pk not in known]
    drawn = _drawn(_asked(turn, order, mailboxes, issued_on, person) for turn in new)
    for turn in turns:
        if turn.reason and turn.client.pk not in known:
            yield Made(turn, reason=turn.reason)
            continue
        found = known.get(turn.client.pk) or next(drawn)
        if isinstance(found, Drawn):
            found = _kept(found)
        if isinstance(found, str):
            yield Made(turn, reason=found, failed=True)
        else:
            yield _sent(turn, found, mailboxes[turn.client.pk], order, person, job)
    if order.send:
        poke_mail()


def made_before(order: Order, clients: Collection[int]) -> dict[int, Statement]:
    """What the same order has made already, by client: of a worker that was ended."""
    found = Statement.objects.filter(
        client__in=clients,
        end=order.end,
        kind=order.kind,
        unpaid_only=order.unpaid_only,
        request_key__startswith=ALL,
    ).select_related("client")
    return {made.client_id: made for made in found}


def start_statements(order: Order, request_key: str, person: Any) -> Job:
    """Have a worker issue the statements of an order; the same request once."""
    with transaction.atomic():
        return start_job(
            Job.Kind.STATEMENTS, job_key(request_key), order.kept(), person
        )


def statements_pdf(
    job: Job, which: Papers, *, by_postcode: bool = False, duplex: bool = False
) -> bytes:
    """The statements a job has made as one PDF, by client number or by postcode.

    Empty where there is none. Those of our own country come before those abroad.
    """
    kept = papers(job, which)
    if by_postcode:
        here = Q(client__country=company().country)
        abroad = ExpressionWrapper(~here, output_field=BooleanField())
        kept = kept.order_by(
            abroad,
            "client__country",
            "client__postcode",
            "client__number",
            "number",
        )
    titles = [
        (key, f"{name} · {number}")
        for key, name, number in kept.values_list("pk", "client__name", "number")
    ]
    return join_pdfs(archived(titles), duplex=duplex) if titles else b""


def _asked(
    turn: Turn,
    order: Order,
    mailboxes: Mapping[int, Recipient],
    issued_on: date,
    person: Any,
) -> Asked:
    assert turn.start is not None  # noqa: S101 - whose turn it is has a period
    return Asked(
        client=turn.client,
        start=turn.start,
        end=order.end,
        kind=order.kind,
        unpaid_only=order.unpaid_only,
        language=mailboxes[turn.client.pk].language,
        issued_on=issued_on,
        person=person,
        # The same client and period ask for the same statement, also at once.
        request_key=f"{ALL}{turn.client.pk}:{turn.start:%Y%m%d}:{order.end:%Y%m%d}",
    )


def _drawn(wanted: Iterable[Asked]) -> Iterator[Drawn | str]:
    """Each in its order, or why it is not: laid out while others are drawn."""
    laid: deque[Prepared | str] = deque()

    def sheets() -> Iterator[Sheet]:
        for asked in wanted:
            one = _sheet(asked)
            laid.append(one)
            if isinstance(one, Prepared):
                yield one.sheet

    for content in render_sheets(sheets()):
        while isinstance(one := laid.popleft(), str):
            yield one
        yield Drawn(one, content)
    for one in laid:
        assert isinstance(one, str)  # noqa: S101 - each of the others was drawn
        yield one


def _sheet(asked: Asked) -> Prepared | str:
    """The statement laid out, or why it is not: others are laid out beside it."""
    try:
        data = asked.data()
        token = asked.token(data)
        return Prepared(asked, data, token, asked.sheet(data, token))
    except StatementImbalance as error:
        return str(error)
    except (OperationalError, InterfaceError):
        # The database is gone: no client's failure.
        raise
    except Exception as error:
        logger.exception("The statement of client %s fails", asked.client.pk)
        return f"{type(error).__name__}: {error}"


def _kept(drawn: Drawn) -> Statement | str:
    one, content = drawn
    if isinstance(content, RenderFailure):
        return str(content)
    try:
        return keep_statement(one.asked, one.data, content, one.token)
    except StatementRefusal as refusal:
        return str(refusal)


def _sent(
    turn: Turn,
    statement: Statement,
    mailbox: Recipient,
    order: Order,
    person: Any,
    job: Job | None,
) -> Made:
    if not order.send:
        return Made(turn, statement)
    if not mailbox.email:
        return Made(turn, statement, reason=missing_address(turn.client))
    mailing = mailing_of(job) if job else None
    if job and mailing is None:
        # Somebody cancelled it, and wants no more of it.
        return Made(turn, statement)
    page = mailed_page(statement, timezone.now())
    subject, body = figures_mail(statement.figures, statement.language, page)
    queue_statement(statement, mailbox.email, subject, body, person, mailing=mailing)
    return Made(turn, statement, mailbox.email)
