"""The database refuses to change or delete what was issued."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_initial")]
    operations = [
        freeze("statements_statement"),
    ]
