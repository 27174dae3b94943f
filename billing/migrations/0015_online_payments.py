"""Payments online; what was asked for is frozen, what became of it is not."""

import billing.models.checkout
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0014_charges_paid_and_released'),
        ('clients', '0004_history_and_search'),
        ('delivery', '0008_enclosures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='billingsettings',
            name='online_ledger',
            field=models.CharField(default='1090', max_length=20, verbose_name='payments online'),
        ),
        migrations.CreateModel(
            name='Checkout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant', models.CharField(max_length=255)),
                ('status', models.CharField(choices=[('waiting', 'Waiting for confirmation'), ('preauth', 'Pre-authorized'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected'), ('refunded', 'Refunded'), ('error', 'Error'), ('input', 'Input'), ('cancelled', 'Cancelled')], default='waiting', max_length=10)),
                ('fraud_status', models.CharField(choices=[('unknown', 'Unknown'), ('accept', 'Passed'), ('reject', 'Rejected'), ('review', 'Review')], default='unknown', max_length=10, verbose_name='fraud check')),
                ('fraud_message', models.TextField(blank=True, default='')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('modified', models.DateTimeField(auto_now=True)),
                ('transaction_id', models.CharField(blank=True, max_length=255)),
                ('currency', models.CharField(max_length=10)),
                ('description', models.TextField(blank=True, default='')),
                ('extra_data', models.TextField(blank=True, default='')),
                ('message', models.TextField(blank=True, default='')),
                ('token', models.CharField(default=billing.models.checkout.new_token, max_length=36, unique=True)),
                ('total', models.DecimalField(decimal_places=3, max_digits=15, verbose_name='amount')),
                ('captured_amount', models.DecimalField(decimal_places=3, default=0, max_digits=15)),
                ('address', models.TextField(blank=True)),
                ('ready', models.BooleanField(default=False)),
                ('until', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('payment_key', models.CharField(blank=True, db_index=True, max_length=255)),
                ('paid_at', models.DateTimeField(null=True, verbose_name='paid')),
                ('refunded', models.DecimalField(decimal_places=3, default=0, max_digits=15)),
                ('contested_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('dealt_with_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checkouts', to='clients.client')),
                ('credit', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checkout', to='billing.credit')),
                ('dealt_with_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='delivery.document')),
            ],
            options={
                'verbose_name': 'payment online',
                'verbose_name_plural': 'payments online',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='CheckoutPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=15, verbose_name='amount')),
                ('standing', models.BooleanField(default=True)),
                ('checkout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='billing.checkout')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checkout_parts', to='billing.invoice')),
            ],
            options={
                'verbose_name': 'part of a payment online',
                'verbose_name_plural': 'parts of payments online',
            },
        ),
        migrations.AddIndex(
            model_name='checkout',
            index=models.Index(condition=models.Q(('status__in', ('waiting', 'input', 'preauth'))), fields=['created'], name='checkout_undecided'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='checkout_positive'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', models.F('total'))), name='checkout_refunded_within_total'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.CheckConstraint(condition=models.Q(('credit', None), ('status__in', ('confirmed', 'refunded')), _connector='OR'), name='checkout_booked_when_paid'),
        ),
        migrations.AddConstraint(
            model_name='checkoutpart',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='checkout_part_positive'),
        ),
        migrations.AddConstraint(
            model_name='checkoutpart',
            constraint=models.UniqueConstraint(fields=('checkout', 'invoice'), name='invoice_once_a_checkout'),
        ),
        migrations.AddConstraint(
            model_name='checkoutpart',
            constraint=models.UniqueConstraint(condition=models.Q(('standing', True)), fields=('invoice',), name='one_checkout_an_invoice'),
        ),
        freeze(
            "billing_checkout",
            may_change=[
                *("status", "fraud_status", "fraud_message", "message", "extra_data"),
                *("created", "modified", "transaction_id", "payment_key"),
                *("captured_amount", "description", "address", "ready", "until"),
                *("asked_at", "paid_at", "credit_id", "refunded", "contested_at"),
                *("problem", "dealt_with_at", "dealt_with_by_id"),
            ],
            follows="client_id",
        ),
        freeze("billing_checkoutpart", may_change=["standing"]),
    ]
