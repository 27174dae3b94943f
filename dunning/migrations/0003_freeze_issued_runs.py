"""The database refuses to change a run that is issued or discarded, and its lines."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [("dunning", "0002_freeze_issued")]
    operations = [
        freeze("dunning_run", when="OLD.state <> 'draft'"),
        freeze(
            "dunning_runline",
            when="(SELECT state FROM dunning_run WHERE id = OLD.run_id) <> 'draft'",
        ),
    ]
