"""All that the tables of this app have become, for a new database in one step.

A database that has taken the single steps goes on from the last of them.
"""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("statements", "0001_initial"),
        ("statements", "0002_freeze_issued"),
        ("statements", "0003_statements_follow_clients"),
        ("statements", "0004_what_recipients_answer"),
        ("statements", "0005_statements_by_schedule"),
    ]

    dependencies = [
        ("billing", "0014_charges_paid_and_released"),
        ("clients", "0004_history_and_search"),
        ("delivery", "0008_enclosures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paid', 'Already paid'), ('dispute', 'Disputed'), ('promise', 'Will pay')], max_length=8, verbose_name='answer')),
                ('day', models.DateField(null=True, verbose_name='date')),
                ('reference', models.CharField(blank=True, max_length=140, verbose_name='reference')),
                ('text', models.TextField(blank=True, max_length=1000, verbose_name='reason')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('state', models.CharField(choices=[('pending', 'To be confirmed'), ('confirmed', 'Confirmed'), ('declined', 'Declined')], default='pending', max_length=9, verbose_name='state')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='received')),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='clients.client')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='delivery.sharelink')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('decide_answer', 'Can confirm and decline answers')],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['client'], name='answer_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('day', None), ('kind', 'dispute')), models.Q(models.Q(('kind', 'dispute'), _negated=True), ('day__isnull', False)), _connector='OR'), name='answer_has_its_day'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='answer_decided_when_it_is')],
            },
        ),
        migrations.CreateModel(
            name='AnswerPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='statements.answer')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_parts', to='billing.invoice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('answer', 'invoice'), name='invoice_answered_once')],
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
            ],
            options={
                'verbose_name': 'statements held for a look',
                'verbose_name_plural': 'statements held for a look',
                'ordering': ['-end', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'held')), fields=['end'], name='batch_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='batch_decided_when_it_is'), models.CheckConstraint(condition=models.Q(('job', None), ('state', 'released'), _connector='OR'), name='batch_released_has_the_job')],
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
        migrations.AddField(
            model_name='batch',
            name='schedule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='statements.schedule'),
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('activity', 'Activity'), ('open-items', 'Open items')], default='activity', max_length=12, verbose_name='kind')),
                ('start', models.DateField(verbose_name='start')),
                ('end', models.DateField(verbose_name='end')),
                ('unpaid_only', models.BooleanField(default=False, verbose_name='only unpaid invoices')),
                ('language', models.CharField(max_length=2)),
                ('figures', models.JSONField()),
                ('known', models.JSONField(null=True)),
                ('request_key', models.CharField(max_length=40, unique=True)),
                ('issued_at', models.DateTimeField(auto_now_add=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='clients.client')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='delivery.document')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='statements.statement')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ['-issued_at', '-pk'],
                'permissions': [('send_statement', 'Can issue and send statements')],
                'constraints': [models.CheckConstraint(condition=models.Q(('start__lte', models.F('end'))), name='statement_start_before_end')],
            },
        ),
        freeze("statements_statement", follows="client_id"),
        freeze(
            "statements_answer",
            may_change=["state", "decided_at", "decided_by_id", "note"],
            follows="client_id",
        ),
        freeze("statements_answerpart"),
        freeze(
            "statements_batch",
            may_change=["state", "stopped", "decided_at", "decided_by_id", "job_id"],
        ),
    ]
