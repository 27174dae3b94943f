"""A bill keeps one figure over all that was issued with it."""

from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_occurrences_wait_to_be_sent"),
    ]
    operations = [
        migrations.AddField(
            model_name="bill",
            name="seal",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        freeze("billing_bill", may_change=["document_id"], follows="client_id"),
    ]
