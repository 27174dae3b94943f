"""Triggers that make issued rows unchangeable, on both databases.

A migration lists `freeze("billing_invoice", may_change=["open"])`. Django on
SQLite rebuilds a table when a column is altered and drops its triggers with it:
a migration that alters a frozen table must freeze it again at its end.
`verify_ledger` names every trigger that is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

if TYPE_CHECKING:
    from collections.abc import Sequence

FROZEN_TABLES: set[str] = set()


def freeze(
    table: str, may_change: Sequence[str] = (), when: str = ""
) -> migrations.RunPython:
    """Refuse every delete of a row, and every update but of the named columns.

    `when` is a condition on the OLD row in SQL; rows it does not hold for are free.
    """
    FROZEN_TABLES.add(table)

    def forwards(_apps: Any, editor: Any) -> None:
        drop_triggers(editor, table)
        for statement in trigger_sql(editor.connection, table, may_change, when):
            editor.execute(statement)

    def backwards(_apps: Any, editor: Any) -> None:
        drop_triggers(editor, table)

    return migrations.RunPython(forwards, backwards)


def trigger_sql(
    db: Any, table: str, may_change: Sequence[str], when: str = ""
) -> list[str]:
    """The statements that create the two triggers of a table."""
    with db.cursor() as cursor:
        described = db.introspection.get_table_description(cursor, table)
    fixed = [column.name for column in described if column.name not in may_change]
    if db.vendor == "sqlite":
        changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in fixed)
        refuse = f"SELECT RAISE(ABORT, '{table} is frozen');"
        return [
            (
                f'CREATE TRIGGER "{table}_frozen_update" BEFORE UPDATE ON "{table}" '
                f"FOR EACH ROW WHEN ({changed}) AND ({when or 1}) BEGIN {refuse} END"
            ),
            (
                f'CREATE TRIGGER "{table}_frozen_delete" BEFORE DELETE ON "{table}" '
                f"FOR EACH ROW WHEN {when or 1} BEGIN {refuse} END"
            ),
        ]
    changed = " OR ".join(
        f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in fixed
    )
    return [
        (
            f'CREATE OR REPLACE FUNCTION "{table}_frozen"() RETURNS trigger AS $$ '
            # The condition stands in the body: WHEN of a trigger takes no subquery.
            f"BEGIN IF {when or 'true'} THEN RAISE EXCEPTION '{table} is frozen' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; "
            "END $$ LANGUAGE plpgsql"
        ),
        (
            f'CREATE TRIGGER "{table}_frozen_update" BEFORE UPDATE ON "{table}" '
            f'FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION "{table}_frozen"()'
        ),
        (
            f'CREATE TRIGGER "{table}_frozen_delete" BEFORE DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_frozen"()'
        ),
    ]


def drop_triggers(editor: Any, table: str) -> None:
    """Take the triggers of a table away, where it has them."""
    on_table = "" if editor.connection.vendor == "sqlite" else f' ON "{table}"'
    for event in ("update", "delete"):
        editor.execute(f'DROP TRIGGER IF EXISTS "{table}_frozen_{event}"{on_table}')


def missing_triggers() -> list[str]:
    """Names of the frozen tables whose triggers are not in the database."""
    MigrationLoader(connection)  # reads every migration, and so fills FROZEN_TABLES
    source = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(source)
        present = {row[0] for row in cursor.fetchall()}
    return [
        table
        for table in sorted(FROZEN_TABLES)
        if not {f"{table}_frozen_update", f"{table}_frozen_delete"} <= present
    ]
