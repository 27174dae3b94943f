"""What a credit paid of reminder fees and interest can be released; their account."""

import django.db.models.deletion
from django.db import migrations, models

from billing.originals import keep_original
from clients.freeze import freeze

COUNTER = [
    *("credit_id", "kind", "number", "dated_on", "currency", "amount"),
    *("account_id", "reason", "key", "created_at", "created_by_id"),
]
MARK = ["invoice_id", "kind", "since", "reason", "person_id", "created_at"]
MARK_ENDED = ["ended_on", "ended_by_id", "end_reason"]


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0013_disputes_of_a_part'),
    ]

    operations = [
        migrations.AddField(
            model_name='billingsettings',
            name='dunning_ledger',
            field=models.CharField(default='6950', max_length=20, verbose_name='reminder fees and interest'),
        ),
        migrations.AddField(
            model_name='counterentry',
            name='releases',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='released_by', to='billing.counterentry'),
        ),
        migrations.RemoveConstraint(
            model_name='counterentry',
            name='counter_positive',
        ),
        migrations.AddConstraint(
            model_name='counterentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('releases', None)), models.Q(('amount__lt', 0), ('kind', 'charge'), ('releases__isnull', False)), _connector='OR'), name='counter_positive_or_a_release'),
        ),
        freeze("billing_counterentry"),
        keep_original("billing_counterentry", COUNTER, label="number"),
        keep_original(
            "billing_counterentry", ["releases_id"], name="release", label="number"
        ),
        # The one before built the table of marks anew, too.
        keep_original("billing_invoicemark", MARK),
        keep_original("billing_invoicemark", ["amount", "until"], name="terms"),
        keep_original(
            "billing_invoicemark", MARK_ENDED, name="end", once="ended_on"
        ),
    ]
