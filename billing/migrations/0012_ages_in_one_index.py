from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What clients owe, by age, and what came in is summed from an index alone."""

    dependencies = [
        ("billing", "0011_originals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="invoice", name="invoice_by_date"),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["issued_on", "number", "currency", "total"],
                name="invoice_by_day",
            ),
        ),
        migrations.RemoveIndex(model_name="credit", name="credit_by_kind"),
        migrations.AddIndex(
            model_name="credit",
            index=models.Index(
                fields=["kind", "dated_on", "currency", "amount"],
                name="credit_of_kind",
            ),
        ),
        migrations.RemoveIndex(model_name="invoice", name="invoice_open_by_client"),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=[
                    *("client", "currency", "due_on", "issued_on", "deadline_on"),
                    *("open", "total"),
                ],
                condition=Q(open__gt=0),
                name="invoice_open_of_client",
            ),
        ),
    ]
