"""Payments that clients begin online, and what a provider reported of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from payments.models import BasePayment

from billing.models.credit import Credit
from billing.models.invoice import Invoice
from billing.rules.checkouts import PAID, UNDECIDED, outcome, replaced_by
from billing.rules.money import money
from clients.models import Client
from delivery.models import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from moneyed import Money


def new_token() -> str:
    """What a checkout is called wherever others see it."""
    return str(uuid4())


class CheckoutQuerySet(models.QuerySet["Checkout"]):
    """Questions about payments online."""

    def undecided(self) -> CheckoutQuerySet:
        """Nobody knows yet whether these will be paid."""
        return self.filter(status__in=UNDECIDED)

    def unbooked(self) -> CheckoutQuerySet:
        """Paid, and not in the ledger: something came between."""
        return self.filter(status__in=PAID, credit=None)

    def strange(self) -> CheckoutQuerySet:
        """What a person has to look at: paid back, contested, another amount."""
        odd = Q(refunded__gt=0) | Q(contested_at__isnull=False) | ~Q(problem="")
        return self.filter(odd, dealt_with_at=None)


class Checkout(BasePayment):
    """One payment of some invoices of a client, begun on the page of a document.

    It is no booking: once the provider says that it was paid, `credit` is booked.
    """

    # Nobody's address is asked for or kept here: that is the provider's affair.
    delivery = tax = customer_ip_address = None
    billing_first_name = billing_last_name = billing_email = billing_phone = None
    billing_address_1 = billing_address_2 = billing_city = billing_postcode = None
    billing_country_code = billing_country_area = None

    token = models.CharField(max_length=36, unique=True, default=new_token)
    total = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    captured_amount = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="checkouts"
    )
    # On whose page it was begun.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    # Where the payer goes on, at the provider; empty with a form of ours.
    address = models.TextField(blank=True)
    # The provider was told of it, and it can be gone on with.
    ready = models.BooleanField(default=False)
    until = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    # What the provider calls the money, as it stands in its lists.
    payment_key = models.CharField(max_length=255, blank=True, db_index=True)
    paid_at = models.DateTimeField(_("paid"), null=True)
    credit = models.OneToOneField(
        Credit, null=True, on_delete=models.PROTECT, related_name="checkout"
    )
    # What the provider paid back, in all; and whether the payer contested it there.
    refunded = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    contested_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    dealt_with_at = models.DateTimeField(null=True)
    dealt_with_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CheckoutQuerySet.as_manager()

    # Where its pages are, for as long as somebody is on them: the addresses hold a
    # token that no database keeps.
    form_address: Callable[[Checkout], str] | None = None
    done_address: Callable[[Checkout], str] | None = None

    class Meta:
        verbose_name = _("payment online")
        verbose_name_plural = _("payments online")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="checkout_positive"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("total")),
                name="checkout_refunded_within_total",
            ),
            models.CheckConstraint(
                condition=Q(credit=None) | Q(status__in=PAID),
                name="checkout_booked_when_paid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created"],
                condition=Q(status__in=UNDECIDED),
                name="checkout_undecided",
            )
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return money(self.total, self.currency)

    @property
    def paid_back(self) -> Money:
        """What the provider paid back of it, in all."""
        return money(self.refunded, self.currency)

    @property
    def outcome(self) -> str:
        """What the payer is told: paid, waiting, failed or refunded."""
        return outcome(self.status, all_back=self.refunded >= self.total)

    def change_status(self, status: str, message: str = "") -> None:
        """Go to a state of a higher rank; whatever is told later changes nothing.

        Also called by the providers of django-payments. Its invoices can be paid
        anew once it is decided.
        """
        rows = Checkout.objects.filter(pk=self.pk, status__in=replaced_by(status))
        with transaction.atomic():
            moved = rows.update(
                status=status, message=message[:500], modified=timezone.now()
            )
            if moved and status not in UNDECIDED:
                self.parts.update(standing=False)
        self.refresh_from_db(fields=["status", "message"])

    def get_success_url(self) -> str:
        """Where the payer comes back to."""
        if self.done_address:
            return self.done_address(self)
        return f"{settings.BASE_URL}{reverse('checkout_back', args=[self.token])}"

    def get_failure_url(self) -> str:
        """The same page: it says how it stands, and that its payer has left."""
        address = self.get_success_url()
        return f"{address}{'&' if '?' in address else '?'}left=1"


class CheckoutPart(models.Model):
    """What of a checkout is for one invoice; `standing` while nobody knows if it comes.

    So two windows cannot pay the same invoice twice.
    """

    checkout = models.ForeignKey(
        Checkout, on_delete=models.PROTECT, related_name="parts"
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="checkout_parts"
    )
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    standing = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("part of a payment online")
        verbose_name_plural = _("parts of payments online")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="checkout_part_positive"
            ),
            models.UniqueConstraint(
                fields=["checkout", "invoice"], name="invoice_once_a_checkout"
            ),
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(standing=True),
                name="one_checkout_an_invoice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkout_id}: {self.invoice_id}"
