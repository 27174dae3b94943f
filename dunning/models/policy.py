"""The dunning policy as the accountant edits it in the admin."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import amount_field
from clients.models import CURRENCY, LANGUAGE_CHOICES, Client

DAYS = [MaxValueValidator(365)]


class Policy(models.Model):
    """A dunning procedure: its levels, in order, and when they may follow."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_default = models.BooleanField(_("default"), default=False)
    min_interval_days = models.PositiveSmallIntegerField(
        _("least days between two reminders of an invoice"), default=0, validators=DAYS
    )

    class Meta:
        verbose_name = _("dunning policy")
        verbose_name_plural = _("dunning policies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_policy",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """One step of a policy: when it may follow, what it asks, what it costs."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField(
        _("level"), validators=[MinValueValidator(1)]
    )
    name = models.CharField(_("name"), max_length=80)
    grace_days = models.PositiveSmallIntegerField(
        _("grace days after the last deadline"), default=0, validators=DAYS
    )
    term_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=10, validators=DAYS
    )
    interest_rate = models.DecimalField(
        _("late interest, % a year"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(30))],
    )

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "position"], name="one_level_a_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"


class LevelAmount(models.Model):
    """The fee of a level and its least amount, in one currency."""

    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="amounts")
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    fee = amount_field(_("fee per letter"))
    minimum = amount_field(_("least amount to remind"))

    class Meta:
        verbose_name = _("fee and least amount")
        verbose_name_plural = _("fees and least amounts")
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "currency"], name="one_amount_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0, minimum__gte=0),
                name="level_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.currency}"


class LevelText(models.Model):
    """What a level says, in one language."""

    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    title = models.CharField(_("title of the letter"), max_length=80)
    opening = models.TextField(_("text before the table"), max_length=2000)
    closing = models.TextField(_("text after the table"), max_length=2000)
    subject = models.CharField(_("subject of the e-mail"), max_length=120)
    body = models.TextField(_("text of the e-mail"), max_length=2000)

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "language"], name="one_text_a_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.language}"


class ClientPolicy(models.Model):
    """The policy of one client, where it is not the default one."""

    client = models.OneToOneField(
        Client, on_delete=models.CASCADE, related_name="dunning_policy"
    )
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="clients")

    class Meta:
        verbose_name = _("policy of a client")
        verbose_name_plural = _("policies of clients")

    def __str__(self) -> str:
        return f"{self.client}: {self.policy}"
