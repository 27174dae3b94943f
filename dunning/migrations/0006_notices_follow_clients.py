"""Issued rows stay as they are; their client may change to the one that took it over."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("dunning", "0005_italian_texts"),
        ("clients", "0002_invoicing_and_merging"),
    ]
    operations = [
        freeze("dunning_notice", may_change=["document_id"], follows="client_id"),
        freeze(
            "dunning_runline",
            when="(SELECT state FROM dunning_run WHERE id = OLD.run_id) <> 'draft'",
            follows="client_id",
        ),
    ]
