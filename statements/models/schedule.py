"""Statements for many clients that wait for a person, and what makes them come."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from delivery.models import Job
from statements.rules.schedule import MOST_DAYS, Rhythm


class Schedule(models.Model):
    """Statements that are prepared by themselves after each month or quarter."""

    RHYTHMS = (
        (Rhythm.MONTHLY.value, _("Monthly")),
        (Rhythm.QUARTERLY.value, _("Quarterly")),
    )

    name = models.CharField(_("name"), max_length=80, unique=True)
    rhythm = models.CharField(
        _("rhythm"), max_length=10, choices=RHYTHMS, default=Rhythm.MONTHLY.value
    )
    days_after = models.PositiveSmallIntegerField(
        _("days after the end of the period"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    # Order.kept() without its end.
    wanted = models.JSONField()
    # After so many days it leaves by itself; empty: it waits for a person.
    release_after = models.PositiveSmallIntegerField(
        _("released by itself after (days)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_DAYS)],
    )
    active = models.BooleanField(_("active"), default=True)
    # Periods whose day came before were not missed.
    since = models.DateField()
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("statement schedule")
        verbose_name_plural = _("statement schedules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """Statements for many clients that a person looks at before they are issued.

    Whose turn it is is asked anew each time; what is kept is what was ordered, and
    who was left out by hand.
    """

    class State(models.TextChoices):
        """Held until it is released or discarded, once; empty where nobody gets one."""

        HELD = "held", _("Waits to be released")
        RELEASED = "released", _("Released")
        DISCARDED = "discarded", _("Discarded")
        EMPTY = "empty", _("Nobody gets a statement")

    class Stopped(models.TextChoices):
        """Why it did not release itself on its day."""

        OLD_DATA = "old_data", _("the bank is not known up to the end of the period")
        NO_SENDER = "no_sender", _("there is no address to send from")
        RESTORED = "restored", _("a backup was put back since they were prepared")

    # One for each period of a schedule, one for each form that was sent.
    key = models.CharField(max_length=60, unique=True)
    schedule = models.ForeignKey(
        Schedule, null=True, on_delete=models.PROTECT, related_name="batches"
    )
    end = models.DateField(_("up to"))
    wanted = models.JSONField()
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.HELD
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    release_on = models.DateField(null=True)
    stopped = models.CharField(max_length=10, choices=Stopped.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # What it was released as.
    job = models.OneToOneField(
        Job, null=True, on_delete=models.PROTECT, related_name="batch"
    )

    class Meta:
        verbose_name = _("statements held for a look")
        verbose_name_plural = _("statements held for a look")
        ordering = ["-end", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", decided_at=None)
                | (~Q(state="held") & Q(decided_at__isnull=False)),
                name="batch_decided_when_it_is",
            ),
            models.CheckConstraint(
                condition=Q(job=None) | Q(state="released"),
                name="batch_released_has_the_job",
            ),
        ]
        indexes = [
            models.Index(
                fields=["end"], condition=Q(state="held"), name="batch_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.key


class LeftOut(models.Model):
    """A client that a person leaves out of a batch."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="left_out")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "client"], name="client_left_out_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.client_id}"
