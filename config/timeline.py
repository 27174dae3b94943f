"""Everything that happened with a client, as one stream, newest first.

The database sorts the days of all sources and gives the keys of one page; only the
rows of that page are read. So the number of queries does not grow with the history,
however far back somebody looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField, Value
from django.db.models.functions import Cast

from config.timeline_sources import SOURCES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from clients.models import Client
    from config.timeline_event import Event


def timeline(client: Client, first: int, count: int) -> tuple[list[Event], bool]:
    """`count` events after the first `first`, and whether there are older ones."""
    found = list(keys(client)[first : first + count + 1])
    page = found[:count]
    events: dict[tuple[int, int], Event] = {}
    for place in {place for _on, place, _pk in page}:
        source = SOURCES[place]
        wanted = [pk for _on, at, pk in page if at == place]
        for pk, event in source.events(wanted):
            events[place, pk] = event
    return [events[place, pk] for _on, place, pk in page], len(found) > count


def keys(client: Client) -> QuerySet[Any, Any]:
    """Day, source and key of everything, in order; later sources stand above."""
    parts = [
        source.rows(client)
        .order_by()
        .annotate(
            told_on=source.day,
            place=Value(place, IntegerField()),
            row=Cast("pk", IntegerField()),
        )
        .values_list("told_on", "place", "row")
        for place, source in enumerate(SOURCES)
    ]
    whole: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True)
    return whole.order_by("-told_on", "-place", "-row")
