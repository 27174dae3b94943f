"""The company's bank accounts, VAT rates, and how it bills and books."""

from __future__ import annotations

from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import CURRENCY

PREFIX = RegexValidator(r"^[A-Z]{1,6}$", _("One to six capital letters."))


class BankAccount(models.Model):
    """An account of the company: where clients pay, and whose files are read."""

    name = models.CharField(_("name"), max_length=80)
    # Without blanks, in capital letters.
    iban = models.CharField(_("IBAN"), max_length=34, unique=True)
    qr_iban = models.CharField(_("QR-IBAN"), max_length=21, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    bank = models.CharField(_("bank"), max_length=80, blank=True)
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    # Shown on invoices in its currency.
    on_invoices = models.BooleanField(_("shown on invoices"), default=True)
    ledger = models.CharField(_("ledger account"), max_length=20, default="1020")

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["currency", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(on_invoices=True),
                name="one_account_on_invoices_a_currency",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


class VatRate(models.Model):
    """A VAT rate that lines may bear."""

    class Category(models.TextChoices):
        """Categories of EN 16931 (UNTDID 5305)."""

        STANDARD = "S", _("taxed")
        ZERO = "Z", _("zero rate")
        EXEMPT = "E", _("exempt")
        REVERSE = "AE", _("reverse charge")
        EU = "K", _("delivery within the EU")
        EXPORT = "G", _("export")
        OUTSIDE = "O", _("outside the scope of VAT")

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=60)
    percent = models.DecimalField(
        _("VAT, %"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
    )
    category = models.CharField(
        _("category"),
        max_length=2,
        choices=Category.choices,
        default=Category.STANDARD,
    )
    reason = models.CharField(_("reason of the exemption"), max_length=200, blank=True)
    sales_ledger = models.CharField(_("sales account"), max_length=20, blank=True)
    active = models.BooleanField(_("offered"), default=True)
    is_default = models.BooleanField(_("proposed on new lines"), default=False)

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        ordering = ["-percent", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_vat_rate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.percent} %)"


class BillingSettings(models.Model):
    """How the company bills and to which accounts its movements are booked."""

    invoice_prefix = models.CharField(
        _("prefix of invoice numbers"), max_length=6, default="F", validators=[PREFIX]
    )
    credit_prefix = models.CharField(
        _("prefix of credit note numbers"),
        max_length=6,
        default="CN",
        validators=[PREFIX],
    )
    terms_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=30, validators=[MaxValueValidator(365)]
    )
    terms_fr = models.TextField(_("terms in French"), max_length=1000, blank=True)
    terms_de = models.TextField(_("terms in German"), max_length=1000, blank=True)
    terms_en = models.TextField(_("terms in English"), max_length=1000, blank=True)
    terms_it = models.TextField(_("terms in Italian"), max_length=1000, blank=True)
    # Ledger accounts of the journal; the numbers are those of the Swiss SME chart.
    receivables_ledger = models.CharField(
        _("receivables"), max_length=20, default="1100"
    )
    bank_ledger = models.CharField(_("bank"), max_length=20, default="1020")
    sales_ledger = models.CharField(_("sales"), max_length=20, default="3200")
    vat_ledger = models.CharField(_("VAT due"), max_length=20, default="2200")
    discount_ledger = models.CharField(_("discounts"), max_length=20, default="3800")
    loss_ledger = models.CharField(_("bad debts"), max_length=20, default="3805")
    difference_ledger = models.CharField(
        _("payment differences"), max_length=20, default="3806"
    )
    # Where payments online wait until the provider pays them out to the bank.
    online_ledger = models.CharField(
        _("payments online"), max_length=20, default="1090"
    )
    charges_ledger = models.CharField(_("bank charges"), max_length=20, default="6940")
    rounding_ledger = models.CharField(_("rounding"), max_length=20, default="3809")
    dunning_ledger = models.CharField(
        _("reminder fees and interest"), max_length=20, default="6950"
    )

    class Meta:
        verbose_name = _("billing settings")
        verbose_name_plural = _("billing settings")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_billing_settings")
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
