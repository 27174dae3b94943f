"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """The app `delivery`."""

    name = "delivery"
    verbose_name = _("Delivery")
