"""What an audit reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is not what it must be: where it is, and what is wrong."""

    table: str
    row: str
    problem: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.problem}"
