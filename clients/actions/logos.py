"""Keeps pictures for the head of letters, and chooses the company's."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction

from clients.actions.saving import save_company
from clients.facts import company
from clients.models import Logo

if TYPE_CHECKING:
    from clients.logos import Picture


@transaction.atomic
def take_logo(picture: Picture) -> Logo:
    """Put a picture at the head of all letters from now on; the same is kept once."""
    logo, _made = Logo.objects.get_or_create(
        sha256=sha256(picture.content).hexdigest(),
        defaults={
            "content": picture.content,
            "width": picture.width,
            "height": picture.height,
        },
    )
    home = company()
    home.logo = logo
    save_company(home)
    return logo


@transaction.atomic
def remove_logo() -> None:
    """No picture from now on; documents keep the one they were issued with."""
    home = company()
    home.logo = None
    save_company(home)
