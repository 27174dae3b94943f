"""What every row of the ledger says when it is written is kept beside it."""

from django.db import migrations, models

from billing.originals import keep_original

CREATED = ["created_at", "created_by_id"]


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0010_quick_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Original",
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
                ("part", models.CharField(max_length=40)),
                ("row", models.BigIntegerField()),
                ("content", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("part", "row"), name="one_original_a_row"
                    )
                ],
            },
        ),
        keep_original(
            "billing_invoice",
            [
                *("number", "issued_on", "due_on", "currency", "total", "bill_id"),
                *("instalment", "reference", "discount_percent", "discount_until"),
                *("source", *CREATED),
            ],
            label="number",
        ),
        keep_original(
            "billing_invoice", ["client_id"], name="client", label="number"
        ),
        keep_original(
            "billing_credit",
            [
                *("kind", "number", "dated_on", "currency", "amount", "charges"),
                *("cause", "reference", "account_id", "bill_id", "import_key"),
                *CREATED,
            ],
            label="number",
        ),
        keep_original("billing_credit", ["client_id"], name="client", label="number"),
        keep_original(
            "billing_counterentry",
            [
                *("credit_id", "kind", "number", "dated_on", "currency", "amount"),
                *("account_id", "reason", "key", *CREATED),
            ],
            label="number",
        ),
        keep_original(
            "billing_allocation",
            [
                *("credit_id", "invoice_id", "currency", "amount", "effective_on"),
                *("releases_id", "created_at"),
            ],
        ),
        keep_original(
            "billing_invoicemark",
            ["invoice_id", "kind", "since", "reason", "person_id", "created_at"],
        ),
        keep_original(
            "billing_invoicemark",
            ["ended_on", "ended_by_id", "end_reason"],
            name="end",
            once="ended_on",
        ),
    ]
