"""Issued rows stay as they are; their client may change to the one that took it over."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0003_invoices_as_documents"),
        ("clients", "0002_invoicing_and_merging"),
    ]
    operations = [
        freeze("delivery_document", follows="client_id"),
    ]
