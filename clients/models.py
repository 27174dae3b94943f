"""The company that invoices, its clients, and the people written to."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.rules.languages import LANGUAGES
from clients.rules.search import LENGTH, search_key

__all__ = [
    "COUNTRY",
    "CURRENCY",
    "LANGUAGE_CHOICES",
    "Client",
    "ClientEvent",
    "Company",
    "Contact",
    "Logo",
    "Purpose",
    "search_key",
]

COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, such as CH."))
CURRENCY = RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as CHF."))
LANGUAGE_CHOICES = [(code, _(name)) for code, name in LANGUAGES.items()]


class Purpose(models.TextChoices):
    """What somebody is written to about."""

    INVOICE = "invoice", _("Invoices")
    STATEMENT = "statement", _("Statements")
    REMINDER = "reminder", _("Reminders")


class Logo(models.Model):
    """A picture for the head of letters, as it was cleaned and kept; frozen.

    Documents point at the one they were issued with.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    # PNG, drawn anew from what was uploaded.
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self) -> str:
        return self.sha256[:12]


class Company(models.Model):
    """The one company of this database: who invoices and signs the letters."""

    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    extra = models.CharField(_("additional line"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(
        _("country"), max_length=2, default="CH", validators=[COUNTRY]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=LANGUAGE_CHOICES, default="fr"
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="CHF", validators=[CURRENCY]
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.CharField(_("website"), max_length=120, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=40, blank=True)
    iban = models.CharField(_("IBAN"), max_length=42, blank=True)
    bank_name = models.CharField(_("bank"), max_length=80, blank=True)
    logo = models.ForeignKey(
        Logo, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("company")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_company_per_database")
        ]

    def __str__(self) -> str:
        return self.name


class Client(models.Model):
    """Somebody who owes, or may owe, the company money."""

    class Kind(models.TextChoices):
        """The legal regime: what may be charged differs (EU 2011/7, CO, BGB)."""

        COMPANY = "company", _("Company")
        CONSUMER = "consumer", _("Consumer")

    number = models.CharField(_("client number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.COMPANY
    )
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    extra = models.CharField(_("additional line"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(
        _("country"), max_length=2, default="CH", validators=[COUNTRY]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=LANGUAGE_CHOICES, default="fr"
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="CHF", validators=[CURRENCY]
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, db_default="")
    vat_number = models.CharField(
        _("VAT number"), max_length=40, blank=True, db_default=""
    )
    # Where refunds go, and how a payer is known again; without blanks.
    iban = models.CharField(_("IBAN"), max_length=34, blank=True, db_default="")
    # Empty: what the company gives everybody.
    terms_days = models.PositiveSmallIntegerField(
        _("days to pay"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    # In the client's own currency; empty means that nobody set one.
    credit_limit = models.DecimalField(
        _("credit limit"),
        max_digits=15,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    search = models.CharField(max_length=LENGTH, editable=False, db_index=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The client that took this one over, with all that was its.
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name", "number"]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Contact(models.Model):
    """A person or mailbox at the client, for one purpose."""

    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="contacts"
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(
        _("language"), max_length=2, choices=LANGUAGE_CHOICES, blank=True
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "purpose", "email"], name="contact_once_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


class ClientEvent(models.Model):
    """What somebody did to a client itself; what was booked tells its own story.

    Frozen. `detail` holds names of fields or numbers of clients, no words: pages
    say it in the reader's language.
    """

    class Kind(models.TextChoices):
        """What was done."""

        CHANGED = "changed", _("Changed")
        POLICY = "policy", _("Dunning policy chosen")
        ARCHIVED = "archived", pgettext_lazy("client", "Archived")
        RESTORED = "restored", _("Brought back from the archive")
        MERGED = "merged", _("Merged")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    detail = models.JSONField(default=dict)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("entry in the history of a client")
        verbose_name_plural = _("entries in the history of clients")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind}"
