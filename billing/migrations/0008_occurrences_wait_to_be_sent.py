"""What issued itself and is to be sent waits in the database, not in a process."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_refunds_once"),
    ]
    operations = [
        migrations.AddField(
            model_name="occurrence",
            name="to_send",
            field=models.BooleanField(db_default=False),
        ),
    ]
