"""Issued rows stay as they are; their client may change to the one that took it over."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0002_freeze_issued"),
        ("clients", "0002_invoicing_and_merging"),
    ]
    operations = [
        freeze("statements_statement", follows="client_id"),
    ]
