"""Issued rows stay as they are; their client may change to the one that took it over."""

from django.db import migrations

from clients.freeze import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_bills_and_banks"),
    ]
    operations = [
        freeze(
            "billing_invoice",
            may_change=["open", "level", "deadline_on"],
            follows="client_id",
        ),
        freeze("billing_credit", may_change=["unallocated"], follows="client_id"),
        freeze("billing_counterentry"),
        freeze("billing_allocation"),
        freeze("billing_bill", may_change=["document_id"], follows="client_id"),
        freeze("billing_billline"),
        freeze("billing_billvat"),
        freeze("billing_bankfile", may_change=["undone_at", "undone_by_id"]),
        freeze(
            "billing_bankentry",
            may_change=[
                "state",
                "credit_id",
                "returns_id",
                "client_id",
                "note",
                "decided_at",
                "decided_by_id",
            ],
        ),
    ]
