"""What a restored database may not do by itself: send, issue, go on with old work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from delivery.models import Job, JobItem, MailService, Message
from statements.models import Batch

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def settle(made_at: datetime) -> None:
    """Hold all mail, and make unknown what was waiting when the backup was made.

    It may have left after the backup, from the database that was lost: only a
    person can say. Mass work that was under way is cancelled for the same reason, and
    statements that are held do not leave by themselves.
    """
    day = f"{timezone.localtime(made_at):%Y-%m-%d %H:%M}"
    MailService.objects.update_or_create(
        pk=1,
        defaults={
            "held_since": timezone.now(),
            "held_by": None,
            "held_why": _("Restored from a backup of %(day)s.") % {"day": day},
        },
    )
    Message.objects.filter(state__in=Message.UNFINISHED).update(
        state=Message.State.UNKNOWN,
        next_try_at=None,
        lease_until=None,
        error=_("It was waiting in the backup of %(day)s and may have left since.")
        % {"day": day},
    )
    Batch.objects.filter(state=Batch.State.HELD).update(stopped=Batch.Stopped.RESTORED)
    unfinished = Job.objects.filter(state__in=Job.UNFINISHED)
    JobItem.objects.filter(
        job__in=unfinished, state__in=[JobItem.State.WAITING, JobItem.State.CLAIMED]
    ).update(state=JobItem.State.CANCELLED)
    unfinished.update(state=Job.State.CANCELLED, finished_at=timezone.now())
    DBTaskResult.objects.all().delete()
