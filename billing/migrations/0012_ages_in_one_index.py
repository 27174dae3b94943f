from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What clients owe, by age, is summed from an index alone."""

    dependencies = [
        ("billing", "0011_originals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
