"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DunningConfig(AppConfig):
    """The app `dunning`."""

    name = "dunning"
    verbose_name = _("Dunning")
