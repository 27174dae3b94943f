"""A run wrote one letter to each client of that day; merging them changes nothing."""

from django.db import migrations, models

from clients.freeze import drop_triggers, freeze


def thaw(_apps, editor):
    drop_triggers(editor, "dunning_notice")


class Migration(migrations.Migration):
    dependencies = [
        ("dunning", "0006_notices_follow_clients"),
    ]
    operations = [
        migrations.RunPython(thaw, migrations.RunPython.noop),
        migrations.AddField(
            "notice", "addressee", models.BigIntegerField(null=True)
        ),
        migrations.RunSQL(
            "UPDATE dunning_notice SET addressee = client_id",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("notice", "addressee", models.BigIntegerField()),
        migrations.RemoveConstraint("notice", "one_notice_a_client_and_currency"),
        migrations.AddConstraint(
            "notice",
            models.UniqueConstraint(
                fields=("run", "addressee", "currency"),
                name="one_notice_a_client_and_currency",
            ),
        ),
        freeze("dunning_notice", may_change=["document_id"], follows="client_id"),
    ]
