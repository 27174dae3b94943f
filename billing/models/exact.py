"""Sums of amounts in SQL that do not lose a cent."""

from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Cast, Round


def exact_sum(field: str) -> Sum:
    """The sum of an amount column as an integer of thousandths.

    SQLite stores decimals as floats: 100 000 times 0.10 sums to
    10000.0000000188. Each row is turned into whole thousandths first; integers
    add exactly. Group by currency, and read it with `rules.money.from_units`.
    """
    return Sum(Cast(Round(F(field) * 1000), BigIntegerField()), default=0)
