"""The one kind of amount column."""

from djmoney.models.fields import MoneyField


def amount_field(verbose_name: object = "") -> MoneyField:
    """An amount in the row's own `currency` column: 12 digits and 3 decimals.

    Fifteen digits in all, the most that SQLite gives back exactly.
    """
    return MoneyField(
        verbose_name=verbose_name,
        max_digits=15,
        decimal_places=3,
        currency_field_name="currency",
    )
