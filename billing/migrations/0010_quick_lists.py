from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What lists of a million rows sort, count and add up by."""

    dependencies = [
        ("billing", "0009_bills_are_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="credit",
            index=models.Index(fields=["dated_on", "number"], name="credit_by_date"),
        ),
        migrations.AddIndex(
            model_name="credit",
            index=models.Index(fields=["kind", "dated_on"], name="credit_by_kind"),
        ),
        migrations.AddIndex(
            model_name="credit",
            index=models.Index(fields=["currency", "amount"], name="credit_by_amount"),
        ),
        migrations.AddIndex(
            model_name="credit",
            index=models.Index(
                fields=["currency", "unallocated"], name="credit_by_left"
            ),
        ),
        migrations.RemoveIndex(model_name="invoice", name="invoice_open_by_due"),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["due_on", "client", "deadline_on", "currency", "open"],
                condition=Q(open__gt=0),
                name="invoice_open_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["due_on"], name="invoice_by_due"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["level"], name="invoice_by_level"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["currency", "total"], name="invoice_by_total"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["currency", "open"], name="invoice_by_open"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["issued_on", "number", "deadline_on", "currency", "open"],
                condition=Q(open__gt=0),
                name="invoice_open_by_date",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["client", "currency", "open", "deadline_on"],
                condition=Q(open__gt=0),
                name="invoice_open_by_client",
            ),
        ),
    ]
