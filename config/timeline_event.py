"""What a timeline consists of: events, and where each kind of them is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from django.db.models import Model, QuerySet

    from clients.models import Client


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: on a day, what, how much, by whom, and where to look."""

    on: date
    icon: str
    title: str
    text: str = ""
    amount: str = ""
    person: str = ""
    address: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one kind that tell of an event each, with the day it happened."""

    model: type[Model]
    tell: Callable[[Any], Event]
    # The column of the day, and the way from a row to its client.
    day: Any
    path: str = "client"
    related: tuple[str, ...] = ()
    ended: str = ""
    wanted: Q = field(default_factory=Q)

    def rows(self, client: Client) -> QuerySet[Any, Any]:
        """All of them of a client, those that have ended where the end is told."""
        found = self.model._default_manager.filter(  # noqa: SLF001
            self.wanted, **{self.path: client}
        )
        return found.exclude(**{self.ended: None}) if self.ended else found

    def events(self, keys: Iterable[int]) -> Iterator[tuple[int, Event]]:
        """The events of some rows, by key, with one query."""
        rows = self.model._default_manager.select_related(*self.related)  # noqa: SLF001
        for row in rows.filter(pk__in=list(keys)):
            yield row.pk, self.tell(row)
