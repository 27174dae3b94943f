"""What every test may ask for."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from hypothesis import HealthCheck, settings

from tests import make


def pytest_collection_modifyitems(items):
    """The longest tests first, so that no worker is alone with one in the end."""
    items.sort(key=lambda item: item.path.parent.name not in {"replay", "browser"})


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hashing a password well takes half a second, and no test is about that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Time says nothing on a busy machine: an example is wrong or right, never slow.
settings.register_profile(
    "relance", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("relance")


@pytest.fixture
def company(db):
    return make.company()


@pytest.fixture
def accountant(db):
    """Somebody who may do everything an accountant does."""
    person = User.objects.create_user("anna", password="a-long-password-1")
    person.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label__in=[
                "clients",
                "billing",
                "delivery",
                "statements",
                "dunning",
            ]
        )
    )
    return person


@pytest.fixture
def stranger(db):
    """Somebody who may log in, and nothing else."""
    return User.objects.create_user("sven", password="a-long-password-1")


@pytest.fixture
def desk(client, accountant, company):
    """A browser at which the accountant is logged in (English pages)."""
    client.force_login(accountant)
    return client
