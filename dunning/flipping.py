"""The letters of a run one after the other: drafts of them, then what was issued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from clients.facts import address_block, company, recipients
from clients.models import Client, Purpose
from dunning.facts import draft_plan
from dunning.models import Channel, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moneyed import Money

    from dunning.models import Notice
    from dunning.rules.plan import PlannedNotice

# So many letters stand in the list beside the one that is read.
LISTED = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in the list: whose it is, what it asks for, and how it goes out."""

    key: str
    client: Client
    number: str
    level: str
    invoices: int
    total: Money
    channel: str
    email: str
    address: str
    pdf: str

    @property
    def by_post(self) -> bool:
        """Whether it goes by post, and not by e-mail."""
        return self.channel == Channel.POST

    @property
    def channel_name(self) -> str:
        """How it goes out, in words."""
        return str(Channel(self.channel).label)


@dataclass(frozen=True, slots=True)
class Flip:
    """One letter with its neighbours, and the part of the list it stands in."""

    letter: Letter
    place: int
    count: int
    before: str
    after: str
    letters: list[Letter]
    first: int
    list_before: str
    list_after: str


def flip(run: Run, wanted: str) -> Flip | None:
    """The letter with this key, or the first; None where the run has none."""
    if run.state == Run.State.DRAFT:
        return _flip_drafts(run, wanted)
    return _flip_issued(run, wanted)


def _flip_drafts(run: Run, wanted: str) -> Flip | None:
    planned = draft_plan(run).notices
    keys = [_key(letter) for letter in planned]
    if not keys:
        return None
    place = keys.index(wanted) if wanted in keys else 0
    first = place - place % LISTED
    return _flip(keys, place, _drafts(run, planned[first : first + LISTED]))


def _flip_issued(run: Run, wanted: str) -> Flip | None:
    rows = run.notices.order_by("pk")
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    if not keys:
        return None
    place = keys.index(wanted) if wanted in keys else 0
    first = place - place % LISTED
    listed = rows.select_related("client").prefetch_related("lines")
    return _flip(keys, place, _issued(list(listed[first : first + LISTED])))


def _flip(keys: Sequence[str], place: int, listed: list[Letter]) -> Flip:
    def at(other: int) -> str:
        return keys[other] if 0 <= other < len(keys) else ""

    first = place - place % LISTED
    return Flip(
        letter=listed[place - first],
        place=place + 1,
        count=len(keys),
        before=at(place - 1),
        after=at(place + 1),
        letters=listed,
        first=first + 1,
        list_before=at(first - LISTED),
        list_after=at(first + LISTED),
    )


def _key(planned: PlannedNotice) -> str:
    owner = planned.dossier
    return f"{owner.client_id}-{owner.currency}-{planned.part}"


def _drafts(run: Run, planned: Sequence[PlannedNotice]) -> list[Letter]:
    home = company()
    clients = Client.objects.in_bulk({one.dossier.client_id for one in planned})
    mailboxes = recipients(clients.values(), Purpose.REMINDER)
    return [
        Letter(
            key=_key(one),
            client=(client := clients[one.dossier.client_id]),
            number="",
            level=f"{one.level.position} {one.level.name}",
            invoices=len(one.lines),
            total=one.total,
            channel=one.channel,
            email=mailboxes[client.pk].email,
            address=address_block(client, home),
            pdf=reverse(
                "run_draft_pdf",
                args=[run.pk, client.pk, one.dossier.currency, one.part or "-"],
            ),
        )
        for one in planned
    ]


def _issued(notices: Sequence[Notice]) -> list[Letter]:
    return [
        Letter(
            key=str(one.pk),
            client=one.client,
            number=one.number,
            level=f"{one.level} {one.level_name}",
            invoices=len(one.lines.all()),
            total=one.total,
            channel=one.channel,
            email=one.email,
            address=one.address,
            pdf=reverse("notice_pdf", args=[one.pk]),
        )
        for one in notices
    ]
