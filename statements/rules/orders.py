"""Statements for many clients at once: what is ordered, and for whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Order:
    """Up to which day and of which kind, for which clients, and whether it leaves.

    Empty words, language, country and currency mean any. The least balance counts in
    the currency that is asked for, or in whatever one a client has; zero: any.
    """

    end: date
    kind: str
    unpaid_only: bool = False
    least: Decimal = Decimal(0)
    send: bool = False
    words: str = ""
    language: str = ""
    country: str = ""
    currency: str = ""
    only_overdue: bool = False
    skip_zero: bool = False
    skip_quiet: bool = False
    # Clients that a person left out by hand.
    without: tuple[int, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether some clients are not even looked at."""
        return bool(self.words or self.language or self.country or self.currency)

    def kept(self) -> dict[str, Any]:
        """As plain words, to be kept with the work that is asked for."""
        return asdict(self) | {
            "end": self.end.isoformat(),
            "least": str(self.least),
            "without": list(self.without),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What was kept; by an earlier version it may have been less."""
        names = {field.name for field in fields(cls)}
        known = {name: value for name, value in kept.items() if name in names}
        known["end"] = date.fromisoformat(kept["end"])
        known["least"] = Decimal(kept["least"])
        known["without"] = tuple(kept.get("without", ()))
        return cls(**known)
