"""E-mails on pages: how far they got, and warnings before more are sent."""

from __future__ import annotations

from typing import Any

from django import template

from delivery.facts.mailbox import mail_service, sender_is_missing
from delivery.words import standing_colour, standing_name

register = template.Library()
register.filter(standing_name)
register.filter(standing_colour)


@register.inclusion_tag("delivery/_mail_warnings.html", takes_context=True)
def mail_warnings(context: dict[str, Any]) -> dict[str, Any]:
    """Why an e-mail that is sent now would not leave: no sender, or mail is held."""
    return {
        "no_sender": sender_is_missing(),
        "held": mail_service().held_since,
        "perms": context.get("perms"),
    }
