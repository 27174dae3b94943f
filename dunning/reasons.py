"""What a reason says to a person, in the language of the page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.rules.money import money
from clients.templatetags.format import day
from clients.templatetags.format import money as written_money
from dunning.rules.dossier import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dunning.models import RunLine

LABELS = {
    Reason.NO_POLICY: gettext_lazy("No dunning policy"),
    Reason.UNCOLLECTIBLE: gettext_lazy("Uncollectible"),
    Reason.DISPUTED: gettext_lazy("Disputed"),
    Reason.ON_HOLD: gettext_lazy("On hold"),
    Reason.PROMISED: gettext_lazy("Promised to pay"),
    Reason.CLIENT_BLOCKED: gettext_lazy("Client on hold"),
    Reason.IN_ANOTHER_RUN: gettext_lazy("In another run"),
    Reason.DEADLINE_RUNNING: gettext_lazy("Deadline running"),
    Reason.LAST_LEVEL_REACHED: gettext_lazy("Last level reached"),
    Reason.COVERED_BY_CREDIT: gettext_lazy("Covered by credits"),
    Reason.BELOW_MINIMUM: gettext_lazy("Below the minimum"),
    Reason.PAID_SINCE: gettext_lazy("Paid since"),
    Reason.CHANGED: gettext_lazy("Changed since"),
    Reason.NOT_SELECTED: gettext_lazy("Not selected"),
}


def label(reason: str) -> str:
    """A reason in two or three words."""
    return str(LABELS[Reason(reason)])


def explain(reason: str, detail: Mapping[str, Any]) -> str:
    """A reason as a sentence, with its dates and figures."""
    if "answer" in detail:
        return _answered(Reason(reason), detail)
    say = SENTENCES.get(Reason(reason))
    return say(detail) if say else label(reason) + "."


def _deadline(detail: Mapping[str, Any]) -> str:
    if "undelivered" in detail:
        return (
            _(
                "Reminder %(undelivered)s has not reached the client: correct the"
                " address, print it or give the level back."
            )
            % detail
        )
    if "possible" in detail:
        return _(
            "The deadline runs until %(deadline)s; possible from %(possible)s."
        ) % {"deadline": _day(detail["deadline"]), "possible": _day(detail["possible"])}
    return _("Not due yet: payable until %(deadline)s.") % {
        "deadline": _day(detail["deadline"])
    }


def remarks(line: RunLine) -> str:
    """All there is to say of a line, in sentences: for a file."""
    found = []
    if line.reason:
        found.append(explain(line.reason, line.detail))
    elif "was" in line.detail:
        found.append(explain(Reason.CHANGED, line.detail))
    if part := line.detail.get("disputed"):
        shown = {"amount": amount_in_words(part, line.currency)}
        found.append(_("%(amount)s disputed, not claimed.") % shown)
    if line.no_fee:
        found.append(_("No fee: %(why)s.") % {"why": line.no_fee.rstrip(". ")})
    return " ".join(found)


def amount_in_words(plain: str, currency: str) -> str:
    """An amount as it stands in a detail, with its currency and as people write it."""
    return written_money(money(Decimal(plain), currency))


def _changed(detail: Mapping[str, Any]) -> str:
    if "was" in detail:
        return _("Open: %(was)s → %(open)s.") % detail
    return _("Level %(level)s was proposed, but no longer follows.") % detail


def _paid(detail: Mapping[str, Any]) -> str:
    if on := detail.get("on"):
        return _("Paid on %(day)s.") % {"day": _day(on)}
    return _("Paid in the meantime.")


def _on_hold(detail: Mapping[str, Any]) -> str:
    if "plan" not in detail:
        return _held(_("On hold"), detail)
    return _("Payment plan: next %(amount)s on %(day)s.") % {
        "amount": amount_in_words(detail["amount"], detail["currency"]),
        "day": _day(detail["due"]),
    }


def _answered(reason: Reason, detail: Mapping[str, Any]) -> str:
    """What the client says on its page, before anybody has looked at it."""
    said = str(CLAIMS[reason]) % {"day": _day(detail["day"]) if "day" in detail else ""}
    return _held(said, {"why": detail["why"]})


def _held(what: str, detail: Mapping[str, Any]) -> str:
    if until := detail.get("until"):
        what = _("%(what)s until %(day)s") % {"what": what, "day": _day(until)}
    if why := detail.get("why"):
        return _("%(what)s: %(why)s.") % {"what": what, "why": why.rstrip(": ")}
    return what + "."


def _day(text: str) -> str:
    return day(date.fromisoformat(text))


CLAIMS = {
    Reason.ON_HOLD: gettext_lazy("The client says it paid on %(day)s, to be confirmed"),
    Reason.DISPUTED: gettext_lazy("The client disputes it, to be confirmed"),
    Reason.PROMISED: gettext_lazy(
        "The client says it will pay on %(day)s, to be confirmed"
    ),
}
SENTENCES = {
    Reason.NO_POLICY: lambda _detail: _("No dunning policy applies to this client."),
    Reason.UNCOLLECTIBLE: lambda detail: _held(_("Uncollectible"), detail),
    Reason.DISPUTED: lambda detail: _held(_("Disputed"), detail),
    Reason.ON_HOLD: _on_hold,
    Reason.PROMISED: lambda detail: _held(_("Promised to pay"), detail),
    Reason.CLIENT_BLOCKED: lambda detail: _held(_("Client on hold"), detail),
    Reason.IN_ANOTHER_RUN: lambda detail: (
        _("Selected in the draft of run %(run)s.") % detail
    ),
    Reason.DEADLINE_RUNNING: _deadline,
    Reason.LAST_LEVEL_REACHED: lambda detail: (
        _("Level %(level)s is the last one; decide what follows.") % detail
    ),
    Reason.COVERED_BY_CREDIT: lambda detail: (
        _("Credits of %(credit)s not yet allocated cover the open %(open)s.") % detail
    ),
    Reason.BELOW_MINIMUM: lambda detail: (
        _("Open %(open)s less credits of %(credit)s: below the minimum %(minimum)s.")
        % detail
    ),
    Reason.PAID_SINCE: _paid,
    Reason.CHANGED: _changed,
}
