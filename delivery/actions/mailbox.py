"""Says who writes, and sends test mails."""

from __future__ import annotations

from datetime import timedelta
from email.utils import make_msgid
from typing import TYPE_CHECKING, Any

from django.core.mail import get_connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.facts import company
from delivery.actions.queueing import sender
from delivery.letterhead import html_of
from delivery.mail import Letter, Unsendable
from delivery.models import MailCheck, MailService
from delivery.verdicts import sentence

if TYPE_CHECKING:
    from datetime import datetime

    from clients.models import Company
    from delivery.actions.queueing import Sender

State = MailCheck.State
# Sending one takes seconds; who waits so long waits in vain.
PATIENCE = timedelta(minutes=10)


def save_sender(*, sender_name: str, reply_to: str) -> None:
    """Who writes e-mails from now on, and where replies go; empty: the company."""
    MailService.objects.filter(pk=1).update(sender_name=sender_name, reply_to=reply_to)


def start_check(recipient: str, person: Any) -> MailCheck:
    """A test mail that waits for the worker."""
    return MailCheck.objects.create(recipient=recipient, created_by=person)


def run_check(pk: int) -> None:
    """Send a test mail the way letters are sent, and keep what became of it.

    It goes out even while mail is held or pauses: somebody wants to know.
    """
    check = MailCheck.objects.filter(pk=pk, state=State.WAITING).first()
    if check is None:
        return
    try:
        connection = get_connection()
        connection.send_messages([check_mail(check)])
    except Exception as error:  # whatever is wrong is what was asked for
        settle(check, State.FAILED, timezone.now(), sentence(error))
    else:
        settle(check, State.SENT, timezone.now())


def give_up_checks(now: datetime) -> int:
    """End the test mails whose poke was lost or whose worker died; says how many."""
    lost = MailCheck.objects.filter(state=State.WAITING, created_at__lt=now - PATIENCE)
    why = _("Nothing was heard of it; whether it left is not known.")
    return lost.update(state=State.FAILED, error=why, finished_at=now)


def settle(check: MailCheck, state: str, now: datetime, error: str = "") -> None:
    """Keep what became of a test mail, once."""
    waiting = MailCheck.objects.filter(pk=check.pk, state=State.WAITING)
    waiting.update(state=state, error=error, finished_at=now)


def check_mail(check: MailCheck) -> Letter:
    """The test mail: sender, answers and letterhead as every e-mail has them."""
    home, by = company(), sender()
    if not by.address:
        raise Unsendable(_("The company has no e-mail address to send from."))
    with translation.override(home.language):
        return filled(check, home, by)


def filled(check: MailCheck, home: Company, by: Sender) -> Letter:
    """The words of the test mail, in the company's language."""
    body = _(
        "This is a test mail of Relance.\n\n"
        "That you can read it shows that e-mails leave. Answer it to see where "
        "replies go.\n\n%(company)s"
    ) % {"company": home.name}
    email = Letter(
        subject=_("Test mail"),
        body=body,
        from_email=by.address,
        to=[check.recipient],
        reply_to=[by.reply_to] if by.reply_to else None,
        headers={
            "Message-ID": make_msgid(domain=by.domain),
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(html_of(body, home, home.language), "text/html")
    return email
