"""The database refuses to change or delete what was issued."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [("dunning", "0001_initial")]
    operations = [
        freeze("dunning_notice", may_change=["document_id"]),
        freeze("dunning_noticeline", may_change=["withdrawn_at"]),
    ]
