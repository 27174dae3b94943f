"""What became of a message, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery.rules.tracking import TROUBLE, Cause, Standing, cause_of

if TYPE_CHECKING:
    from delivery.models import Message

STANDINGS = {
    Standing.WAITING: gettext_lazy("Waiting"),
    Standing.PREPARING: gettext_lazy("Being sent"),
    Standing.SENT: gettext_lazy("Sent"),
    Standing.DEFERRED: gettext_lazy("Delayed"),
    Standing.DELIVERED: gettext_lazy("Delivered"),
    Standing.BOUNCED: gettext_lazy("Came back"),
    Standing.REJECTED: gettext_lazy("Refused"),
    Standing.COMPLAINED: gettext_lazy("Reported as spam"),
    Standing.FAILED: gettext_lazy("Failed"),
    Standing.UNKNOWN: gettext_lazy("Unknown"),
    Standing.CANCELLED: gettext_lazy("Held back"),
    Standing.OVERTAKEN: gettext_lazy("Overtaken"),
}
COLOURS = {
    Standing.WAITING: "blue",
    Standing.PREPARING: "azure",
    Standing.SENT: "teal",
    Standing.DEFERRED: "yellow",
    Standing.DELIVERED: "green",
    Standing.UNKNOWN: "orange",
    Standing.CANCELLED: "dark",
    Standing.OVERTAKEN: "dark",
    Standing.BOUNCED: "red",
    Standing.REJECTED: "red",
    Standing.COMPLAINED: "red",
    Standing.FAILED: "red",
}
# What a provider reports, in the words of Anymail.
REPORTS = {
    "queued": gettext_lazy("Taken by the provider"),
    "sent": gettext_lazy("Sent on by the provider"),
    "deferred": gettext_lazy("Delayed: the provider keeps trying"),
    "delivered": gettext_lazy("Delivered to the recipient's mail server"),
    "opened": gettext_lazy("Opened, perhaps by a program"),
    "clicked": gettext_lazy("A link was followed, perhaps by a program"),
    "bounced": gettext_lazy("Came back"),
    "rejected": gettext_lazy("Refused by the provider"),
    "failed": gettext_lazy("The provider could not send it"),
    "complained": gettext_lazy("Reported as spam by the recipient"),
    "autoresponded": gettext_lazy("Answered by a program"),
    "unsubscribed": gettext_lazy("The recipient wants no more mail"),
}
CAUSES = {
    Cause.NO_MAILBOX: gettext_lazy("There is no such mailbox."),
    Cause.FULL: gettext_lazy("The mailbox is full."),
    Cause.TOO_LARGE: gettext_lazy("The message is too large for the mailbox."),
    Cause.SUPPRESSED: gettext_lazy(
        "The provider sends nothing more to this address, because mail to it came "
        "back before."
    ),
    Cause.SPAM: gettext_lazy("The other side takes it for spam, or forbids it."),
    Cause.UNREACHABLE: gettext_lazy("The recipient's mail server cannot be reached."),
}


def standing_name(shown: str) -> str:
    """The name of a standing."""
    return str(STANDINGS[Standing(shown)])


def standing_colour(shown: str) -> str:
    """The colour of its badge: red is for somebody to deal with."""
    return COLOURS[Standing(shown)]


def report_name(kind: str) -> str:
    """What a report says."""
    return str(REPORTS.get(kind, kind))


def why(message: Message, reason: str = "") -> str:
    """Why a message did not arrive; empty for one that is not in trouble."""
    shown = message.standing
    if shown not in TROUBLE:
        return ""
    if shown == Standing.UNKNOWN:
        return _("It was cut off in the instant it was handed over.")
    if shown == Standing.COMPLAINED:
        return _("The recipient reported it as spam.")
    words = reason or message.error
    cause = CAUSES.get(cause_of(words))
    return str(cause) if cause else words or _("No reason was given.")


def arrival(message: Message) -> str:
    """What can be known of the arrival of a message that was sent, honestly."""
    if message.carrier == "file":
        return _("It was kept as a file: nothing left this machine.")
    if message.carrier in {"", "smtp", "none"}:
        return _(
            "The mail server took it. Whether it arrived cannot be known: a mail "
            "server does not report that."
        )
    return ""
