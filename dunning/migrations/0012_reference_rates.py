"""The reference rates of late interest, as published; whoever keeps the books adds.

A rate that was worked out instead of read says "derived" in its source. A row with an
unchanged rate says that the rate of that day was checked.
"""

from decimal import Decimal

from django.db import migrations

ECB = "ECB, key interest rates, effective date"
BUNDESBANK = "Bundesbank, announcement of the base rate (BGB 247)"
RATES = {
    "ecb": [
        ("2011-12-14", "1.00", ECB),
        ("2012-07-11", "0.75", ECB),
        ("2013-05-08", "0.50", ECB),
        ("2013-11-13", "0.25", ECB),
        ("2014-06-11", "0.15", ECB),
        ("2014-09-10", "0.05", ECB),
        ("2016-03-16", "0.00", ECB),
        ("2022-07-27", "0.50", ECB),
        ("2022-09-14", "1.25", ECB),
        ("2022-11-02", "2.00", ECB),
        ("2022-12-21", "2.50", ECB),
        ("2023-02-08", "3.00", ECB),
        ("2023-03-22", "3.50", ECB),
        ("2023-05-10", "3.75", ECB),
        ("2023-06-21", "4.00", ECB),
        ("2023-08-02", "4.25", ECB),
        ("2023-09-20", "4.50", ECB),
        ("2024-06-12", "4.25", ECB),
        ("2024-09-18", "3.65", ECB),
        ("2024-10-23", "3.40", ECB),
        ("2024-12-18", "3.15", ECB),
        ("2025-02-05", "2.90", ECB),
        ("2025-03-12", "2.65", ECB),
        ("2025-04-23", "2.40", ECB),
        ("2025-06-11", "2.15", ECB),
        ("2025-07-01", "2.15", "derived: base rate 1.27 + 0.88, unchanged"),
        ("2026-01-01", "2.15", "derived: base rate 1.27 + 0.88, unchanged"),
    ],
    "bundesbank": [
        ("2012-01-01", "0.12", BUNDESBANK),
        ("2013-01-01", "-0.13", BUNDESBANK),
        ("2013-07-01", "-0.38", BUNDESBANK),
        ("2014-01-01", "-0.63", BUNDESBANK),
        ("2014-07-01", "-0.73", BUNDESBANK),
        ("2015-01-01", "-0.83", BUNDESBANK),
        ("2016-07-01", "-0.88", BUNDESBANK),
        ("2023-01-01", "1.62", BUNDESBANK),
        ("2023-07-01", "3.12", BUNDESBANK),
        ("2024-01-01", "3.62", BUNDESBANK),
        ("2024-07-01", "3.37", BUNDESBANK),
        ("2025-01-01", "2.27", "derived: ECB main refinancing rate 3.15 - 0.88"),
        ("2025-07-01", "1.27", BUNDESBANK),
        ("2026-01-01", "1.27", BUNDESBANK + ", unchanged"),
    ],
    "fr_legal": [
        ("2024-07-01", "4.92", "Legal interest rate, second half of 2024"),
        ("2025-01-01", "3.71", "Legal interest rate, first half of 2025"),
        ("2025-07-01", "2.76", "Legal interest rate, second half of 2025"),
        ("2026-01-01", "2.62", "Arrêté du 15 décembre 2025"),
    ],
    "ch": [("1912-01-01", "5.00", "CO art. 104 al. 1, in force since 1 January 1912")],
}


def add_rates(apps, _editor):
    Rate = apps.get_model("dunning", "Rate")
    Rate.objects.bulk_create(
        [
            Rate(table=table, since=since, percent=Decimal(percent), source=source)
            for table, rows in RATES.items()
            for since, percent, source in rows
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("dunning", "0011_the_complete_run")]
    operations = [migrations.RunPython(add_rates, migrations.RunPython.noop)]
