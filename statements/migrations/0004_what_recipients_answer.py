"""Answers of recipients; and statements that go on from one another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0014_charges_paid_and_released'),
        ('clients', '0004_history_and_search'),
        ('delivery', '0008_enclosures'),
        ('statements', '0003_statements_follow_clients'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='statement',
            name='known',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='statement',
            name='previous',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='statements.statement'),
        ),
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
            },
        ),
        migrations.CreateModel(
            name='AnswerPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='statements.answer')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_parts', to='billing.invoice')),
            ],
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['client'], name='answer_waiting'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day', None), ('kind', 'dispute')), models.Q(models.Q(('kind', 'dispute'), _negated=True), ('day__isnull', False)), _connector='OR'), name='answer_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='answer_decided_when_it_is'),
        ),
        migrations.AddConstraint(
            model_name='answerpart',
            constraint=models.UniqueConstraint(fields=('answer', 'invoice'), name='invoice_answered_once'),
        ),
        freeze("statements_statement", follows="client_id"),
        freeze(
            "statements_answer",
            may_change=["state", "decided_at", "decided_by_id", "note"],
            follows="client_id",
        ),
        freeze("statements_answerpart"),
    ]
