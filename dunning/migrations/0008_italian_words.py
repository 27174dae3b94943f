"""Levels get the usual words in Italian where nobody has written any."""

from django.db import migrations

from dunning.rules.default_texts import default_texts


def add_italian(apps, _editor):
    Level = apps.get_model("dunning", "Level")
    for level in Level.objects.exclude(texts__language="it"):
        text = default_texts(level.position, level.name)["it"]
        level.texts.create(
            language="it",
            title=text.title,
            opening=text.opening,
            closing=text.closing,
            subject=text.subject,
            body=text.body,
        )


class Migration(migrations.Migration):
    dependencies = [("dunning", "0007_letters_keep_their_addressee")]
    operations = [migrations.RunPython(add_italian, migrations.RunPython.noop)]
