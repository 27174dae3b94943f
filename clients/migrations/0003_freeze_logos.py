"""A logo that documents were issued with stays as it is."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_invoicing_and_merging"),
    ]
    operations = [
        freeze("clients_logo"),
    ]
