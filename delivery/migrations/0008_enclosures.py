"""A message may bring more documents along than its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0007_withdrawal_letters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosed_in', to='delivery.document')),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enclosures', to='delivery.sharelink')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosures', to='delivery.message')),
            ],
            options={
                'verbose_name': 'enclosure',
                'verbose_name_plural': 'enclosures',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('message', 'document'), name='document_enclosed_once')],
            },
        ),
    ]
