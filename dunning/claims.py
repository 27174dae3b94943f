"""What a recipient said on its page, as one line: for reasons, lists and histories."""

from __future__ import annotations

from django.utils.translation import gettext as _

from clients.rules.text import one_line
from clients.templatetags.format import day
from statements.models import Answer

LONGEST = 300


def claim_of(answer: Answer) -> str:
    """Who said what, in the language of the page: short enough for a reason."""
    parts = [said_of(answer)]
    if answer.name:
        parts.append(_("by %(name)s") % {"name": answer.name})
    said = one_line(", ".join(parts))
    text = one_line(answer.text)
    whole = f"{said}: {text}" if text else said
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def said_of(answer: Answer) -> str:
    """The answer itself with its day and its reference."""
    if answer.kind == Answer.Kind.DISPUTE or answer.day is None:
        return _("The client disputes it")
    figures = {"day": day(answer.day), "reference": answer.reference}
    if answer.kind == Answer.Kind.PROMISE:
        return _("The client will pay on %(day)s") % figures
    if answer.reference:
        return _("The client says it paid on %(day)s, reference %(reference)s") % (
            figures
        )
    return _("The client says it paid on %(day)s") % figures
