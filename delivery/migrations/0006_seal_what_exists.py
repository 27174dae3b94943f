"""Documents, messages and reports from before there was a chain join it now."""

from django.db import migrations, models
from django.utils import timezone

from clients.freeze import freeze
from delivery.rules.seal import digest, link
from delivery.sealed import sealed_facts


def seal_everything(apps, _editor):
    """The oldest first; what is sealed already stays as it is."""
    seals = apps.get_model("delivery", "Seal").objects
    head = apps.get_model("delivery", "SealHead").objects.get(pk=1)
    for kind, row in rows(apps):
        if seals.filter(kind=kind, row=row.pk).exists():
            continue
        now = timezone.now()
        said = digest(sealed_facts(kind, row, now))
        head.position, head.chain = head.position + 1, link(head.chain, said)
        seals.create(
            position=head.position,
            kind=kind,
            row=row.pk,
            digest=said,
            chain=head.chain,
            sealed_at=now,
        )
    head.save()


def rows(apps):
    """What must have a seal, one after the other."""
    for kind, name, only in (
        ("document", "Document", {}),
        ("message", "Message", {"state": "sent"}),
        ("event", "MessageEvent", {}),
    ):
        found = apps.get_model("delivery", name).objects.filter(**only).order_by("pk")
        if kind == "message":
            found = found.select_related("document").defer("document__content")
        for row in found.iterator(chunk_size=50):
            yield kind, row


class Migration(migrations.Migration):

    dependencies = [
        ("delivery", "0005_delivery_made_sure"),
    ]

    operations = [
        # The time is part of what is sealed, so it is given and not the database's.
        migrations.AlterField(
            model_name="seal",
            name="sealed_at",
            field=models.DateTimeField(),
        ),
        freeze("delivery_seal"),
        migrations.RunPython(seal_everything, migrations.RunPython.noop),
    ]
