"""Invoices, and what a person has marked them as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from billing.models.fields import amount_field
from billing.rules.money import money
from clients.models import Client

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Questions of today's lists; other days are answered by `billing.facts`."""

    def with_marks(self) -> InvoiceQuerySet:
        """Adds what the badge needs: the marks of today, and what settled a part.

        `is_disputed`, `is_uncollectible`; `is_paid`, `is_credited`, `is_lost`.
        """
        return self.annotate(
            is_disputed=marked(InvoiceMark.Kind.DISPUTED),
            is_uncollectible=marked(InvoiceMark.Kind.UNCOLLECTIBLE),
            is_paid=settled(credit__kind="payment"),
            is_credited=settled(credit__kind="credit_note"),
            is_lost=settled(credit__cause="loss"),
        )

    def overdue(self, today: date) -> InvoiceQuerySet:
        """Past the last deadline with something open, and not "Non payé"."""
        return self.filter(past_deadline(today), open__above_zero=True)


def past_deadline(today: date) -> Q:
    """Past the last deadline, and not "Non payé": overdue if something is open."""
    return ~Q(marked(InvoiceMark.Kind.UNCOLLECTIBLE)) & Q(deadline_on__lt=today)


def marked(kind: InvoiceMark.Kind, *, whole: bool = False) -> Exists:
    """Whether an invoice bears a mark that has not ended; `whole`: not of a part."""
    marks = InvoiceMark.objects.filter(
        standing(localdate()), invoice=OuterRef("pk"), kind=kind
    )
    return Exists(marks.filter(amount=None) if whole else marks)


def standing(today: date) -> Q:
    """Marks that nobody has taken away and whose last day has not passed."""
    return Q(ended_on=None) & (Q(until=None) | Q(until__gte=today))


def settled(**by: str) -> Exists:
    """Whether credits of some kind or cause settle a part of an invoice."""
    parts = apps.get_model("billing", "Allocation").objects
    standing = parts.filter(releases=None, released_by=None, **by)
    return Exists(standing.filter(invoice=OuterRef("pk")))


class Invoice(models.Model):
    """An issued invoice: frozen, but for the three figures of today.

    `open`, `level` and `deadline_on` are kept for today's lists and written only
    by the actions that settle or remind; for any other day ask `facts`.
    """

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="invoices"
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    issued_on = models.DateField(_("date"))
    due_on = models.DateField(_("due date"))
    currency = models.CharField(_("currency"), max_length=3)
    total = amount_field(_("total"))
    open = amount_field(_("open"))
    level = models.PositiveSmallIntegerField(_("reminder level"), default=0)
    deadline_on = models.DateField(_("payment deadline"))
    # What was billed; nothing for an invoice that another system issued.
    bill = models.ForeignKey(
        "billing.Bill", null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    # 1, 2, 3 … for an instalment of its bill; 0 for the whole of it.
    instalment = models.PositiveSmallIntegerField(_("instalment"), db_default=0)
    # What the payer's bank sends back: QR reference or SCOR, without blanks.
    reference = models.CharField(
        _("payment reference"), max_length=27, blank=True, db_default=""
    )
    discount_percent = models.DecimalField(
        _("discount for early payment, %"),
        max_digits=5,
        decimal_places=2,
        db_default=0,
    )
    discount_until = models.DateField(_("discount until"), null=True)
    source = models.CharField(max_length=20, default="relance")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_on", "-number"]
        permissions = [
            ("import_receivables", "Can import receivables"),
            ("mark_invoice", "Can mark invoices as disputed or uncollectible"),
            ("issue_invoice", "Can write and issue invoices and credit notes"),
            ("send_invoice", "Can send invoices and credit notes"),
            ("book_payment", "Can book, allocate, refund and reverse payments"),
            ("write_off", "Can write off receivables"),
            ("import_bank", "Can read bank files and decide on their entries"),
            ("change_billing", "Can change VAT rates, bank accounts and numbering"),
            ("export_data", "Can take lists, journal and client files out"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0), name="invoice_total_positive"
            ),
            models.CheckConstraint(
                condition=Q(open__gte=0, open__lte=F("total")),
                name="invoice_open_within_total",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")), name="invoice_due_after_issue"
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference=""),
                name="payment_reference_of_one_invoice",
            ),
            models.UniqueConstraint(
                fields=["bill", "instalment"], name="one_invoice_an_instalment"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "client", "deadline_on", "currency", "open"],
                condition=Q(open__gt=0),
                name="invoice_open_by_due",
            ),
            models.Index(fields=["client", "issued_on"], name="invoice_by_client"),
            models.Index(fields=["issued_on", "number"], name="invoice_by_date"),
            # What lists sort by, and count by without reading the rows themselves.
            models.Index(fields=["due_on"], name="invoice_by_due"),
            models.Index(fields=["level"], name="invoice_by_level"),
            models.Index(fields=["currency", "total"], name="invoice_by_total"),
            models.Index(fields=["currency", "open"], name="invoice_by_open"),
            models.Index(
                fields=["issued_on", "number", "deadline_on", "currency", "open"],
                condition=Q(open__gt=0),
                name="invoice_open_by_date",
            ),
            models.Index(
                fields=[
                    *("client", "currency", "due_on", "issued_on", "deadline_on"),
                    *("open", "total"),
                ],
                condition=Q(open__gt=0),
                name="invoice_open_of_client",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceMark(models.Model):
    """Disputed or "Non payé": who marked it, when and why, and when it ended.

    Of a dispute about a part, `amount` is that part, in the invoice's currency; the
    rest is owed and reminded. It ends by itself after the day `until`.
    """

    class Kind(models.TextChoices):
        """What an invoice can be marked as."""

        DISPUTED = "disputed", _("Disputed")
        UNCOLLECTIBLE = "uncollectible", _("Uncollectible")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until and including"), null=True)
    amount = models.DecimalField(
        _("disputed part"), max_digits=15, decimal_places=3, null=True
    )
    reason = models.CharField(_("reason"), max_length=300)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "kind"],
                condition=Q(ended_on=None),
                name="one_active_mark_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(kind="disputed", amount__gt=0),
                name="only_a_dispute_is_of_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.kind}"

    @property
    def part(self) -> Money | None:
        """The disputed part with its currency; nothing for the whole."""
        if self.amount is None:
            return None
        return money(self.amount, self.invoice.currency)
