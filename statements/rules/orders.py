"""Statements for many clients at once: what is ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Order:
    """Up to which day and of which kind, from which balance on, and whether it leaves.

    The least balance counts in whatever currency a client has; zero: any.
    """

    end: date
    kind: str
    unpaid_only: bool = False
    least: Decimal = Decimal(0)
    send: bool = False

    def kept(self) -> dict[str, Any]:
        """As plain words, to be kept with the work that is asked for."""
        return {
            "end": self.end.isoformat(),
            "kind": self.kind,
            "unpaid_only": self.unpaid_only,
            "least": str(self.least),
            "send": self.send,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What was kept."""
        return cls(
            end=date.fromisoformat(kept["end"]),
            kind=kept["kind"],
            unpaid_only=kept["unpaid_only"],
            least=Decimal(kept["least"]),
            send=kept["send"],
        )
