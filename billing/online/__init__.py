"""Paying online: through whom, and in which currencies."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string
from payments.dummy import DummyProvider

from billing.rules.money import decimals
from delivery.links import others_can_open

if TYPE_CHECKING:
    from payments.core import BasicProvider

# Providers count in cents; the dinar's thousandths are nowhere the same.
MOST_DECIMALS = 2


def is_online(currency: str) -> bool:
    """Whether clients can pay online in a currency."""
    return bool(chosen()) and decimals(currency) <= MOST_DECIMALS


def is_test() -> bool:
    """Whether paying is only played: no money moves."""
    name = chosen()
    return bool(name) and plays(name)


def chosen() -> str:
    """The name of the provider that is offered; empty without one.

    One that only plays is offered where nobody else can come.
    """
    name = next(iter(settings.PAYMENT_VARIANTS), "")
    return "" if name and plays(name) and others_can_open() else name


def plays(name: str) -> bool:
    """Whether a provider says "paid" without any money."""
    return issubclass(provider_class(settings.PAYMENT_VARIANTS[name][0]), DummyProvider)


@cache
def provider_class(path: str) -> type[BasicProvider]:
    """The class at a path; an error there is one of the settings."""
    found: type[BasicProvider] = import_string(path)
    return found
