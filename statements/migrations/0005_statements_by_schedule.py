"""Statements by schedule: prepared, looked at, and then issued."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0004_history_and_search'),
        ('delivery', '0008_enclosures'),
        ('statements', '0004_what_recipients_answer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('rhythm', models.CharField(choices=[('monthly', 'Monthly'), ('quarterly', 'Quarterly')], default='monthly', max_length=10, verbose_name='rhythm')),
                ('days_after', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(28)], verbose_name='days after the end of the period')),
                ('wanted', models.JSONField()),
                ('release_after', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(28)], verbose_name='released by itself after (days)')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('since', models.DateField()),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'statement schedule',
                'verbose_name_plural': 'statement schedules',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('end', models.DateField(verbose_name='up to')),
                ('wanted', models.JSONField()),
                ('state', models.CharField(choices=[('held', 'Waits to be released'), ('released', 'Released'), ('discarded', 'Discarded'), ('empty', 'Nobody gets a statement')], default='held', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('release_on', models.DateField(null=True)),
                ('stopped', models.CharField(blank=True, choices=[('old_data', 'the bank is not known up to the end of the period'), ('no_sender', 'there is no address to send from'), ('restored', 'a backup was put back since they were prepared')], max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batch', to='delivery.job')),
                ('schedule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='statements.schedule')),
            ],
            options={
                'verbose_name': 'statements held for a look',
                'verbose_name_plural': 'statements held for a look',
                'ordering': ['-end', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LeftOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='left_out', to='statements.batch')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.client')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'client'), name='client_left_out_once')],
            },
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['end'], name='batch_waiting'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='batch_decided_when_it_is'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('job', None), ('state', 'released'), _connector='OR'), name='batch_released_has_the_job'),
        ),
        freeze(
            "statements_batch",
            may_change=["state", "stopped", "decided_at", "decided_by_id", "job_id"],
        ),
    ]
