"""Dunning runs: a proposal, then what was decided for every late invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from billing.models.fields import amount_field
from clients.models import Client
from dunning.models.policy import Policy

if TYPE_CHECKING:
    from datetime import date


class Run(models.Model):
    """One dunning run. A draft is a proposal: nothing is sent, numbered or charged."""

    class State(models.TextChoices):
        """Draft, then issued or discarded, for ever."""

        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        DISCARDED = "discarded", _("Discarded")

    run_on = models.DateField(_("date of the run"))
    # Empty: each client by its own policy or the default one.
    policy = models.ForeignKey(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT
    )
    request_key = models.CharField(max_length=40, unique=True)
    # How far the bank's data reached when it was issued, payments not put to any
    # invoice then, and why it was issued although the data was old.
    bank_on = models.DateField(null=True)
    unmatched = models.PositiveIntegerField(null=True)
    stale_reason = models.CharField(max_length=300, blank=True)
    # The policy that proposed it by itself, and the day it was due.
    scheduled = models.OneToOneField(
        "dunning.ScheduledDay",
        null=True,
        on_delete=models.PROTECT,
        related_name="run",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("dunning run")
        verbose_name_plural = _("dunning runs")
        ordering = ["-pk"]
        permissions = [("issue_run", "Can issue dunning runs")]

    def __str__(self) -> str:
        return f"{self.pk} ({self.run_on})"

    @property
    def issued_on(self) -> date:
        """The day on which its letters could leave first, whatever day they bear."""
        return localdate(self.issued_at) if self.issued_at else self.run_on


class RunLine(models.Model):
    """One late invoice in a run: proposed, or left out with its reason.

    While the run is a draft `selected` is what the person ticks. When it is
    issued, `reason` of a line that was dropped says what changed meanwhile.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lines")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="run_lines"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    open = amount_field(_("open"))
    days_overdue = models.IntegerField()
    # Of a proposed line; 0 and empty for one left out.
    level = models.PositiveSmallIntegerField(default=0)
    deadline_on = models.DateField(null=True)
    fee = amount_field(_("fee"))
    interest = amount_field(_("interest"))
    selected = models.BooleanField(default=False)
    # Why the letter with this line bears no fee; empty: it bears the policy's.
    no_fee = models.CharField(max_length=300, blank=True, db_default="")
    reason = models.CharField(max_length=20, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("line of a dunning run")
        verbose_name_plural = _("lines of dunning runs")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "invoice"], name="invoice_once_in_a_run"
            )
        ]
        indexes = [
            models.Index(
                fields=["invoice"], condition=Q(selected=True), name="line_selected"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.invoice_id}"


class ScheduledDay(models.Model):
    """A day on which a policy had something to do by itself, done once.

    The row is the guard: whoever comes second, on whatever machine, does nothing.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    # Why there is no run, as a code; empty where there is one.
    outcome = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "day"], name="policy_once_on_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.day}"
