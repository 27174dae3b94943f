"""A new database is made in one step for each app, an older one goes on from its own.

Both ways lead to the same tables and triggers.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from clients.freeze import OnTable

APPS = ["billing", "clients", "delivery", "dunning", "statements"]
TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(trigger.oid) || prosrc FROM pg_trigger trigger "
        "JOIN pg_proc function ON function.oid = tgfoid WHERE NOT tgisinternal"
    ),
}


@pytest.fixture
def step_by_step():
    """The migrations as an older database took them."""
    return MigrationLoader(None, replace_migrations=False)


def whole(app):
    """The one that stands for all of an app's steps until then."""
    migrations = MigrationLoader(None).disk_migrations
    [found] = [one for key, one in migrations.items() if key[0] == app and one.replaces]
    return found


def test_both_ways_know_the_same_models(step_by_step):
    at_once = MigrationLoader(None)
    assert {node for node in at_once.graph.nodes if node[0] in APPS} >= {
        (app, whole(app).name) for app in APPS
    }
    steps, one = step_by_step.project_state(), at_once.project_state()
    for before, after in ((steps, one), (one, steps)):
        detector = MigrationAutodetector(before.clone(), after.clone())
        assert detector.changes(graph=at_once.graph) == {}


@pytest.mark.parametrize("app", APPS)
def test_the_one_step_stands_for_every_one_before_it(app, step_by_step):
    steps = sorted(key for key in step_by_step.disk_migrations if key[0] == app)
    last = whole(app).replaces[-1]
    assert whole(app).name == f"0001_squashed_{last[1]}"
    single = [key for key in steps if key[1] != whole(app).name]
    assert whole(app).replaces == single[: single.index(last) + 1]


@pytest.mark.django_db
def test_both_ways_freeze_and_keep_the_same(step_by_step):
    """The database of the tests is made in one step: the others change no trigger."""
    before = triggers()
    replaced = {tuple(key) for app in APPS for key in whole(app).replaces}
    plan = step_by_step.graph._generate_plan(
        step_by_step.graph.leaf_nodes(), at_end=True
    )
    state = step_by_step.project_state()
    editor = connection.SchemaEditorClass(connection)
    for key in plan:
        for operation in step_by_step.graph.nodes[key].operations:
            if key in replaced and isinstance(operation, OnTable):
                operation.database_forwards(key[0], editor, state, state)
    assert triggers() == before
    assert len(before) > 80


def triggers():
    """What every trigger does."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        return dict(cursor.fetchall())
