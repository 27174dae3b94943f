"""Mass work in the background: what is to be done, and how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of mass work. Its rows are the truth; a task is only a poke.

    Items are listed by the first worker that takes it up (`listed_at`); a job of
    kind `emails` has messages in place of items.
    """

    class Kind(models.TextChoices):
        """What is made or sent."""

        LETTERS = "letters", _("Letters as PDF")
        STATEMENTS = "statements", _("Statements of account")
        EMAILS = "emails", _("E-mails")

    class State(models.TextChoices):
        """Waiting, under way, over."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    UNFINISHED = (State.WAITING, State.RUNNING)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    # Asked for twice, there is one: "letters:12" for those of run 12.
    key = models.CharField(max_length=80, unique=True)
    # What it is about, as its owner needs it: {"run": 12}.
    about = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    listed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ["-pk"]
        permissions = [("run_job", "Can start and cancel background jobs")]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_unfinished",
            )
        ]

    def __str__(self) -> str:
        return self.key


class JobItem(models.Model):
    """One letter, one client: the unit that is done or not, and said why."""

    class State(models.TextChoices):
        """Waiting, taken by a worker, over."""

        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Left out")
        CANCELLED = "cancelled", _("Cancelled")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    # The key of what it is about: a letter, a client.
    target = models.BigIntegerField()
    label = models.CharField(max_length=160)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    # Why it failed or was left out; the number of what was made.
    note = models.CharField(max_length=500, blank=True)
    result = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("item of a background job")
        verbose_name_plural = _("items of background jobs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "target"], name="target_once_in_a_job"
            )
        ]
        indexes = [models.Index(fields=["job", "state"], name="item_by_state")]

    def __str__(self) -> str:
        return self.label
