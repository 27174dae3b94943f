"""What was billed: the frozen content of an issued invoice or credit note."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import amount_field
from clients.models import LANGUAGE_CHOICES, Client, Logo
from delivery.models import Document


class BillKind(models.TextChoices):
    """An invoice raises what a client owes, a credit note lowers it."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class Bill(models.Model):
    """An issued invoice or credit note, with all that its paper says; frozen.

    What is receivable of an invoice are its `Invoice` rows: one, or one for each
    instalment. What a credit note gives is its one `Credit`. Client, company and
    account are copied, so that later changes leave the document as it was.
    total = Σ amounts of the lines (+ VAT when prices are net) + rounding.
    """

    kind = models.CharField(max_length=12, choices=BillKind.choices)
    number = models.CharField(_("number"), max_length=40, unique=True)
    # The key of the draft it was made of: issuing twice finds the first one.
    key = models.UUIDField(unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="bills")
    issued_on = models.DateField(_("date"))
    due_on = models.DateField(_("due date"), null=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    currency = models.CharField(_("currency"), max_length=3)
    title = models.CharField(_("subject"), max_length=120, blank=True)
    opening = models.TextField(_("text before the lines"), blank=True)
    closing = models.TextField(_("text after the lines"), blank=True)
    terms = models.TextField(_("terms"), blank=True)
    order_reference = models.CharField(
        _("the client's reference"), max_length=80, blank=True
    )
    prices_include_vat = models.BooleanField(_("prices include VAT"))
    net = amount_field(_("net"))
    vat = amount_field(_("VAT"))
    rounding = amount_field(_("rounding"))
    total = amount_field(_("total"))
    discount_percent = models.DecimalField(
        _("discount for early payment, %"), max_digits=5, decimal_places=2, default=0
    )
    discount_until = models.DateField(_("discount until"), null=True)
    # As they were on the day: name, address lines, country, VAT number, and the like.
    issuer = models.JSONField()
    buyer = models.JSONField()
    # Where to pay: iban, qr_iban, bic, bank; empty on a credit note.
    account = models.JSONField()
    logo = models.ForeignKey(
        Logo, null=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.ForeignKey(
        "billing.Invoice",
        null=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    document = models.OneToOneField(
        Document, null=True, on_delete=models.PROTECT, related_name="bill"
    )
    # SHA-256 over all of this and its lines, VAT and invoices as they were issued.
    seal = models.CharField(max_length=64, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("invoice or credit note")
        verbose_name_plural = _("invoices and credit notes")
        ordering = ["-issued_on", "-number"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="bill_total_positive")
        ]
        indexes = [models.Index(fields=["client", "issued_on"], name="bill_by_client")]

    def __str__(self) -> str:
        return self.number


class BillLine(models.Model):
    """One line of a bill: quantity × price − discount, rounded once; frozen.

    `amount` is net or gross as the bill's prices are.
    """

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.TextField(_("description"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    price = models.DecimalField(_("price"), max_digits=15, decimal_places=4)
    discount_percent = models.DecimalField(
        _("discount, %"), max_digits=5, decimal_places=2
    )
    vat_code = models.CharField(_("VAT code"), max_length=10)
    vat_percent = models.DecimalField(_("VAT, %"), max_digits=5, decimal_places=2)
    currency = models.CharField(max_length=3)
    amount = amount_field(_("amount"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "position"], name="one_line_a_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bill} {self.position}"


class BillVat(models.Model):
    """The VAT of a bill at one rate, rounded once; frozen."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="vat_rows")
    code = models.CharField(_("VAT code"), max_length=10)
    # Category of EN 16931 (UNTDID 5305): S standard, Z zero, E exempt, AE reverse
    # charge, K within the EU, G export, O outside the scope.
    category = models.CharField(max_length=2)
    percent = models.DecimalField(_("VAT, %"), max_digits=5, decimal_places=2)
    reason = models.CharField(_("reason of the exemption"), max_length=200, blank=True)
    currency = models.CharField(max_length=3)
    net = amount_field(_("net"))
    vat = amount_field(_("VAT"))

    class Meta:
        ordering = ["-percent", "code"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "code"], name="one_vat_row_a_code")
        ]

    def __str__(self) -> str:
        return f"{self.bill} {self.code}"
