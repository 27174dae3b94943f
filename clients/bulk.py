"""Many rows in one round trip."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, connections, models

T = TypeVar("T")
# Databases take only so many values in one question.
AT_ONCE = 10_000

# From so many new rows on PostgreSQL is told at once: its own statistics come a
# minute later, and until then it joins a new import with a run row by row.
MANY = 20

# Columns whose values the drivers take as they are (keys are whole numbers).
PLAIN = (
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import Field, Model


def insert_rows(
    model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows with one statement, however many there are.

    `fields` are attribute names (`client_id`, not `client`); values are plain
    Python values, amounts as Decimal. `bulk_create` sends one statement per
    sixty rows on SQLite and builds a model for each row: thirty times slower.
    """
    columns: list[Field[Any, Any]] = [
        model._meta.get_field(name)  # type: ignore[misc]  # noqa: SLF001
        for name in fields
    ]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in columns)
    marks = ", ".join(["%s"] * len(columns))
    table = quote(model._meta.db_table)  # noqa: SLF001
    prepare = [_to_db(field) for field in columns]
    values = [
        [to_db(value) for to_db, value in zip(prepare, row, strict=True)]
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
                values,
            )
            if len(values) >= MANY and connection.vendor == "postgresql":
                cursor.execute(f"ANALYZE {table}")


def change_rows(
    model: type[Model], field: str, changes: Iterable[tuple[int, Any, Any]]
) -> int:
    """Set a column of many rows from its old to its new value, with one statement.

    A change is the row's id, the value it must still have, and the new one. Tells
    how many rows were changed: fewer than given means that somebody was first.
    """
    column: Field[Any, Any] = model._meta.get_field(field)  # type: ignore[assignment]  # noqa: SLF001
    name = connection.ops.quote_name(str(column.column))
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    values = [
        [
            column.get_db_prep_save(new, connection),
            pk,
            column.get_db_prep_save(old, connection),
        ]
        for pk, old, new in changes
    ]
    if not values:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {name} = %s WHERE id = %s AND {name} = %s",  # noqa: S608
            values,
        )
        return int(cursor.rowcount)


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit into one question."""
    rest = iter(values)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _to_db(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """How values of a column reach the driver, decided once per column.

    `get_db_prep_save` asks the same questions again for each value.
    """
    database = connections[connection.alias]
    if isinstance(field, models.DecimalField):
        digits, places = field.max_digits, field.decimal_places
        adapt = database.ops.adapt_decimalfield_value
        return lambda amount: adapt(amount, digits, places)
    if type(field) is models.DateField:
        return database.ops.adapt_datefield_value
    if isinstance(field, PLAIN):
        return _as_it_is
    return lambda value: field.get_db_prep_save(value, database)


def _as_it_is(value: Any) -> Any:
    return value
