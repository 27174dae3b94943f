"""What rows of the ledger said when they were written."""

from __future__ import annotations

from django.db import models


class Original(models.Model):
    """The columns of one row as they were, written by a trigger (`billing.originals`).

    `part` names the table, or some columns of it that are kept by themselves.
    """

    part = models.CharField(max_length=40)
    row = models.BigIntegerField()
    content = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "row"], name="one_original_a_row")
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.row}"
