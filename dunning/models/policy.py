"""The dunning policy as the accountant edits it in the admin."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import amount_field
from clients.models import CURRENCY, LANGUAGE_CHOICES, Client

DAYS = [MaxValueValidator(365)]


class Channel(models.TextChoices):
    """How letters go out; by e-mail only where there is an address."""

    EMAIL = "email", _("E-mail")
    POST = "post", _("Post")
    BOTH = "both", _("E-mail and post")


CHANNELS = Channel.choices


class Policy(models.Model):
    """A dunning procedure: its levels, in order, and when they may follow."""

    class Grouping(models.TextChoices):
        """What stands together on a letter; never two clients or currencies."""

        CLIENT = "client", _("One for each client and currency")
        LEVEL = "level", _("One for each level")
        INVOICE = "invoice", _("One for each invoice")

    class Regime(models.TextChoices):
        """Whose law says what may be charged (`dunning/rules/law.py`)."""

        AUTO = "auto", _("That of the client's country")
        CH = "ch", _("Switzerland")
        DE = "de", _("Germany")
        FR = "fr", _("France")
        EU = "eu", _("EU directive 2011/7")

    class DayCount(models.TextChoices):
        """How the days of a year are counted."""

        ACTUAL = "365", _("Actual days / 365")
        THIRTY = "30/360", _("30/360")

    class Automation(models.TextChoices):
        """What happens on the chosen weekdays without anybody."""

        OFF = "off", _("Nothing")
        PROPOSE = "propose", _("A run is proposed")
        ISSUE = "issue", _("A run is issued and sent")

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_default = models.BooleanField(_("default"), default=False)
    min_interval_days = models.PositiveSmallIntegerField(
        _("least days between two reminders of an invoice"), default=0, validators=DAYS
    )
    grouping = models.CharField(
        _("letters"), max_length=8, choices=Grouping.choices, default=Grouping.CLIENT
    )
    regime = models.CharField(
        _("law"), max_length=4, choices=Regime.choices, default=Regime.AUTO
    )
    day_count = models.CharField(
        _("days of interest"),
        max_length=6,
        choices=DayCount.choices,
        default=DayCount.ACTUAL,
    )
    # A fee that is not agreed with its amount is not owed in Switzerland.
    fees_agreed = models.BooleanField(
        _("fees are agreed with the clients, with their amounts"), default=False
    )
    working_days = models.BooleanField(
        _("a deadline never ends on a weekend or holiday"), default=False
    )
    automation = models.CharField(
        _("by itself"),
        max_length=8,
        choices=Automation.choices,
        default=Automation.OFF,
    )
    # ISO weekdays, Monday is 1: "14" is Monday and Thursday.
    weekdays = models.CharField(
        _("on these weekdays"),
        max_length=7,
        default="1",
        validators=[RegexValidator(r"^1?2?3?4?5?6?7?$")],
    )
    skip_holidays = models.BooleanField(
        _("on the next day where it is a public holiday"), default=True
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

    class FeePer(models.TextChoices):
        """How often the fee is charged."""

        LETTER = "letter", _("letter")
        INVOICE = "invoice", _("invoice")

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
    # In place of the rate above: that of the law, by the table of rates.
    legal_interest = models.BooleanField(_("late interest by law"), default=False)
    # 40 € for each late invoice, once a cycle (EU 2011/7 art. 6).
    lump_sum = models.BooleanField(_("lump sum for recovery costs"), default=False)
    fee_per = models.CharField(
        _("fee for each"), max_length=8, choices=FeePer.choices, default=FeePer.LETTER
    )
    channel = models.CharField(
        _("sent by"), max_length=5, choices=CHANNELS, default=Channel.EMAIL
    )
    attach_invoices = models.BooleanField(
        _("with the original invoices"), default=False
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
    fee = amount_field(_("fee"))
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


class PolicyVersion(models.Model):
    """A policy as it was from an instant on, as JSON (`rules/policy.py`). Frozen.

    Letters name the version they were issued with.
    """

    policy = models.ForeignKey(
        Policy, null=True, on_delete=models.SET_NULL, related_name="versions"
    )
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        ordering = ["policy", "-position"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "position"], name="policy_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.position}"


class ClientTerms(models.Model):
    """What was agreed with one client about reminders; empty: as for everybody."""

    client = models.OneToOneField(
        Client, on_delete=models.CASCADE, related_name="dunning_terms"
    )
    policy = models.ForeignKey(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="clients"
    )
    channel = models.CharField(
        _("letters go by"), max_length=5, choices=CHANNELS, blank=True
    )
    fees_agreed = models.BooleanField(_("reminder fees are agreed"), null=True)
    # Per cent a year, in place of the law's and the level's.
    agreed_rate = models.DecimalField(
        _("agreed late interest, % a year"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(30))],
    )

    class Meta:
        verbose_name = _("terms of a client")
        verbose_name_plural = _("terms of clients")

    def __str__(self) -> str:
        return f"{self.client}: {self.policy or '–'}"
