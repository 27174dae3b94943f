"""To type checkers a MoneyField is given and gives back Money."""

from typing import Any

from django.db.models import Field
from moneyed import Money

class MoneyField(Field[Any, Money]):
    _pyi_private_set_type: Money | None
    _pyi_private_get_type: Money
    _pyi_lookup_exact_type: Any
    def __init__(
        self,
        *,
        verbose_name: object = "",
        max_digits: int = ...,
        decimal_places: int = ...,
        currency_field_name: str = ...,
        default: Any = ...,
        null: bool = ...,
    ) -> None: ...
