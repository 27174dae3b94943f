"""A policy that can be used as it is, in all three languages.

Fees are 0.00 everywhere: whether a fee may be asked depends on the country and on
what was agreed (docs/dunning.md), so the accountant decides.
"""

from decimal import Decimal

from django.db import migrations

from dunning.rules.default_texts import default_texts

LEVELS = ["Rappel de paiement", "1re relance", "Mise en demeure"]
CURRENCIES = ["CHF", "EUR"]


def add_policy(apps, _editor):
    Policy = apps.get_model("dunning", "Policy")
    if Policy.objects.exists():
        return
    policy = Policy.objects.create(name="Standard", is_default=True)
    for position, name in enumerate(LEVELS, start=1):
        level = policy.levels.create(
            position=position, name=name, grace_days=5, term_days=10
        )
        for currency in CURRENCIES:
            level.amounts.create(
                currency=currency, fee=Decimal(0), minimum=Decimal(0)
            )
        for language, text in default_texts(position, name).items():
            level.texts.create(
                language=language,
                title=text.title,
                opening=text.opening,
                closing=text.closing,
                subject=text.subject,
                body=text.body,
            )


class Migration(migrations.Migration):
    dependencies = [("dunning", "0003_freeze_issued_runs")]
    operations = [migrations.RunPython(add_policy, migrations.RunPython.noop)]
