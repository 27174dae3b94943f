"""Gives a claimed message to the mail server or provider, in two phases."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from delivery import faults, owners
from delivery.actions.claiming import LEASE, ours
from delivery.actions.sharing import share_if_large
from delivery.eml import EmailBackend as Files
from delivery.mail import Unsendable, email_of
from delivery.models import MailService, Message
from delivery.smtp import EmailBackend as TwoPhases
from delivery.smtp import rendered
from delivery.verdicts import (
    Server,
    Verdict,
    provider_took,
    sentence,
    trouble,
    verdict,
)

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

State = Message.State
logger = logging.getLogger(__name__)


class NotNow(Exception):
    """Mail is held, or the claim is over: the message goes back."""


class Overtaken(Exception):
    """The owner of the document says why it must not leave any more."""


class Phase:
    """The phase an attempt is in: nothing can have left before `handing`."""

    def __init__(self, message: Message) -> None:
        """Begin with a claimed message."""
        self.message = message
        self.handing = False

    def begin_handing(self) -> None:
        """Commit that from now on nobody knows; raises NotNow and Overtaken.

        The document's owner is asked in the same transaction. It holds its client
        first, so the message comes after it.
        """
        faults.hit("mail.before_handing")
        reason = self._ask_owner_and_move(timezone.now())
        if reason:
            raise Overtaken(reason)
        self.handing = True
        faults.hit("mail.handing")

    def _ask_owner_and_move(self, now: Any) -> str:
        claimed = ours(self.message).filter(state=State.CLAIMED)
        with transaction.atomic(durable=True):
            reason = owners.why_not_send(self.message)
            if reason:
                moved = claimed.update(
                    state=State.OVERTAKEN, error=reason[:500], lease_until=None
                )
            else:
                held = MailService.objects.filter(pk=1, held_since__isnull=False)
                may = claimed.filter(~Exists(held), lease_until__gt=now)
                moved = may.update(state=State.HANDING, lease_until=now + LEASE)
            if not moved:
                raise NotNow
        return reason


def hand_over(connection: Any, message: Message) -> Verdict:
    """Give the message to the mail server; every error is a verdict."""
    phase = Phase(message)
    try:
        email = email_of(message, share_if_large(message, timezone.now()))
        text = rendered(email)
    except (Unsendable, ValueError, LookupError) as error:
        return Verdict(State.FAILED, sentence(error), Server.UNHEARD)
    faults.hit("mail.before_connect")
    try:
        connection.open()
    except Exception as error:
        close(connection)
        return trouble(error)
    try:
        speak(connection, email, text, phase)
    except Exception as error:
        close(connection)
        return judge(error, phase, connection)
    return taken(email)


def speak(connection: Any, email: EmailMessage, text: bytes, phase: Phase) -> None:
    """Hand over, with `handing` committed as late as the other side allows."""
    if isinstance(connection, TwoPhases):
        connection.send_in_phases(email, text, phase.begin_handing)
    else:
        phase.begin_handing()
        connection.send_messages([email])


def judge(error: Exception, phase: Phase, connection: Any) -> Verdict:
    """What an error while speaking to the other side makes of the message."""
    if isinstance(error, Overtaken):
        return Verdict(State.OVERTAKEN, sentence(error), Server.UNHEARD)
    if isinstance(error, NotNow):
        return Verdict(State.QUEUED, server=Server.UNHEARD, free=True)
    if isinstance(connection, Files) and isinstance(error, OSError):
        # A file has its name only when it is complete.
        return trouble(error)
    if not isinstance(error, OSError):
        logger.exception("Message %s", phase.message.pk, exc_info=error)
    return verdict(error, handing=phase.handing, now=timezone.now())


def taken(email: EmailMessage) -> Verdict:
    """The other side has it; a provider also says how it calls it, or refuses it."""
    status = getattr(email, "anymail_status", None)
    return Verdict(State.SENT) if status is None else provider_took(status)


def close(connection: Any) -> None:
    """Say goodbye; what was accepted stays accepted if that goes wrong."""
    with suppress(Exception):
        connection.close()
