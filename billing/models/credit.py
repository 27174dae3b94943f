"""What reduces a client's debt, what it settles, and what takes it back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import amount_field
from billing.models.invoice import Invoice
from billing.rules.checkouts import ONLINE
from clients.models import Client


class Credit(models.Model):
    """A payment, credit note, write-off or discount; frozen, but for what is left.

    `unallocated` is today's remainder, written only by the actions that allocate,
    refund or reverse.
    """

    class Kind(models.TextChoices):
        """The field's four ways to reduce a debt."""

        PAYMENT = "payment", _("Payment")
        CREDIT_NOTE = "credit_note", _("Credit note")
        WRITE_OFF = "write_off", _("Write-off")
        DISCOUNT = "discount", _("Discount")

    class Cause(models.TextChoices):
        """Why something was written off: the two are booked to other accounts."""

        LOSS = "loss", _("Bad debt")
        DIFFERENCE = "difference", _("Payment difference")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credits")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40, unique=True)
    dated_on = models.DateField(_("date"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = amount_field(_("amount"))
    unallocated = amount_field(_("unallocated"))
    # Kept back by the bank of what the client paid: the amount holds it, the
    # account did not receive it.
    charges = models.DecimalField(
        _("bank charges"), max_digits=15, decimal_places=3, db_default=0
    )
    cause = models.CharField(
        _("cause"), max_length=12, choices=Cause.choices, blank=True, db_default=""
    )
    reference = models.CharField(_("reference"), max_length=140, blank=True)
    account = models.ForeignKey(
        "billing.BankAccount", null=True, on_delete=models.PROTECT, related_name="+"
    )
    bill = models.OneToOneField(
        "billing.Bill", null=True, on_delete=models.PROTECT, related_name="credit"
    )
    import_key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["-dated_on", "-number"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_positive"),
            models.CheckConstraint(
                condition=Q(unallocated__gte=0, unallocated__lte=F("amount")),
                name="credit_unallocated_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(charges__gte=0, charges__lte=F("amount")),
                name="credit_charges_within_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "dated_on"], name="credit_by_client"),
            models.Index(
                fields=["client"], condition=Q(unallocated__gt=0), name="credit_left"
            ),
            models.Index(fields=["dated_on", "number"], name="credit_by_date"),
            models.Index(fields=["kind", "dated_on"], name="credit_by_kind"),
            models.Index(fields=["currency", "amount"], name="credit_by_amount"),
            models.Index(fields=["currency", "unallocated"], name="credit_by_left"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_online(self) -> bool:
        """Whether it was paid through a provider, who pays it out later."""
        return (self.import_key or "").startswith(ONLINE)


class CounterEntry(models.Model):
    """What takes a credit back or uses it up, on its own date.

    A refund, a reversal (a bounced payment), or reminder fees and interest that it
    pays: those are claims outside the invoices, and settle none of them. What it paid
    of those is released by a negative entry: then it is left again.
    """

    class Kind(models.TextChoices):
        """Why a credit is taken back."""

        REFUND = "refund", _("Refund")
        REVERSAL = "reversal", _("Reversal")
        CHARGE = "charge", _("Reminder fees and interest")

    # Once one of these is there, the credit is no longer what it was booked as.
    TAKING_BACK = (Kind.REFUND, Kind.REVERSAL)

    credit = models.ForeignKey(
        Credit, on_delete=models.PROTECT, related_name="counter_entries"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40, unique=True)
    dated_on = models.DateField(_("date"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = amount_field(_("amount"))
    account = models.ForeignKey(
        "billing.BankAccount", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    releases = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="released_by"
    )
    # The key of the form it was booked with: sent twice, it is booked once.
    key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("counter-entry")
        verbose_name_plural = _("counter-entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, releases=None)
                | Q(amount__lt=0, releases__isnull=False, kind="charge"),
                name="counter_positive_or_a_release",
            ),
            models.UniqueConstraint(
                fields=["credit"],
                condition=Q(kind="reversal"),
                name="credit_reversed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Allocation(models.Model):
    """A part of a credit put to an invoice; a release is a negative row.

    Effective on the later of the credit's and the invoice's date; a release on
    its own date.
    """

    credit = models.ForeignKey(
        Credit, on_delete=models.PROTECT, related_name="allocations"
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="allocations"
    )
    currency = models.CharField(max_length=3)
    amount = amount_field(_("amount"))
    effective_on = models.DateField()
    releases = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="released_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, releases=None)
                | Q(amount__lt=0, releases__isnull=False),
                name="allocation_positive_or_a_release",
            )
        ]
        indexes = [models.Index(fields=["effective_on"], name="allocation_by_date")]

    def __str__(self) -> str:
        return f"{self.credit} → {self.invoice}"
