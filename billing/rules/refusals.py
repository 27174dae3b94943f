"""Why a cell, a row or a file is not taken: sentences that are translated later."""

from __future__ import annotations

import dataclasses


def gettext_noop(text: str) -> str:
    """Marks a sentence for the translators; `billing.wording` translates it."""
    return text


class Unreadable(Exception):
    """A cell or a file that cannot be taken; `message` has places for `details`."""

    def __init__(self, message: str, details: dict[str, str] | None = None) -> None:
        self.message = message
        self.details = details or {}
        super().__init__(message % self.details)


@dataclasses.dataclass(frozen=True, slots=True)
class RowError:
    """One refusal: the row as the file counts it, the field, and why."""

    row: int
    field: str
    message: str
    details: dict[str, str] = dataclasses.field(default_factory=dict)


def shown(value: object, length: int = 40) -> str:
    """A value as it may be quoted: short, and without invisible characters."""
    text = "".join(c if c.isprintable() else "\ufffd" for c in str(value))
    return text if len(text) <= length else text[: length - 1] + "…"
