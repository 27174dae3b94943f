"""A client is told that a reminder does not count."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0006_seal_what_exists'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('statement', 'Statement of account'), ('notice', 'Reminder'), ('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('withdrawal', 'Withdrawal of a reminder')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('statement', 'Statement of account'), ('notice', 'Reminder'), ('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('withdrawal', 'Withdrawal of a reminder')], max_length=12),
        ),
    ]
