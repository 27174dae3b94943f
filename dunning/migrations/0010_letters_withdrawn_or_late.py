"""Letters can be withdrawn, and arrive later than their date; both stay as written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0005_delivery_made_sure'),
        ('dunning', '0009_names_of_run_lines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('overtaken', 'Overtaken before it was sent'), ('undelivered', 'Did not reach the client'), ('withdrawn', 'Withdrawn')], max_length=12, verbose_name='cause')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='dunning.notice')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'withdrawal of a reminder',
                'verbose_name_plural': 'withdrawals of reminders',
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
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='dunning.notice')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'arrival of a reminder',
                'verbose_name_plural': 'arrivals of reminders',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('how', 'post')), fields=('notice',), name='letter_posted_once'), models.CheckConstraint(condition=models.Q(models.Q(('how', 'post'), ('message', None)), models.Q(('how', 'email'), ('message__isnull', False)), _connector='OR'), name='arrival_by_post_or_message')],
            },
        ),
        freeze("dunning_withdrawal"),
        freeze("dunning_arrival"),
    ]
