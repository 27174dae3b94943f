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
        ("clients", "0001_initial"),
        ("clients", "0002_invoicing_and_merging"),
        ("clients", "0003_freeze_logos"),
        ("clients", "0004_history_and_search"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('content', models.BinaryField()),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'logo',
                'verbose_name_plural': 'logos',
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='client number')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('company', 'Company'), ('consumer', 'Consumer')], default='company', max_length=10, verbose_name='kind')),
                ('street', models.CharField(blank=True, max_length=120, verbose_name='street and number')),
                ('extra', models.CharField(blank=True, max_length=120, verbose_name='additional line')),
                ('postcode', models.CharField(blank=True, max_length=16, verbose_name='postcode')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='city')),
                ('country', models.CharField(default='CH', max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}$', 'Two capital letters, such as CH.')], verbose_name='country')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian')], default='fr', max_length=2, verbose_name='language')),
                ('currency', models.CharField(default='CHF', max_length=3, validators=[django.core.validators.RegexValidator('^[A-Z]{3}$', 'Three capital letters, such as CHF.')], verbose_name='currency')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, db_default='', max_length=40, verbose_name='phone')),
                ('vat_number', models.CharField(blank=True, db_default='', max_length=40, verbose_name='VAT number')),
                ('iban', models.CharField(blank=True, db_default='', max_length=34, verbose_name='IBAN')),
                ('terms_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='days to pay')),
                ('credit_limit', models.DecimalField(blank=True, decimal_places=3, max_digits=15, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='credit limit')),
                ('notes', models.TextField(blank=True, max_length=4000, verbose_name='notes')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
            ],
            options={
                'verbose_name': 'client',
                'verbose_name_plural': 'clients',
                'ordering': ['name', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ClientEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('changed', 'Changed'), ('policy', 'Dunning policy chosen'), ('archived', 'Archived'), ('restored', 'Brought back from the archive'), ('merged', 'Merged')], max_length=10)),
                ('detail', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='clients.client')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'entry in the history of a client',
                'verbose_name_plural': 'entries in the history of clients',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('invoice', 'Invoices'), ('statement', 'Statements'), ('reminder', 'Reminders')], max_length=10, verbose_name='purpose')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian')], max_length=2, verbose_name='language')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='clients.client')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'constraints': [models.UniqueConstraint(fields=('client', 'purpose', 'email'), name='contact_once_per_purpose')],
            },
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('street', models.CharField(blank=True, max_length=120, verbose_name='street and number')),
                ('extra', models.CharField(blank=True, max_length=120, verbose_name='additional line')),
                ('postcode', models.CharField(blank=True, max_length=16, verbose_name='postcode')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='city')),
                ('country', models.CharField(default='CH', max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}$', 'Two capital letters, such as CH.')], verbose_name='country')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian')], default='fr', max_length=2, verbose_name='language')),
                ('currency', models.CharField(default='CHF', max_length=3, validators=[django.core.validators.RegexValidator('^[A-Z]{3}$', 'Three capital letters, such as CHF.')], verbose_name='currency')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('website', models.CharField(blank=True, max_length=120, verbose_name='website')),
                ('vat_number', models.CharField(blank=True, max_length=40, verbose_name='VAT number')),
                ('iban', models.CharField(blank=True, max_length=42, verbose_name='IBAN')),
                ('bank_name', models.CharField(blank=True, max_length=80, verbose_name='bank')),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.logo')),
            ],
            options={
                'verbose_name': 'company',
                'verbose_name_plural': 'company',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_company_per_database')],
            },
        ),
        freeze("clients_logo"),
        freeze("clients_clientevent", follows="client_id"),
    ]
