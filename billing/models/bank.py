"""Bank files as they were read, and the entries in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import BankAccount
from billing.models.credit import Credit
from billing.models.fields import amount_field
from clients.models import Client


class BankMapping(models.Model):
    """How the columns of a bank's CSV files are to be read, kept for the next one."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    account = models.ForeignKey(
        BankAccount, on_delete=models.CASCADE, related_name="mappings"
    )
    # The head line it was made for: a file with the same one takes it by itself.
    head = models.JSONField()
    columns = models.JSONField()
    date_format = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("bank file mapping")
        verbose_name_plural = _("bank file mappings")

    def __str__(self) -> str:
        return self.name


class BankUpload(models.Model):
    """A file that waits for a person to say what its columns hold; then it goes."""

    name = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class BankFile(models.Model):
    """A file of a bank that was read whole, its balances proven; undone or not."""

    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="files"
    )
    name = models.CharField(_("file"), max_length=200)
    form = models.CharField(_("format"), max_length=20)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # A file without balances (camt.054, most CSV) has none.
    currency = models.CharField(max_length=3)
    opening = models.DecimalField(
        _("opening balance"), max_digits=15, decimal_places=3, null=True
    )
    closing = models.DecimalField(
        _("closing balance"), max_digits=15, decimal_places=3, null=True
    )
    first_on = models.DateField(_("from"), null=True)
    last_on = models.DateField(_("to"), null=True)
    found = models.PositiveIntegerField(default=0)
    known_before = models.PositiveIntegerField(default=0)
    # What the file says that became no entry (`rules.bank.Note`), as plain values.
    notes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "sha256"],
                condition=Q(undone_at=None),
                name="bank_file_read_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class BankEntry(models.Model):
    """One transaction on the account, and what became of it.

    `key` tells it from every other one on the account, so that files that overlap
    book it once. `amount` is positive for money in, negative for money out.
    """

    class State(models.TextChoices):
        """Waiting for a person, booked, set aside, or gone with its file."""

        WAITING = "waiting", _("To decide")
        BOOKED = "booked", _("Booked")
        RETURNED = "returned", _("Returned")
        IGNORED = "ignored", _("Ignored")
        UNDONE = "undone", _("Undone")

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="entries"
    )
    key = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    booked_on = models.DateField(_("booking date"))
    value_on = models.DateField(_("value date"))
    currency = models.CharField(max_length=3)
    amount = amount_field(_("amount"))
    charges = models.DecimalField(
        _("bank charges"), max_digits=15, decimal_places=3, default=0
    )
    # More than one for a sum of payments that the file does not tell apart.
    count = models.PositiveIntegerField(default=1)
    # A payment that went back (RvslInd, RC, RD, a returned direct debit).
    is_reversal = models.BooleanField(default=False)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    end_to_end = models.CharField(_("end-to-end id"), max_length=40, blank=True)
    # What the bank calls the transaction; a reversal may name the original's.
    bank_reference = models.CharField(max_length=80, blank=True)
    name = models.CharField(_("payer"), max_length=140, blank=True)
    iban = models.CharField(_("payer's account"), max_length=34, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    credit = models.OneToOneField(
        Credit, null=True, on_delete=models.PROTECT, related_name="bank_entry"
    )
    # What a reversal took back.
    returns = models.ForeignKey(
        Credit, null=True, on_delete=models.PROTECT, related_name="returned_by"
    )
    client = models.ForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="bank_entries"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("bank entry")
        verbose_name_plural = _("bank entries")
        ordering = ["file", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"],
                condition=~Q(state="undone"),
                name="bank_entry_once_an_account",
            )
        ]
        indexes = [
            models.Index(
                fields=["value_on"],
                condition=Q(state="waiting"),
                name="bank_entry_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.value_on} {self.amount} {self.name}"
