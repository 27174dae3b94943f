"""The database refuses to change or delete what was issued."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        freeze("billing_invoice", may_change=["open", "level", "deadline_on"]),
        freeze("billing_credit", may_change=["unallocated"]),
        freeze("billing_counterentry"),
        freeze("billing_allocation"),
        freeze(
            "billing_invoicemark", may_change=["ended_on", "ended_by_id", "end_reason"]
        ),
    ]
