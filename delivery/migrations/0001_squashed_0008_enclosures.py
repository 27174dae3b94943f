"""All that the tables of this app have become, for a new database in one step.

A database that has taken the single steps goes on from the last of them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze

# What becomes of a message; what it says and to whom stays as it was written.
COURSE = [
    "document_id",
    "link_id",
    "state",
    "attempts",
    "next_try_at",
    "lease_until",
    "error",
    "claimed_at",
    "sent_at",
    "carrier",
    "carrier_id",
    "deferred_at",
    "delivered_at",
    "opened_at",
    "bounced_at",
    "rejected_at",
    "complained_at",
    "resolution",
    "resolved_at",
    "resolved_by_id",
]


def first_rows(apps, _editor):
    """The two tables of one row."""
    apps.get_model("delivery", "MailService").objects.create(pk=1)
    apps.get_model("delivery", "SealHead").objects.create(pk=1)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("delivery", "0001_initial"),
        ("delivery", "0002_freeze_issued"),
        ("delivery", "0003_invoices_as_documents"),
        ("delivery", "0004_documents_follow_clients"),
        ("delivery", "0005_delivery_made_sure"),
        ("delivery", "0006_seal_what_exists"),
        ("delivery", "0007_withdrawal_letters"),
        ("delivery", "0008_enclosures"),
    ]

    dependencies = [
        ("clients", "0004_history_and_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SealHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveBigIntegerField(default=0)),
                ('chain', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
            options={
                'verbose_name': 'end of the chain',
                'verbose_name_plural': 'end of the chain',
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('statement', 'Statement of account'), ('notice', 'Reminder'), ('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('withdrawal', 'Withdrawal of a reminder')], max_length=12, verbose_name='kind')),
                ('number', models.CharField(max_length=40, verbose_name='number')),
                ('language', models.CharField(max_length=2)),
                ('file_name', models.CharField(max_length=120)),
                ('pages', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('edition', models.CharField(blank=True, max_length=40, verbose_name='edition')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='clients.client')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'constraints': [models.UniqueConstraint(fields=('kind', 'number'), name='document_archived_once')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('letters', 'Letters as PDF'), ('statements', 'Statements of account'), ('emails', 'E-mails')], max_length=12, verbose_name='kind')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('about', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Under way'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('listed_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'background job',
                'verbose_name_plural': 'background jobs',
                'ordering': ['-pk'],
                'permissions': [('run_job', 'Can start and cancel background jobs')],
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['created_at'], name='job_unfinished')],
            },
        ),
        migrations.CreateModel(
            name='JobItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.BigIntegerField()),
                ('label', models.CharField(max_length=160)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('claimed', 'Under way'), ('done', 'Done'), ('failed', 'Failed'), ('skipped', 'Left out'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('result', models.CharField(blank=True, max_length=40)),
                ('finished_at', models.DateTimeField(null=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='delivery.job')),
            ],
            options={
                'verbose_name': 'item of a background job',
                'verbose_name_plural': 'items of background jobs',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['job', 'state'], name='item_by_state')],
                'constraints': [models.UniqueConstraint(fields=('job', 'target'), name='target_once_in_a_job')],
            },
        ),
        migrations.CreateModel(
            name='MailCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.EmailField(max_length=254, verbose_name='recipient')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed')], default='waiting', max_length=10, verbose_name='state')),
                ('error', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'test mail',
                'verbose_name_plural': 'test mails',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='MailService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('failures', models.PositiveIntegerField(default=0)),
                ('paused_until', models.DateTimeField(null=True)),
                ('last_sent_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('last_error_at', models.DateTimeField(null=True)),
                ('held_since', models.DateTimeField(null=True)),
                ('held_why', models.CharField(blank=True, max_length=200)),
                ('sender_name', models.CharField(blank=True, max_length=120, verbose_name="sender's name")),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='replies go to')),
                ('held_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mail service',
                'verbose_name_plural': 'mail service',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('statement', 'Statement of account'), ('notice', 'Reminder'), ('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('withdrawal', 'Withdrawal of a reminder')], max_length=12)),
                ('number', models.CharField(max_length=40)),
                ('occasion', models.PositiveSmallIntegerField(default=1)),
                ('language', models.CharField(max_length=2)),
                ('recipient', models.EmailField(max_length=254, verbose_name='recipient')),
                ('sender', models.CharField(max_length=254)),
                ('reply_to', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('html', models.TextField(blank=True)),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('claimed', 'Being prepared'), ('handing', 'Being handed over'), ('sent', 'Sent'), ('failed', 'Failed'), ('unknown', 'Unknown'), ('cancelled', 'Held back'), ('overtaken', 'Overtaken')], default='queued', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('carrier', models.CharField(blank=True, max_length=20)),
                ('carrier_id', models.CharField(blank=True, db_index=True, max_length=200)),
                ('deferred_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('rejected_at', models.DateTimeField(null=True)),
                ('complained_at', models.DateTimeField(null=True)),
                ('resolution', models.CharField(blank=True, choices=[('resent', 'Sent again'), ('printed', 'Printed and posted'), ('given_back', 'Level given back'), ('dismissed', 'Settled otherwise')], max_length=12)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='clients.client')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='delivery.document')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='delivery.job')),
                ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_try_at'], name='message_waiting'), models.Index(condition=models.Q(('state__in', ['claimed', 'handing'])), fields=['lease_until'], name='message_under_way'), models.Index(condition=models.Q(('state__in', ['unknown', 'failed']), ('bounced_at__isnull', False), ('rejected_at__isnull', False), ('complained_at__isnull', False), _connector='OR'), fields=['created_at'], name='message_in_trouble')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'number', 'recipient', 'occasion'), name='message_once_per_recipient_and_occasion')],
            },
        ),
        migrations.CreateModel(
            name='MessageEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20)),
                ('event_key', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=20, verbose_name='event')),
                ('recipient', models.CharField(blank=True, max_length=254)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('happened_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='delivery.message')),
            ],
            options={
                'verbose_name': 'delivery report',
                'verbose_name_plural': 'delivery reports',
                'ordering': ['happened_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'event_key'), name='event_told_once')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('position', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('document', 'Document'), ('message', 'Message sent'), ('event', 'Delivery report')], max_length=10)),
                ('row', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('chain', models.CharField(max_length=64, unique=True)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'seal',
                'verbose_name_plural': 'seals',
                'constraints': [models.UniqueConstraint(fields=('kind', 'row'), name='row_sealed_once')],
            },
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('fetches', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='delivery.document')),
            ],
            options={
                'verbose_name': 'link to a document',
                'verbose_name_plural': 'links to documents',
            },
        ),
        migrations.AddField(
            model_name='message',
            name='link',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='delivery.sharelink'),
        ),
        migrations.CreateModel(
            name='Enclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosed_in', to='delivery.document')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosures', to='delivery.message')),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enclosures', to='delivery.sharelink')),
            ],
            options={
                'verbose_name': 'enclosure',
                'verbose_name_plural': 'enclosures',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('message', 'document'), name='document_enclosed_once')],
            },
        ),
        freeze("delivery_document", follows="client_id"),
        freeze("delivery_message", may_change=COURSE, follows="client_id"),
        freeze("delivery_messageevent"),
        freeze("delivery_seal"),
        freeze("delivery_sharelink", may_change=["revoked_at", "fetched_at", "fetches"]),
        migrations.RunPython(first_rows, migrations.RunPython.noop),
    ]
