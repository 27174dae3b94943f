"""Many rows, read part by part in their order.

First the keys of all in one quick query, then the rows by their keys: memory does
not grow with them, and no query stays open while somebody slow takes a file, which
on SQLite would keep the log of writes from being cut.
"""

from __future__ import annotations

from array import array
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet
from django.db.models.query import ModelIterable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Model

    AnyModel = TypeVar("AnyModel", bound=Model)

ROWS_AT_ONCE = 500


def is_plain(rows: Any) -> bool:
    """Whether these are rows of a model that can be asked for by their keys."""
    return (
        isinstance(rows, QuerySet)
        and issubclass(rows._iterable_class, ModelIterable)  # noqa: SLF001
        and not (rows.query.is_sliced or rows.query.combinator)
    )


def keys_of(rows: QuerySet[AnyModel]) -> array[int]:
    """The keys of all rows, in their order."""
    keys = rows.values_list("pk", flat=True)
    return array("q", keys.iterator(chunk_size=5000))


def rows_by_keys(rows: QuerySet[AnyModel], keys: Sequence[int]) -> Iterator[AnyModel]:
    """The rows as they are when their turn comes; those gone meanwhile are left out."""
    left = iter(keys)
    while part := list(islice(left, ROWS_AT_ONCE)):
        found = {row.pk: row for row in rows.order_by().filter(pk__in=part)}
        yield from (found[key] for key in part if key in found)
