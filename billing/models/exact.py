"""Sums of amounts in SQL that do not lose a cent."""

from typing import Any

from django.db.models import BigIntegerField, DecimalField, F, Lookup, Q, Sum
from django.db.models.functions import Cast, Round


def exact_sum(field: str, only: Q | None = None) -> Sum:
    """The sum of an amount column as an integer of thousandths.

    SQLite stores decimals as floats: 100 000 times 0.10 sums to
    10000.0000000188. Each row is turned into whole thousandths first; integers
    add exactly. Group by currency, and read it with `rules.money.from_units`.
    `only` says which rows count.
    """
    units = Cast(Round(F(field) * 1000), BigIntegerField())
    return Sum(units, filter=only, default=0)


class AboveZero(Lookup[Any]):
    """`amount__above_zero=True`: like `amount__gt=0`, with the zero in the words.

    SQLite takes an index of open invoices only for a condition it can read, and
    that is the one the index was made with: a parameter says nothing to it.
    """

    lookup_name = "above_zero"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The column, more than zero."""
        left, values = self.process_lhs(compiler, connection)
        return f"{left} > '0'", values


DecimalField.register_lookup(AboveZero)
