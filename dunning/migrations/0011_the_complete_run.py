"""Charges of their own, terms of clients, plans, versions, days, and what undoes."""

import django.core.validators
import django.db.models.deletion
import djmoney.models.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from clients.freeze import drop_triggers, freeze

ALTERED = ["notice", "noticeline", "run", "runline", "withdrawal"]


def thaw(_apps, editor):
    for table in ALTERED:
        drop_triggers(editor, f"dunning_{table}")


def agree(apps, _editor):
    """Whoever has charged fees until now goes on doing so."""
    amounts = apps.get_model("dunning", "LevelAmount").objects.filter(fee__gt=0)
    charging = amounts.values("level__policy")
    apps.get_model("dunning", "Policy").objects.filter(pk__in=charging).update(
        fees_agreed=True
    )


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0013_disputes_of_a_part'),
        ('clients', '0004_history_and_search'),
        ('delivery', '0007_withdrawal_letters'),
        ('dunning', '0010_letters_withdrawn_or_late'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(thaw, migrations.RunPython.noop),
        migrations.RenameModel("ClientPolicy", "ClientTerms"),
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
            ],
            options={
                'verbose_name': 'dunning charge',
                'verbose_name_plural': 'dunning charges',
                'ordering': ['pk'],
                'permissions': [('waive_charge', 'Can waive fees and interest')],
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
            ],
            options={
                'ordering': ['pk'],
            },
        ),
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
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(verbose_name='due')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=15, verbose_name='amount')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
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
            ],
            options={
                'verbose_name': 'change of a level',
                'verbose_name_plural': 'changes of levels',
                'permissions': [('change_level', 'Can set the level of an invoice')],
            },
        ),
        migrations.CreateModel(
            name='LineWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField()),
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
            ],
            options={
                'verbose_name': 'payment plan',
                'verbose_name_plural': 'payment plans',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open', models.DecimalField(decimal_places=3, max_digits=15)),
            ],
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'version of a policy',
                'verbose_name_plural': 'versions of policies',
                'ordering': ['policy', '-position'],
            },
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
            },
        ),
        migrations.CreateModel(
            name='ScheduledDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('outcome', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name='clientterms',
            options={'verbose_name': 'terms of a client', 'verbose_name_plural': 'terms of clients'},
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='one_notice_a_client_and_currency',
        ),
        migrations.AddField(
            model_name='clientterms',
            name='agreed_rate',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('30'))], verbose_name='agreed late interest, % a year'),
        ),
        migrations.AddField(
            model_name='clientterms',
            name='channel',
            field=models.CharField(blank=True, choices=[('email', 'E-mail'), ('post', 'Post'), ('both', 'E-mail and post')], max_length=5, verbose_name='letters go by'),
        ),
        migrations.AddField(
            model_name='clientterms',
            name='fees_agreed',
            field=models.BooleanField(null=True, verbose_name='reminder fees are agreed'),
        ),
        migrations.AddField(
            model_name='hold',
            name='amount',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=15, null=True, verbose_name='amount'),
        ),
        migrations.AddField(
            model_name='level',
            name='attach_invoices',
            field=models.BooleanField(default=False, verbose_name='with the original invoices'),
        ),
        migrations.AddField(
            model_name='level',
            name='channel',
            field=models.CharField(choices=[('email', 'E-mail'), ('post', 'Post'), ('both', 'E-mail and post')], default='email', max_length=5, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='level',
            name='fee_per',
            field=models.CharField(choices=[('letter', 'letter'), ('invoice', 'invoice')], default='letter', max_length=8, verbose_name='fee for each'),
        ),
        migrations.AddField(
            model_name='level',
            name='legal_interest',
            field=models.BooleanField(default=False, verbose_name='late interest by law'),
        ),
        migrations.AddField(
            model_name='level',
            name='lump_sum',
            field=models.BooleanField(default=False, verbose_name='lump sum for recovery costs'),
        ),
        migrations.AddField(
            model_name='notice',
            name='attach_invoices',
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name='notice',
            name='channel',
            field=models.CharField(choices=[('email', 'E-mail'), ('post', 'Post'), ('both', 'E-mail and post')], default='email', max_length=5, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='notice',
            name='earlier',
            field=models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='earlier fees'),
        ),
        migrations.AddField(
            model_name='notice',
            name='lump_sum',
            field=models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='lump sum for recovery costs'),
        ),
        migrations.AddField(
            model_name='notice',
            name='part',
            field=models.CharField(blank=True, db_default='', max_length=20),
        ),
        migrations.AddField(
            model_name='notice',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='dunning.notice'),
        ),
        migrations.AddField(
            model_name='noticeline',
            name='disputed',
            field=models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='disputed'),
        ),
        migrations.AddField(
            model_name='noticeline',
            name='lump_sum',
            field=models.DecimalField(db_default=0, decimal_places=3, max_digits=15, verbose_name='lump sum for recovery costs'),
        ),
        migrations.AddField(
            model_name='policy',
            name='automation',
            field=models.CharField(choices=[('off', 'Nothing'), ('propose', 'A run is proposed'), ('issue', 'A run is issued and sent')], default='off', max_length=8, verbose_name='by itself'),
        ),
        migrations.AddField(
            model_name='policy',
            name='day_count',
            field=models.CharField(choices=[('365', 'Actual days / 365'), ('30/360', '30/360')], default='365', max_length=6, verbose_name='days of interest'),
        ),
        migrations.AddField(
            model_name='policy',
            name='fees_agreed',
            field=models.BooleanField(default=False, verbose_name='fees are agreed with the clients, with their amounts'),
        ),
        migrations.AddField(
            model_name='policy',
            name='grouping',
            field=models.CharField(choices=[('client', 'One for each client and currency'), ('level', 'One for each level'), ('invoice', 'One for each invoice')], default='client', max_length=8, verbose_name='letters'),
        ),
        migrations.AddField(
            model_name='policy',
            name='regime',
            field=models.CharField(choices=[('auto', "That of the client's country"), ('ch', 'Switzerland'), ('de', 'Germany'), ('fr', 'France'), ('eu', 'EU directive 2011/7')], default='auto', max_length=4, verbose_name='law'),
        ),
        migrations.AddField(
            model_name='policy',
            name='skip_holidays',
            field=models.BooleanField(default=True, verbose_name='on the next day where it is a public holiday'),
        ),
        migrations.AddField(
            model_name='policy',
            name='weekdays',
            field=models.CharField(default='1', max_length=7, validators=[django.core.validators.RegexValidator('^1?2?3?4?5?6?7?$')], verbose_name='on these weekdays'),
        ),
        migrations.AddField(
            model_name='policy',
            name='working_days',
            field=models.BooleanField(default=False, verbose_name='a deadline never ends on a weekend or holiday'),
        ),
        migrations.AddField(
            model_name='run',
            name='bank_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='stale_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='run',
            name='unmatched',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='runline',
            name='no_fee',
            field=models.CharField(blank=True, db_default='', max_length=300),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='document',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='delivery.document'),
        ),
        migrations.AlterField(
            model_name='clientterms',
            name='client',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='dunning_terms', to='clients.client'),
        ),
        migrations.AlterField(
            model_name='clientterms',
            name='policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clients', to='dunning.policy'),
        ),
        migrations.AlterField(
            model_name='levelamount',
            name='fee',
            field=djmoney.models.fields.MoneyField(currency_field_name='currency', decimal_places=3, max_digits=15, verbose_name='fee'),
        ),
        migrations.AlterField(
            model_name='withdrawal',
            name='cause',
            field=models.CharField(choices=[('overtaken', 'Overtaken before it was sent'), ('undelivered', 'Did not reach the client'), ('withdrawn', 'Withdrawn'), ('replaced', 'Replaced by a corrected one')], max_length=12, verbose_name='cause'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('amount__gt', 0), ('invoice__isnull', False), ('kind', 'promise')), _connector='OR'), name='only_a_promise_for_an_invoice_names_an_amount'),
        ),
        migrations.AddField(
            model_name='charge',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dunning_charges', to='clients.client'),
        ),
        migrations.AddField(
            model_name='charge',
            name='invoice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dunning_charges', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='charge',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='dunning.notice'),
        ),
        migrations.AddField(
            model_name='chargeevent',
            name='charge',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='dunning.charge'),
        ),
        migrations.AddField(
            model_name='chargeevent',
            name='entry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.counterentry'),
        ),
        migrations.AddField(
            model_name='chargeevent',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dunning.notice'),
        ),
        migrations.AddField(
            model_name='chargeevent',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chargeevent',
            name='takes_back',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='dunning.chargeevent'),
        ),
        migrations.AddField(
            model_name='decision',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='decision',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='levelchange',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='level_changes', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='levelchange',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='linewithdrawal',
            name='line',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='dunning.noticeline'),
        ),
        migrations.AddField(
            model_name='linewithdrawal',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='paymentplan',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_plans', to='clients.client'),
        ),
        migrations.AddField(
            model_name='paymentplan',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='paymentplan',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='instalment',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='dunning.paymentplan'),
        ),
        migrations.AddField(
            model_name='planinvoice',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='planinvoice',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='dunning.paymentplan'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='policy',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='versions', to='dunning.policy'),
        ),
        migrations.AddField(
            model_name='notice',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='dunning.policyversion'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('run', 'addressee', 'currency', 'part'), name='one_notice_a_client_currency_and_part'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.UniqueConstraint(fields=('table', 'since'), name='one_rate_a_table_and_day'),
        ),
        migrations.AddField(
            model_name='scheduledday',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='dunning.policy'),
        ),
        migrations.AddField(
            model_name='run',
            name='scheduled',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='run', to='dunning.scheduledday'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(condition=models.Q(('open__gt', 0)), fields=['client'], name='charge_open_of_client'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('open__gte', 0), ('open__lte', models.F('amount'))), name='charge_open_within_amount'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(fields=('notice', 'kind', 'invoice'), name='charge_once_an_invoice'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(condition=models.Q(('invoice', None)), fields=('notice', 'kind'), name='charge_once_a_letter'),
        ),
        migrations.AddConstraint(
            model_name='chargeevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('kind', 'restored'), ('takes_back__isnull', False)), models.Q(models.Q(('kind', 'restored'), _negated=True), ('amount__gt', 0), ('takes_back', None)), _connector='OR'), name='charge_event_positive_or_takes_back'),
        ),
        migrations.AddConstraint(
            model_name='levelchange',
            constraint=models.UniqueConstraint(fields=('invoice', 'cycle'), name='cycle_begun_once'),
        ),
        migrations.AddConstraint(
            model_name='levelchange',
            constraint=models.CheckConstraint(condition=models.Q(('cycle__gte', 2)), name='first_cycle_begins_by_itself'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('plan', 'due_on'), name='one_instalment_a_day'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='instalment_positive'),
        ),
        migrations.AddConstraint(
            model_name='planinvoice',
            constraint=models.UniqueConstraint(fields=('plan', 'invoice'), name='invoice_once_in_a_plan'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(fields=('policy', 'position'), name='policy_version_once'),
        ),
        migrations.AddConstraint(
            model_name='scheduledday',
            constraint=models.UniqueConstraint(fields=('policy', 'day'), name='policy_once_on_a_day'),
        ),
        migrations.RunPython(agree, migrations.RunPython.noop),
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
    ]
