"""Sending in two phases, delivery reports, background jobs, the sealed archive."""

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
    """The two tables of one row; and what was being sent is being handed over."""
    apps.get_model("delivery", "MailService").objects.create(pk=1)
    apps.get_model("delivery", "SealHead").objects.create(pk=1)
    messages = apps.get_model("delivery", "Message").objects
    messages.filter(state="sending").update(state="handing")


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0004_history_and_search'),
        ('delivery', '0004_documents_follow_clients'),
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
        migrations.AddField(
            model_name='document',
            name='edition',
            field=models.CharField(blank=True, max_length=40, verbose_name='edition'),
        ),
        migrations.AddField(
            model_name='message',
            name='bounced_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='carrier',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='message',
            name='carrier_id',
            field=models.CharField(blank=True, db_index=True, max_length=200),
        ),
        migrations.AddField(
            model_name='message',
            name='complained_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='deferred_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='delivered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='html',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='message',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='opened_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='rejected_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='resolution',
            field=models.CharField(blank=True, choices=[('resent', 'Sent again'), ('printed', 'Printed and posted'), ('given_back', 'Level given back'), ('dismissed', 'Settled otherwise')], max_length=12),
        ),
        migrations.AddField(
            model_name='message',
            name='resolved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='resolved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('claimed', 'Being prepared'), ('handing', 'Being handed over'), ('sent', 'Sent'), ('failed', 'Failed'), ('unknown', 'Unknown'), ('cancelled', 'Held back'), ('overtaken', 'Overtaken')], default='queued', max_length=10, verbose_name='state'),
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
            },
        ),
        migrations.AddField(
            model_name='message',
            name='job',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='delivery.job'),
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
                ('sealed_at', models.DateTimeField(auto_now_add=True)),
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
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['claimed', 'handing'])), fields=['lease_until'], name='message_under_way'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['unknown', 'failed']), ('bounced_at__isnull', False), ('rejected_at__isnull', False), ('complained_at__isnull', False), _connector='OR'), fields=['created_at'], name='message_in_trouble'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['created_at'], name='job_unfinished'),
        ),
        migrations.AddIndex(
            model_name='jobitem',
            index=models.Index(fields=['job', 'state'], name='item_by_state'),
        ),
        migrations.AddConstraint(
            model_name='jobitem',
            constraint=models.UniqueConstraint(fields=('job', 'target'), name='target_once_in_a_job'),
        ),
        migrations.AddConstraint(
            model_name='messageevent',
            constraint=models.UniqueConstraint(fields=('provider', 'event_key'), name='event_told_once'),
        ),
        freeze("delivery_document", follows="client_id"),
        freeze("delivery_message", may_change=COURSE, follows="client_id"),
        freeze("delivery_messageevent"),
        freeze("delivery_seal"),
        freeze("delivery_sharelink", may_change=["revoked_at", "fetched_at", "fetches"]),
        migrations.RunPython(first_rows, migrations.RunPython.noop),
    ]
