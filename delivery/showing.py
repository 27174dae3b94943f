"""Messages as pages show them: how far each got, and what that means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.templatetags.format import localday
from delivery.carriers import carrier
from delivery.facts import bounced_addresses
from delivery.rules.tracking import Standing, is_silent
from delivery.words import arrival, standing_name, why

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from delivery.models import Message


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with its standing in words.

    `silent`: the provider should have reported by now, and did not. `opened`: it was
    opened, if a program did not do that; a hint and no more.
    """

    message: Message
    standing: str
    name: str
    why: str
    arrival: str
    silent: bool
    opened: bool


def shown(messages: Iterable[Message]) -> list[Shown]:
    """Messages as they are shown now; no query."""
    by, now = carrier(), timezone.now()
    found = []
    for message in messages:
        standing = message.standing
        tells = by.tells and by.name == message.carrier
        found.append(
            Shown(
                message=message,
                standing=str(standing),
                name=standing_name(standing),
                why=why(message, getattr(message, "reason", "") or ""),
                arrival=arrival(message) if standing == Standing.SENT else "",
                silent=is_silent(standing, message.sent_at, now, tells=tells),
                opened=bool(message.opened_at),
            )
        )
    return found


def standing_badge(standing: str) -> SafeString:
    """How far a message got, as a badge; empty says that there is none."""
    return render_to_string("delivery/_message_state.html", {"state": standing})


def came_back_before(addresses: Iterable[str]) -> list[str]:
    """A warning for each address that mail came back from, before more is sent."""
    return [
        _("Mail to %(address)s came back on %(day)s: is the address still right?")
        % {"address": address, "day": localday(at)}
        for address, at in sorted(bounced_addresses(addresses).items())
    ]
