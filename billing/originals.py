"""Keeps what each row of the ledger said when it was written, beside it.

A trigger copies the columns of a new row to `billing_original`, whoever inserts it
and however many at once; `verify_ledger` compares. So a field changed by hand is
found, also where no sum depends on it. It guards against slips and repairs, not
against somebody who changes both tables.

A migration lists `keep_original("billing_credit", [...])`. A table that SQLite
rebuilds loses its triggers: it must be listed again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from clients.freeze import OnTable, read_migrations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Part(NamedTuple):
    """Columns of a table that are kept together, from when they are set on."""

    table: str
    columns: tuple[str, ...]
    label: str
    # Kept when this column is filled in; empty: when the row is written.
    once: str = ""


class Changed(NamedTuple):
    """A row that says something else than it did; `was` is empty for a new one."""

    part: str
    row: str
    was: list[Any]
    now: list[Any]


PARTS: dict[str, Part] = {}


def keep_original(
    table: str,
    columns: Sequence[str],
    *,
    name: str = "",
    label: str = "id",
    once: str = "",
) -> OnTable:
    """Keep the columns of every row, those that are there already included.

    `label` is the column by which people know a row.
    """
    key = f"{table}_{name}" if name else table
    part = PARTS[key] = Part(table, tuple(columns), label, once)

    def forwards(editor: Any) -> None:
        _drop(editor, key, part)
        db = editor.connection
        editor.execute(_copy(db, key, part))
        for statement in _triggers(db, key, part):
            editor.execute(statement)

    def backwards(editor: Any) -> None:
        _drop(editor, key, part)

    return OnTable(forwards, backwards)


def changed_rows() -> Iterator[Changed]:
    """Rows that are not as they were written, appeared beside it, or are gone."""
    read_migrations()
    for key, part in PARTS.items():
        now = _content(connection, part, "t")
        filled = f't."{part.once}" IS NOT NULL' if part.once else "1 = 1"
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT t."{part.label}", o.content, {now} '  # noqa: S608
                f'FROM "{part.table}" t LEFT JOIN billing_original o '
                f"ON o.part = '{key}' AND o.row = t.id "
                f"WHERE ({filled} AND (o.content IS NULL OR o.content <> {now})) "
                f"OR (NOT ({filled}) AND o.content IS NOT NULL)"
            )
            for label, was, content in cursor.fetchall():
                yield Changed(
                    key, str(label), json.loads(was or "[]"), json.loads(content)
                )
            cursor.execute(
                "SELECT o.row, o.content FROM billing_original o "  # noqa: S608
                f"WHERE o.part = '{key}' AND NOT EXISTS "
                f'(SELECT 1 FROM "{part.table}" t WHERE t.id = o.row)'
            )
            for row, was in cursor.fetchall():
                yield Changed(key, str(row), json.loads(was), [])


def missing_keepers() -> list[str]:
    """Names of the triggers that should keep something and are not there."""
    read_migrations()
    source = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(source)
        present = {row[0] for row in cursor.fetchall()}
    return sorted({f"{key}_kept" for key in PARTS} - present)


def _content(db: Any, part: Part, row: str) -> str:
    """The columns of a row as JSON text, in SQL; amounts are whole thousandths."""
    kinds = _kinds(db, part.table)
    values = []
    for name in part.columns:
        value, kind = f'{row}."{name}"', kinds[name]
        if kind in {"decimal", "numeric"}:
            value = f"CAST(ROUND({value} * 1000) AS BIGINT)"
        elif kind == "timestamp with time zone":
            value = f"({value} AT TIME ZONE 'UTC')"
        values.append(value)
    function = "json_array" if db.vendor == "sqlite" else "jsonb_build_array"
    text = f"{function}({', '.join(values)})"
    return text if db.vendor == "sqlite" else f"({text})::text"


def _kinds(db: Any, table: str) -> dict[str, str]:
    """The type of each column, as the database calls it.

    Django's own look reads the whole definition of a table on SQLite, for its
    collations: forty times what this costs, and `verify_ledger` looks at every part.
    """
    source = (
        "SELECT name, type FROM pragma_table_info(%s)"
        if db.vendor == "sqlite"
        else "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
    )
    with db.cursor() as cursor:
        cursor.execute(source, [table])
        return dict(cursor.fetchall())


def _copy(db: Any, key: str, part: Part) -> str:
    filled = f'WHERE t."{part.once}" IS NOT NULL' if part.once else ""
    return (
        "INSERT INTO billing_original (part, row, content) "  # noqa: S608
        f"SELECT '{key}', t.id, {_content(db, part, 't')} "
        f'FROM "{part.table}" t {filled}'
    )


def _triggers(db: Any, key: str, part: Part) -> list[str]:
    insert = (
        "INSERT INTO billing_original (part, row, content) "  # noqa: S608
        f"VALUES ('{key}', NEW.id, {_content(db, part, 'NEW')});"
    )
    action = f"BEGIN {insert} END"
    statements = []
    if db.vendor != "sqlite":
        statements.append(
            f'CREATE OR REPLACE FUNCTION "{key}_kept"() RETURNS trigger AS $$ '
            f"BEGIN {insert} RETURN NULL; END $$ LANGUAGE plpgsql"
        )
        action = f'EXECUTE FUNCTION "{key}_kept"()'
    when = f'WHEN (NEW."{part.once}" IS NOT NULL)' if part.once else ""
    statements.append(
        f'CREATE TRIGGER "{key}_kept" AFTER INSERT ON "{part.table}" '
        f"FOR EACH ROW {when} {action}"
    )
    if part.once:
        begins = f'OLD."{part.once}" IS NULL AND NEW."{part.once}" IS NOT NULL'
        statements.append(
            f'CREATE TRIGGER "{key}_kept_later" AFTER UPDATE ON "{part.table}" '
            f"FOR EACH ROW WHEN ({begins}) {action}"
        )
    return statements


def _drop(editor: Any, key: str, part: Part) -> None:
    on_table = "" if editor.connection.vendor == "sqlite" else f' ON "{part.table}"'
    for event in ("kept", "kept_later"):
        editor.execute(f'DROP TRIGGER IF EXISTS "{key}_{event}"{on_table}')
    editor.execute(f"DELETE FROM billing_original WHERE part = '{key}'")  # noqa: S608
