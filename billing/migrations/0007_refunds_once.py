"""A refund bears the key of its form. SQLite rebuilds the table: frozen again."""

from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_bank_entries_count"),
    ]

    operations = [
        migrations.AddField(
            model_name="counterentry",
            name="key",
            field=models.CharField(max_length=80, null=True, unique=True),
        ),
        freeze("billing_counterentry"),
    ]
