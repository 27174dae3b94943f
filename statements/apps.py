"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatementsConfig(AppConfig):
    """The app `statements`."""

    name = "statements"
    verbose_name = _("Statements")
