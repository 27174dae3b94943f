"""All that the tables of this app have become, for a new database in one step.

A database that has taken the single steps goes on from the last of them.
"""

from importlib import import_module

import django.core.validators
import django.db.models.deletion
import djmoney.models.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze

# The rows that every company starts with; later policies and rates are its own.
add_policy = import_module("dunning.migrations.0004_default_policy").add_policy
add_rates = import_module("dunning.migrations.0012_reference_rates").add_rates


def first_rows(apps, editor):
    """The polite policy in four languages, and the published reference rates."""
    add_policy(apps, editor)
    add_rates(apps, editor)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("dunning", "0001_initial"),
        ("dunning", "0002_freeze_issued"),
        ("dunning", "0003_freeze_issued_runs"),
        ("dunning", "0004_default_policy"),
        ("dunning", "0005_italian_texts"),
        ("dunning", "0006_notices_follow_clients"),
        ("dunning", "0007_letters_keep_their_addressee"),
        ("dunning", "0008_italian_words"),
        ("dunning", "0009_names_of_run_lines"),
        ("dunning", "0010_letters_withdrawn_or_late"),
        ("dunning", "0011_the_complete_run"),
        ("dunning", "0012_reference_rates"),
    ]

    dependencies = [
        ("billing", "0013_disputes_of_a_part"),
        ("clients", "0004_history_and_search"),
        ("delivery", "0007_withdrawal_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('call', 'Call the client'), ('plan', 'Payment plan'), ('collection', 'Handed over for collection'), ('uncollectible', 'Uncollectible'), ('wait', 'Wait')], max_length=13, verbose_name='decision')),
                ('cycle', models.PositiveSmallIntegerField(default=1)),
                ('decided_on', models.DateField()),
                ('again_on', models.DateField(null=True, verbose_name='look at it again on')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='billing.invoice')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('addressee', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                ('level_name', models.CharField(max_length=80, verbose_name='name of the level')),
                ('address', models.TextField()),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('title', models.CharField(max_length=80)),
                ('opening', models.TextField()),
                ('closing', models.TextField()),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('run_on', models.DateField(verbose_name='date')),
                ('deadline_on', models.DateField(verbose_name='deadline')),
                ('open', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='open')),
                ('credit', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='credits deducted')),
                ('fee', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='fee')),
                ('interest', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='interest')),
                ('lump_sum', models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='lump sum for recovery costs')),
                ('earlier', models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='earlier fees')),
                ('total', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='to pay')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('post', 'Post'), ('both', 'E-mail and post')], default='email', max_length=5, verbose_name='sent by')),
                ('attach_invoices', models.BooleanField(db_default=False)),
                ('part', models.CharField(blank=True, db_default='', max_length=20)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='clients.client')),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notice', to='delivery.document')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='dunning.notice')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cycle', models.PositiveSmallIntegerField(default=1)),
                ('kind', models.CharField(choices=[('fee', 'Reminder fee'), ('interest', 'Late interest'), ('lump_sum', 'Lump sum for recovery costs')], max_length=8, verbose_name='kind')),
                ('dated_on', models.DateField(verbose_name='date')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('amount', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='amount')),
                ('open', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='open')),
                ('detail', models.JSONField(default=list)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dunning_charges', to='clients.client')),
                ('invoice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dunning_charges', to='billing.invoice')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='dunning.notice')),
            ],
            options={
                'verbose_name': 'dunning charge',
                'verbose_name_plural': 'dunning charges',
                'ordering': ['pk'],
                'permissions': [('waive_charge', 'Can waive fees and interest')],
                'indexes': [models.Index(condition=models.Q(('open__gt', 0)), fields=['client'], name='charge_open_of_client')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('open__gte', 0), ('open__lte', models.F('amount'))), name='charge_open_within_amount'), models.UniqueConstraint(fields=('notice', 'kind', 'invoice'), name='charge_once_an_invoice'), models.UniqueConstraint(condition=models.Q(('invoice', None)), fields=('notice', 'kind'), name='charge_once_a_letter')],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('email', 'E-mail'), ('post', 'Post')], max_length=5, verbose_name='how')),
                ('on', models.DateField(verbose_name='day')),
                ('deadline_on', models.DateField(verbose_name='deadline')),
                ('at', models.DateTimeField()),
                ('message', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='delivery.message')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='dunning.notice')),
            ],
            options={
                'verbose_name': 'arrival of a reminder',
                'verbose_name_plural': 'arrivals of reminders',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('how', 'post')), fields=('notice',), name='letter_posted_once'), models.CheckConstraint(condition=models.Q(models.Q(('how', 'post'), ('message', None)), models.Q(('how', 'email'), ('message__isnull', False)), _connector='OR'), name='arrival_by_post_or_message')],
            },
        ),
        migrations.CreateModel(
            name='NoticeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cycle', models.PositiveSmallIntegerField(default=1)),
                ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                ('level_name', models.CharField(max_length=80, verbose_name='name of the level')),
                ('run_on', models.DateField(verbose_name='date')),
                ('deadline_on', models.DateField(verbose_name='deadline')),
                ('currency', models.CharField(max_length=3)),
                ('total', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='total')),
                ('open', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='open')),
                ('fee', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='fee')),
                ('interest', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='interest')),
                ('interest_days', models.IntegerField(default=0)),
                ('lump_sum', models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='lump sum for recovery costs')),
                ('disputed', models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='disputed')),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notice_lines', to='billing.invoice')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dunning.notice')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('invoice', 'cycle', 'level'), name='level_reached_once')],
            },
        ),
        migrations.CreateModel(
            name='LineWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='dunning.noticeline')),
            ],
            options={
                'verbose_name': 'withdrawal of an invoice from a reminder',
                'verbose_name_plural': 'withdrawals of invoices from reminders',
            },
        ),
        migrations.CreateModel(
            name='PaymentPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('agreed_on', models.DateField(verbose_name='agreed on')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_on', models.DateField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=300)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_plans', to='clients.client')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'payment plan',
                'verbose_name_plural': 'payment plans',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(verbose_name='due')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=15, verbose_name='amount')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='dunning.paymentplan')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'due_on'), name='one_instalment_a_day'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='instalment_positive')],
            },
        ),
        migrations.CreateModel(
            name='PlanInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open', models.DecimalField(decimal_places=3, max_digits=15)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='billing.invoice')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='dunning.paymentplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'invoice'), name='invoice_once_in_a_plan')],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('min_interval_days', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='least days between two reminders of an invoice')),
                ('grouping', models.CharField(choices=[('client', 'One for each client and currency'), ('level', 'One for each level'), ('invoice', 'One for each invoice')], default='client', max_length=8, verbose_name='letters')),
                ('regime', models.CharField(choices=[('auto', "That of the client's country"), ('ch', 'Switzerland'), ('de', 'Germany'), ('fr', 'France'), ('eu', 'EU directive 2011/7')], default='auto', max_length=4, verbose_name='law')),
                ('day_count', models.CharField(choices=[('365', 'Actual days / 365'), ('30/360', '30/360')], default='365', max_length=6, verbose_name='days of interest')),
                ('fees_agreed', models.BooleanField(default=False, verbose_name='fees are agreed with the clients, with their amounts')),
                ('working_days', models.BooleanField(default=False, verbose_name='a deadline never ends on a weekend or holiday')),
                ('automation', models.CharField(choices=[('off', 'Nothing'), ('propose', 'A run is proposed'), ('issue', 'A run is issued and sent')], default='off', max_length=8, verbose_name='by itself')),
                ('weekdays', models.CharField(default='1', max_length=7, validators=[django.core.validators.RegexValidator('^1?2?3?4?5?6?7?$')], verbose_name='on these weekdays')),
                ('skip_holidays', models.BooleanField(default=True, verbose_name='on the next day where it is a public holiday')),
            ],
            options={
                'verbose_name': 'dunning policy',
                'verbose_name_plural': 'dunning policies',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='one_default_policy')],
            },
        ),
        migrations.CreateModel(
            name='Level',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='level')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('grace_days', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='grace days after the last deadline')),
                ('term_days', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='days to pay')),
                ('interest_rate', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('30'))], verbose_name='late interest, % a year')),
                ('legal_interest', models.BooleanField(default=False, verbose_name='late interest by law')),
                ('lump_sum', models.BooleanField(default=False, verbose_name='lump sum for recovery costs')),
                ('fee_per', models.CharField(choices=[('letter', 'letter'), ('invoice', 'invoice')], default='letter', max_length=8, verbose_name='fee for each')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('post', 'Post'), ('both', 'E-mail and post')], default='email', max_length=5, verbose_name='sent by')),
                ('attach_invoices', models.BooleanField(default=False, verbose_name='with the original invoices')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='dunning.policy')),
            ],
            options={
                'verbose_name': 'level',
                'verbose_name_plural': 'levels',
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'position'), name='one_level_a_position')],
            },
        ),
        migrations.CreateModel(
            name='ClientTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(blank=True, choices=[('email', 'E-mail'), ('post', 'Post'), ('both', 'E-mail and post')], max_length=5, verbose_name='letters go by')),
                ('fees_agreed', models.BooleanField(null=True, verbose_name='reminder fees are agreed')),
                ('agreed_rate', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('30'))], verbose_name='agreed late interest, % a year')),
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='dunning_terms', to='clients.client')),
                ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clients', to='dunning.policy')),
            ],
            options={
                'verbose_name': 'terms of a client',
                'verbose_name_plural': 'terms of clients',
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='versions', to='dunning.policy')),
            ],
            options={
                'verbose_name': 'version of a policy',
                'verbose_name_plural': 'versions of policies',
                'ordering': ['policy', '-position'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'position'), name='policy_version_once')],
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='dunning.policyversion'),
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(choices=[('ecb', 'ECB, main refinancing operations'), ('bundesbank', 'Bundesbank, base rate (BGB 247)'), ('fr_legal', 'France, legal rate for professionals'), ('ch', 'Switzerland, default interest (CO 104)')], max_length=10, verbose_name='table')),
                ('since', models.DateField(verbose_name='since')),
                ('percent', models.DecimalField(decimal_places=3, max_digits=6, verbose_name='% a year')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
            ],
            options={
                'verbose_name': 'reference rate',
                'verbose_name_plural': 'reference rates',
                'ordering': ['table', '-since'],
                'constraints': [models.UniqueConstraint(fields=('table', 'since'), name='one_rate_a_table_and_day')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run_on', models.DateField(verbose_name='date of the run')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('issued', 'Issued'), ('discarded', 'Discarded')], default='draft', max_length=10, verbose_name='state')),
                ('request_key', models.CharField(max_length=40, unique=True)),
                ('bank_on', models.DateField(null=True)),
                ('unmatched', models.PositiveIntegerField(null=True)),
                ('stale_reason', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('issued_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='dunning.policy')),
            ],
            options={
                'verbose_name': 'dunning run',
                'verbose_name_plural': 'dunning runs',
                'ordering': ['-pk'],
                'permissions': [('issue_run', 'Can issue dunning runs')],
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='dunning.run'),
        ),
        migrations.CreateModel(
            name='RunLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('open', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='open')),
                ('days_overdue', models.IntegerField()),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('deadline_on', models.DateField(null=True)),
                ('fee', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='fee')),
                ('interest', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='interest')),
                ('selected', models.BooleanField(default=False)),
                ('no_fee', models.CharField(blank=True, db_default='', max_length=300)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('detail', models.JSONField(default=dict)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='run_lines', to='billing.invoice')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='dunning.run')),
            ],
            options={
                'verbose_name': 'line of a dunning run',
                'verbose_name_plural': 'lines of dunning runs',
                'indexes': [models.Index(condition=models.Q(('selected', True)), fields=['invoice'], name='line_selected')],
                'constraints': [models.UniqueConstraint(fields=('run', 'invoice'), name='invoice_once_in_a_run')],
            },
        ),
        migrations.CreateModel(
            name='ScheduledDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('outcome', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='dunning.policy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'day'), name='policy_once_on_a_day')],
            },
        ),
        migrations.AddField(
            model_name='run',
            name='scheduled',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='run', to='dunning.scheduledday'),
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('overtaken', 'Overtaken before it was sent'), ('undelivered', 'Did not reach the client'), ('withdrawn', 'Withdrawn'), ('replaced', 'Replaced by a corrected one')], max_length=12, verbose_name='cause')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='delivery.document')),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='dunning.notice')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'withdrawal of a reminder',
                'verbose_name_plural': 'withdrawals of reminders',
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hold', 'On hold'), ('promise', 'Promised to pay')], default='hold', max_length=10, verbose_name='kind')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until and including')),
                ('amount', models.DecimalField(blank=True, decimal_places=3, max_digits=15, null=True, verbose_name='amount')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('released_on', models.DateField(blank=True, editable=False, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='clients.client')),
                ('invoice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='billing.invoice')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
                'permissions': [('hold_dunning', 'Can hold and release reminders')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='hold_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('amount__gt', 0), ('invoice__isnull', False), ('kind', 'promise')), _connector='OR'), name='only_a_promise_for_an_invoice_names_an_amount')],
            },
        ),
        migrations.CreateModel(
            name='LevelAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3, validators=[django.core.validators.RegexValidator('^[A-Z]{3}$', 'Three capital letters, such as CHF.')], verbose_name='currency')),
                ('fee', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='fee')),
                ('minimum', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='least amount to remind')),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='amounts', to='dunning.level')),
            ],
            options={
                'verbose_name': 'fee and least amount',
                'verbose_name_plural': 'fees and least amounts',
                'ordering': ['currency'],
                'constraints': [models.UniqueConstraint(fields=('level', 'currency'), name='one_amount_a_currency'), models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('minimum__gte', 0)), name='level_amounts_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='LevelChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cycle', models.PositiveSmallIntegerField()),
                ('level_before', models.PositiveSmallIntegerField()),
                ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                ('deadline_on', models.DateField(verbose_name='deadline')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='level_changes', to='billing.invoice')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'change of a level',
                'verbose_name_plural': 'changes of levels',
                'permissions': [('change_level', 'Can set the level of an invoice')],
                'constraints': [models.UniqueConstraint(fields=('invoice', 'cycle'), name='cycle_begun_once'), models.CheckConstraint(condition=models.Q(('cycle__gte', 2)), name='first_cycle_begins_by_itself')],
            },
        ),
        migrations.CreateModel(
            name='LevelText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian')], max_length=2, verbose_name='language')),
                ('title', models.CharField(max_length=80, verbose_name='title of the letter')),
                ('opening', models.TextField(max_length=2000, verbose_name='text before the table')),
                ('closing', models.TextField(max_length=2000, verbose_name='text after the table')),
                ('subject', models.CharField(max_length=120, verbose_name='subject of the e-mail')),
                ('body', models.TextField(max_length=2000, verbose_name='text of the e-mail')),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='dunning.level')),
            ],
            options={
                'verbose_name': 'text',
                'verbose_name_plural': 'texts',
                'ordering': ['language'],
                'constraints': [models.UniqueConstraint(fields=('level', 'language'), name='one_text_a_language')],
            },
        ),
        migrations.CreateModel(
            name='ChargeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paid', 'Paid'), ('waived', 'Waived'), ('replaced', 'Contained in a later reminder'), ('withdrawn', 'Withdrawn with its reminder'), ('restored', 'Owed again')], max_length=9, verbose_name='what happened')),
                ('currency', models.CharField(max_length=3)),
                ('amount', djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='amount')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='dunning.charge')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.counterentry')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('takes_back', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='dunning.chargeevent')),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dunning.notice')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('kind', 'restored'), ('takes_back__isnull', False)), models.Q(models.Q(('kind', 'restored'), _negated=True), ('amount__gt', 0), ('takes_back', None)), _connector='OR'), name='charge_event_positive_or_takes_back')],
            },
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('run', 'addressee', 'currency', 'part'), name='one_notice_a_client_currency_and_part'),
        ),
        freeze("dunning_notice", may_change=["document_id"], follows="client_id"),
        freeze("dunning_noticeline", may_change=["withdrawn_at"]),
        freeze("dunning_run", when="OLD.state <> 'draft'"),
        freeze(
            "dunning_runline",
            when="(SELECT state FROM dunning_run WHERE id = OLD.run_id) <> 'draft'",
            follows="client_id",
        ),
        freeze("dunning_withdrawal", may_change=["document_id"]),
        freeze("dunning_linewithdrawal"),
        freeze("dunning_levelchange"),
        freeze("dunning_charge", may_change=["open"], follows="client_id"),
        freeze("dunning_chargeevent"),
        freeze("dunning_decision"),
        freeze(
            "dunning_paymentplan",
            may_change=["ended_on", "ended_by_id", "end_reason"],
            follows="client_id",
        ),
        freeze("dunning_planinvoice"),
        freeze("dunning_instalment"),
        freeze("dunning_policyversion", may_change=["policy_id"]),
        freeze("dunning_arrival"),
        migrations.RunPython(first_rows, migrations.RunPython.noop),
    ]
