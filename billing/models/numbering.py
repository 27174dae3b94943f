"""Gapless numbers: one row per series and year, taken in the same transaction."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given in a series, such as notices of 2026."""

    name = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)
    # The date of the last document, where numbers must follow dates.
    last_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "year"], name="one_series_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.name}-{self.year}: {self.last}"
