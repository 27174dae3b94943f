"""Keeps what was done to a client, and refills what clients are found by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clients.freeze import freeze
from clients.rules.search import client_key

AT_ONCE = 1000
FIELDS = ("name", "number", "vat_number", "iban", "city", "email")


def refill(apps, _editor):
    clients = apps.get_model("clients", "Client").objects.only("search", *FIELDS)
    changed = []
    for row in clients.order_by("pk").iterator(AT_ONCE):
        given = {name: getattr(row, name) for name in FIELDS}
        row.search = client_key(**given)
        changed.append(row)
        if len(changed) == AT_ONCE:
            clients.bulk_update(changed, ["search"], AT_ONCE // 10)
            changed = []
    clients.bulk_update(changed, ["search"], AT_ONCE // 10)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_freeze_logos"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ClientEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("changed", "Changed"),
                            ("policy", "Dunning policy chosen"),
                            ("archived", "Archived"),
                            ("restored", "Brought back from the archive"),
                            ("merged", "Merged"),
                        ],
                        max_length=10,
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="clients.client",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "entry in the history of a client",
                "verbose_name_plural": "entries in the history of clients",
                "ordering": ["pk"],
            },
        ),
        freeze("clients_clientevent", follows="client_id"),
        migrations.RunPython(refill, migrations.RunPython.noop),
    ]
