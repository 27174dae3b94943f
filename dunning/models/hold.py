"""Reasons not to remind: of one invoice, or of a whole client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from billing.rules.money import money
from clients.models import Client

if TYPE_CHECKING:
    from moneyed import Money


class Hold(models.Model):
    """Somebody decided not to remind, from a day, until a day, for a reason.

    With an invoice it holds that invoice, without one the whole client. Disputes
    are marks of the invoice itself (`billing.InvoiceMark`).
    """

    class Kind(models.TextChoices):
        """What kind of pause it is."""

        HOLD = "hold", _("On hold")
        PROMISE = "promise", _("Promised to pay")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="holds")
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.HOLD
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until and including"), null=True, blank=True)
    # What was promised, in the currency of the invoice; nothing: all of it.
    amount = models.DecimalField(
        _("amount"), max_digits=15, decimal_places=3, null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=300)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    released_on = models.DateField(null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        permissions = [("hold_dunning", "Can hold and release reminders")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="hold_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(amount=None)
                | Q(kind="promise", invoice__isnull=False, amount__gt=0),
                name="only_a_promise_for_an_invoice_names_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"

    @property
    def promised(self) -> Money | None:
        """The amount that was promised of an invoice; nothing for all of it."""
        if self.amount is None or self.invoice is None:
            return None
        return money(self.amount, self.invoice.currency)


class PaymentPlan(models.Model):
    """Instalments agreed for late invoices of a client in one currency.

    While it is kept its invoices are not reminded. It is broken from the day after
    an instalment that was not paid, and kept again when that is made good.
    """

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="payment_plans"
    )
    currency = models.CharField(max_length=3)
    agreed_on = models.DateField(_("agreed on"))
    reason = models.CharField(_("reason"), max_length=300)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("payment plan")
        verbose_name_plural = _("payment plans")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.client_id} {self.agreed_on}"


class PlanInvoice(models.Model):
    """An invoice that a payment plan covers, with what was open of it."""

    plan = models.ForeignKey(
        PaymentPlan, on_delete=models.PROTECT, related_name="invoices"
    )
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="plans")
    open = models.DecimalField(max_digits=15, decimal_places=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "invoice"], name="invoice_once_in_a_plan"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.invoice_id}"


class Instalment(models.Model):
    """What is to be paid by a day under a payment plan."""

    plan = models.ForeignKey(
        PaymentPlan, on_delete=models.PROTECT, related_name="instalments"
    )
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "due_on"], name="one_instalment_a_day"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="instalment_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"


class Decision(models.Model):
    """What a person decided about an invoice after its last level. Frozen.

    It leaves the list "To decide" until the day `again_on`, or for good.
    """

    class Kind(models.TextChoices):
        """What follows when no reminder does."""

        CALL = "call", _("Call the client")
        PLAN = "plan", _("Payment plan")
        COLLECTION = "collection", _("Handed over for collection")
        UNCOLLECTIBLE = "uncollectible", _("Uncollectible")
        WAIT = "wait", _("Wait")

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="decisions"
    )
    kind = models.CharField(_("decision"), max_length=13, choices=Kind.choices)
    # The reminder cycle it was decided in: starting over asks again.
    cycle = models.PositiveSmallIntegerField(default=1)
    decided_on = models.DateField()
    again_on = models.DateField(_("look at it again on"), null=True)
    reason = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.kind}"
