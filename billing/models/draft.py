"""Drafts of invoices and credit notes, and invoices that come back by themselves."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.bill import Bill, BillKind
from billing.models.invoice import Invoice
from clients.models import CURRENCY, LANGUAGE_CHOICES, Client

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]
DAYS = [MaxValueValidator(365)]


class Draft(models.Model):
    """An invoice or credit note that is being written: no number, nothing owed.

    Issuing makes a `Bill` of it and deletes it. The draft of a recurrence is its
    pattern, and is never issued itself.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(
        max_length=12, choices=BillKind.choices, default=BillKind.INVOICE
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="drafts")
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    # Empty: the day on which it is issued.
    issued_on = models.DateField(_("date"), null=True, blank=True)
    terms_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=30, validators=DAYS
    )
    discount_percent = models.DecimalField(
        _("discount for early payment, %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=PERCENT,
    )
    discount_days = models.PositiveSmallIntegerField(
        _("discount within days"), default=0, validators=DAYS
    )
    title = models.CharField(_("subject"), max_length=120, blank=True)
    opening = models.TextField(_("text before the lines"), max_length=2000, blank=True)
    closing = models.TextField(_("text after the lines"), max_length=2000, blank=True)
    order_reference = models.CharField(
        _("the client's reference"), max_length=80, blank=True
    )
    prices_include_vat = models.BooleanField(_("prices include VAT"), default=False)
    # CHF has no coins below 5 rappen; what it comes to is a line of its own.
    round_to_five = models.BooleanField(_("round to 0.05"), default=False)
    corrects = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Grows with each change: who saves an older one is told, and overwrites nothing.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.client}"


class DraftLine(models.Model):
    """A line of a draft; the VAT rate by its code, looked up when it is issued."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.TextField(_("description"), max_length=1000)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=4, default=1
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    price = models.DecimalField(_("price"), max_digits=15, decimal_places=4)
    discount_percent = models.DecimalField(
        _("discount, %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=PERCENT,
    )
    vat_code = models.CharField(_("VAT code"), max_length=10)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position} {self.description}"


class DraftInstalment(models.Model):
    """A part of the total with its own due date; the last one takes what is left."""

    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, related_name="instalments"
    )
    position = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(_("days after the date of the invoice"))
    percent = models.DecimalField(
        _("share, %"), max_digits=5, decimal_places=2, validators=PERCENT
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}: {self.percent} %"


class Recurrence(models.Model):
    """An invoice that comes back: its pattern, how often, from which day on."""

    class Every(models.IntegerChoices):
        """Months from one occurrence to the next, counted from the first day."""

        MONTH = 1, _("every month")
        QUARTER = 3, _("every quarter")
        HALF_YEAR = 6, _("every half-year")
        YEAR = 12, _("every year")

    draft = models.OneToOneField(
        Draft, on_delete=models.PROTECT, related_name="recurrence"
    )
    every_months = models.PositiveSmallIntegerField(
        _("how often"), choices=Every.choices, default=Every.MONTH
    )
    first_on = models.DateField(_("first date"))
    last_on = models.DateField(_("last date"), null=True, blank=True)
    issues_itself = models.BooleanField(_("issue by itself"), default=False)
    sends_itself = models.BooleanField(_("send by itself"), default=False)
    paused = models.BooleanField(_("paused"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("recurring invoice")
        verbose_name_plural = _("recurring invoices")

    def __str__(self) -> str:
        return f"{self.draft} {self.first_on}"


class Occurrence(models.Model):
    """One day of a recurrence that has come, once: the draft or bill made of it."""

    recurrence = models.ForeignKey(
        Recurrence, on_delete=models.PROTECT, related_name="occurrences"
    )
    due_on = models.DateField()
    draft = models.OneToOneField(
        Draft, null=True, on_delete=models.SET_NULL, related_name="occurrence"
    )
    bill = models.OneToOneField(
        Bill, null=True, on_delete=models.PROTECT, related_name="occurrence"
    )
    problem = models.CharField(max_length=300, blank=True)
    # Its e-mail is still to be put into the outbox: issued by itself, cut off there.
    to_send = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recurrence", "due_on"], name="one_occurrence_a_day"
            ),
            models.CheckConstraint(
                condition=Q(draft=None) | Q(bill=None), name="occurrence_draft_or_bill"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recurrence} {self.due_on}"
