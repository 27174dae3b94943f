"""Triggers that make issued rows unchangeable, on both databases.

A migration lists `freeze("billing_invoice", may_change=["open"])`. Django on
SQLite rebuilds a table when a column is altered and drops its triggers with it:
a migration that alters a frozen table must freeze it again at its end.
`verify_ledger` names every trigger that is missing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FROZEN_TABLES: set[str] = set()
# Those whose client may change to the one that took it over.
FOLLOWING: set[str] = set()


class OnTable(Operation):
    """Statements about one table, and how to take them back.

    In contrast to RunPython it asks for no models: Django builds all of them anew
    for each, which was a third of the time that the migrations took.
    """

    reversible = True

    def __init__(
        self, forwards: Callable[[Any], None], backwards: Callable[[Any], None]
    ) -> None:
        self.forwards = forwards
        self.backwards = backwards

    def state_forwards(self, _app_label: str, _state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(
        self, _app_label: str, schema_editor: Any, _from_state: Any, _to_state: Any
    ) -> None:
        """Execute the statements."""
        self.forwards(schema_editor)

    def database_backwards(
        self, _app_label: str, schema_editor: Any, _from_state: Any, _to_state: Any
    ) -> None:
        """Take them back."""
        self.backwards(schema_editor)


def freeze(
    table: str,
    may_change: Sequence[str] = (),
    when: str = "",
    follows: str = "",
) -> OnTable:
    """Refuse every delete of a row, and every update but of the named columns.

    `when` is a condition on the OLD row in SQL; rows it does not hold for are free.
    `follows` names the column of the client: it may change to the client that took
    the old one over, and to no other.
    """
    FROZEN_TABLES.add(table)
    if follows:
        FOLLOWING.add(table)

    def forwards(editor: Any) -> None:
        drop_triggers(editor, table)
        for statement in trigger_sql(
            editor.connection, table, may_change, when, follows
        ):
            editor.execute(statement)

    def backwards(editor: Any) -> None:
        drop_triggers(editor, table)

    return OnTable(forwards, backwards)


def trigger_sql(
    db: Any,
    table: str,
    may_change: Sequence[str],
    when: str = "",
    follows: str = "",
) -> list[str]:
    """The statements that create the two triggers of a table."""
    with db.cursor() as cursor:
        described = db.introspection.get_table_description(cursor, table)
    free = {*may_change, follows}
    fixed = [column.name for column in described if column.name not in free]
    differs = "IS NOT" if db.vendor == "sqlite" else "IS DISTINCT FROM"
    changes = [f'OLD."{name}" {differs} NEW."{name}"' for name in fixed]
    strayed = (
        f'(OLD."{follows}" {differs} NEW."{follows}" AND NOT EXISTS '  # noqa: S608
        "(SELECT 1 FROM clients_client WHERE id "
        f'= OLD."{follows}" AND merged_into_id = NEW."{follows}"))'
    )
    if db.vendor == "sqlite":
        changed = " OR ".join([*changes, strayed] if follows else changes)
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
    # WHEN of a trigger takes no subquery: those conditions stand in the body.
    refuse = (
        f"IF {when or 'true'} THEN RAISE EXCEPTION '{table} is frozen' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
    )
    statements = [
        (
            f'CREATE OR REPLACE FUNCTION "{table}_frozen"() RETURNS trigger AS $$ '
            f"BEGIN {refuse} "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; "
            "END $$ LANGUAGE plpgsql"
        ),
        (
            f'CREATE TRIGGER "{table}_frozen_update" BEFORE UPDATE ON "{table}" '
            f"FOR EACH ROW WHEN ({' OR '.join(changes)}) "
            f'EXECUTE FUNCTION "{table}_frozen"()'
        ),
        (
            f'CREATE TRIGGER "{table}_frozen_delete" BEFORE DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_frozen"()'
        ),
    ]
    if follows:
        statements += [
            (
                f'CREATE OR REPLACE FUNCTION "{table}_strayed"() RETURNS trigger AS $$ '
                f"BEGIN IF {strayed} THEN {refuse} END IF; RETURN NEW; "
                "END $$ LANGUAGE plpgsql"
            ),
            (
                f'CREATE TRIGGER "{table}_frozen_client" BEFORE UPDATE ON "{table}" '
                f'FOR EACH ROW WHEN (OLD."{follows}" {differs} NEW."{follows}") '
                f'EXECUTE FUNCTION "{table}_strayed"()'
            ),
        ]
    return statements


def drop_triggers(editor: Any, table: str) -> None:
    """Take the triggers of a table away, where it has them."""
    on_table = "" if editor.connection.vendor == "sqlite" else f' ON "{table}"'
    for event in ("update", "delete", "client"):
        editor.execute(f'DROP TRIGGER IF EXISTS "{table}_frozen_{event}"{on_table}')


@cache
def read_migrations() -> None:
    """Read every migration, once a process: what they freeze or keep is known then."""
    MigrationLoader(None)


def missing_triggers() -> list[str]:
    """Names of the frozen tables whose triggers are not in the database."""
    read_migrations()
    source = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(source)
        present = {row[0] for row in cursor.fetchall()}
    return [
        table for table in sorted(FROZEN_TABLES) if not _triggers_of(table) <= present
    ]


def _triggers_of(table: str) -> set[str]:
    events = {"update", "delete"}
    if table in FOLLOWING and connection.vendor == "postgresql":
        events.add("client")
    return {f"{table}_frozen_{event}" for event in events}
