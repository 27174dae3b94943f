"""A dispute may be about a part of an invoice, and end by itself; credits pay charges."""

from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0012_ages_in_one_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='invoicemark',
            name='amount',
            field=models.DecimalField(decimal_places=3, max_digits=15, null=True, verbose_name='disputed part'),
        ),
        migrations.AddField(
            model_name='invoicemark',
            name='until',
            field=models.DateField(null=True, verbose_name='until and including'),
        ),
        migrations.AlterField(
            model_name='counterentry',
            name='kind',
            field=models.CharField(choices=[('refund', 'Refund'), ('reversal', 'Reversal'), ('charge', 'Reminder fees and interest')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='invoicemark',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('amount__gt', 0), ('kind', 'disputed')), _connector='OR'), name='only_a_dispute_is_of_a_part'),
        ),
        freeze(
            "billing_invoicemark", may_change=["ended_on", "ended_by_id", "end_reason"]
        ),
    ]
