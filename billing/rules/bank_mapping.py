"""How the columns of a bank's CSV file are to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

FIELDS = (
    "booked_on",
    "value_on",
    "amount",
    "credit",
    "debit",
    "currency",
    "balance",
    "name",
    "iban",
    "reference",
    "end_to_end",
    "bank_reference",
    "text",
)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Field to header (see FIELDS); the account and currency the file does not tell.

    `amount` is one signed column, or else `credit` and `debit` are two. More than one
    header for a field is given as a list: the texts are joined.
    """

    columns: dict[str, str | list[str]] = field(default_factory=dict)
    date_format: str = ""
    iban: str = ""
    currency: str = ""
