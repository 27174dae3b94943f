"""The proposed lines of a run as its second step shows them, by client."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import exact_sum
from billing.rules.money import from_units
from clients.facts import recipients
from clients.models import Purpose
from clients.templatetags import format as written
from dunning.facts.promises import promise_counts
from dunning.models import Channel, NoticeLine, Run, RunLine
from dunning.reasons import amount_in_words, explain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from moneyed import Money

    from clients.facts import Recipient
    from clients.models import Client
    from dunning.rules.plan import PlannedLine, PlannedNotice, RunPlan


@dataclass(frozen=True, slots=True)
class LastLetter:
    """The letter that reminded of an invoice last."""

    pk: int
    number: str
    run_on: date


@dataclass(frozen=True, slots=True)
class Row:
    """A proposed line: where its reminders stand, and what is otherwise by now.

    `fell` says why it cannot be issued any more.
    """

    line: RunLine
    last_level: int
    level_name: str
    last: LastLetter | None
    disputed: str = ""
    fell: str = ""
    now_open: Money | None = None


@dataclass(frozen=True, slots=True)
class ClientRows:
    """The rows of a client and currency that stand on a page of the proposal."""

    client: Client
    currency: str
    recipient: Recipient
    rows: list[Row]
    open: Money
    invoices: int
    letters: list[PlannedNotice] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def is_part(self) -> bool:
        """Whether other pages, or another filter, show more of it."""
        return len(self.rows) < self.invoices

    @property
    def channels(self) -> list[str]:
        """How its letters go out, as they stand now."""
        found = {letter.channel for letter in self.letters}
        return [str(Channel(code).label) for code in Channel.values if code in found]

    @property
    def has_address(self) -> bool:
        """Whether an e-mail can reach it."""
        return bool(self.recipient.email)


@dataclass(frozen=True, slots=True)
class Now:
    """What the ticked lines of a draft come to now, by invoice and by client."""

    lines: dict[int, PlannedLine] = field(default_factory=dict)
    fallen: dict[int, str] = field(default_factory=dict)
    letters: dict[tuple[int, str], list[PlannedNotice]] = field(default_factory=dict)


def as_it_is_now(plan: RunPlan) -> Now:
    """A plan, looked up by invoice and by client."""
    letters: dict[tuple[int, str], list[PlannedNotice]] = {}
    for notice in plan.notices:
        owner = notice.dossier.client_id, notice.dossier.currency
        letters.setdefault(owner, []).append(notice)
    return Now(
        {line.item.invoice_id: line for line in plan.proposed},
        {out.item.invoice_id: explain(out.reason, out.detail) for out in plan.excluded},
        letters,
    )


def by_client(
    run: Run, lines: Sequence[RunLine], names: Mapping[int, str], now: Now
) -> list[ClientRows]:
    """The lines of a page, by client and currency; `names` of levels.

    The sum at the head of each is that of all its proposed lines, not of the page.
    """
    clients = {line.client_id: line.client for line in lines}
    mailboxes = recipients(clients.values(), Purpose.REMINDER)
    whole = _whole(run, clients)
    last = _last_letters([line.invoice_id for line in lines])
    broken = {
        client: count.broken
        for client, count in promise_counts(clients, run.run_on).items()
    }
    found = []
    for (client, currency), own in groupby(
        lines, key=lambda line: (line.client_id, line.currency)
    ):
        invoices, opened = whole[client, currency]
        letters = now.letters.get((client, currency), [])
        found.append(
            ClientRows(
                clients[client],
                currency,
                mailboxes[client],
                [_row(run, line, names, last, now) for line in own],
                opened,
                invoices,
                letters,
                list(_warnings(letters, broken.get(client, 0))),
            )
        )
    return found


def _whole(
    run: Run, clients: Collection[int]
) -> dict[tuple[int, str], tuple[int, Money]]:
    """Proposed lines of each client and currency: how many, and what is open."""
    rows = run.lines.filter(level__gt=0, client__in=clients).order_by()
    return {
        (client, currency): (invoices, from_units(units, currency))
        for client, currency, invoices, units in rows.values_list(
            "client_id", "currency"
        ).annotate(invoices=Count("pk"), units=exact_sum("open"))
    }


def _last_letters(invoices: Collection[int]) -> dict[int, LastLetter]:
    rows = NoticeLine.objects.filter(invoice__in=invoices, withdrawn_at=None)
    return {
        invoice: LastLetter(pk, number, run_on)
        for invoice, pk, number, run_on in rows.order_by("pk").values_list(
            "invoice_id", "notice_id", "notice__number", "run_on"
        )
    }


def _row(
    run: Run,
    line: RunLine,
    names: Mapping[int, str],
    last: Mapping[int, LastLetter],
    now: Now,
) -> Row:
    planned = now.lines.get(line.invoice_id)
    is_ticked = run.state == Run.State.DRAFT and line.selected
    fell = ""
    if is_ticked and planned is None:
        fell = now.fallen.get(line.invoice_id) or _("Paid in the meantime.")
    elif is_ticked and planned and planned.level.position != line.level:
        fell = explain("changed", {"level": line.level})
    is_other = planned is not None and planned.item.claimed != line.open
    disputed = line.detail.get("disputed", "")
    return Row(
        line,
        min(line.invoice.level, line.level - 1),
        names.get(line.level, ""),
        last.get(line.invoice_id),
        amount_in_words(disputed, line.currency) if disputed else "",
        fell,
        planned.item.claimed if planned and is_other else None,
    )


def _warnings(letters: Iterable[PlannedNotice], broken: int) -> Iterable[str]:
    """What one should know of a client before its letters are issued."""
    for letter in letters:
        if letter.credit:
            yield _("Credits of %(credit)s are deducted.") % {
                "credit": written.money(letter.credit)
            }
        if letter.earlier:
            yield _("Earlier fees of %(earlier)s are claimed again.") % {
                "earlier": written.money(letter.earlier)
            }
    if broken:
        yield ngettext(
            "%(n)s promise to pay was broken.",
            "%(n)s promises to pay were broken.",
            broken,
        ) % {"n": broken}
