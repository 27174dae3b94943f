"""What became of a letter after it was issued: it was taken back, or came late."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from delivery.models import Document, Message
from dunning.models.notice import Notice, NoticeLine


class Withdrawal(models.Model):
    """A letter that no longer counts, and why. Frozen.

    Its lines say since when; its invoices are back at the level before. The letter
    itself stays in the archive.
    """

    class Cause(models.TextChoices):
        """What led to it."""

        OVERTAKEN = "overtaken", _("Overtaken before it was sent")
        UNDELIVERED = "undelivered", _("Did not reach the client")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPLACED = "replaced", _("Replaced by a corrected one")

    notice = models.OneToOneField(
        Notice, on_delete=models.PROTECT, related_name="withdrawal"
    )
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # What tells the client that the letter does not count, where one was written.
    document = models.OneToOneField(
        Document, null=True, on_delete=models.PROTECT, related_name="withdrawal"
    )

    class Meta:
        verbose_name = _("withdrawal of a reminder")
        verbose_name_plural = _("withdrawals of reminders")

    def __str__(self) -> str:
        return f"{self.notice} {self.cause}"


class LineWithdrawal(models.Model):
    """One invoice that was taken off a letter which counts for the others. Frozen."""

    line = models.OneToOneField(
        NoticeLine, on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("withdrawal of an invoice from a reminder")
        verbose_name_plural = _("withdrawals of invoices from reminders")

    def __str__(self) -> str:
        return f"{self.line}"


class LevelChange(models.Model):
    """A person set the level of an invoice without a letter. Frozen.

    It begins a new cycle at that level: the reminders from then on count from it, and
    each level can be reached again. A level of 0 starts over.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="level_changes"
    )
    cycle = models.PositiveSmallIntegerField()
    level_before = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(_("level"))
    deadline_on = models.DateField(_("deadline"))
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("change of a level")
        verbose_name_plural = _("changes of levels")
        permissions = [("change_level", "Can set the level of an invoice")]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "cycle"], name="cycle_begun_once"
            ),
            models.CheckConstraint(
                condition=Q(cycle__gte=2), name="first_cycle_begins_by_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.level}"


class Arrival(models.Model):
    """A letter that was posted, or whose e-mail left later than its date. Frozen.

    The client has as many days to pay as the letter's level gives, from the day it
    arrived. An e-mail that left in time needs no row.
    """

    class How(models.TextChoices):
        """What carried it."""

        EMAIL = "email", _("E-mail")
        POST = "post", _("Post")

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="arrivals"
    )
    how = models.CharField(_("how"), max_length=5, choices=How.choices)
    on = models.DateField(_("day"))
    deadline_on = models.DateField(_("deadline"))
    # The e-mail; nothing for a letter that was posted.
    message = models.OneToOneField(
        Message, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("arrival of a reminder")
        verbose_name_plural = _("arrivals of reminders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"], condition=Q(how="post"), name="letter_posted_once"
            ),
            models.CheckConstraint(
                condition=Q(how="post", message=None)
                | Q(how="email", message__isnull=False),
                name="arrival_by_post_or_message",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.on}"
