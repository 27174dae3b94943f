"""Entries say how many payments they sum up, files what they left out.

SQLite rebuilds both tables, so they are frozen again.
"""

from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_bank_uploads_wait"),
    ]

    operations = [
        migrations.AddField(
            model_name="bankentry",
            name="count",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="bankfile",
            name="notes",
            field=models.JSONField(default=list),
        ),
        freeze("billing_bankfile", may_change=["undone_at", "undone_by_id"]),
        freeze(
            "billing_bankentry",
            may_change=[
                "state",
                "credit_id",
                "returns_id",
                "client_id",
                "note",
                "decided_at",
                "decided_by_id",
            ],
        ),
    ]
