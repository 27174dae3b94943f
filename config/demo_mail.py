"""The e-mails of the demo company's past."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.utils.timezone import make_aware

from delivery.actions.marking import mark_sent
from delivery.models import Document, Message

if TYPE_CHECKING:
    from dunning.models import Run


def leave(run: Run) -> None:
    """The e-mails of a run left on its day: nobody sends the past today."""
    at = make_aware(datetime.combine(run.run_on, time(9)))
    letters = Message.objects.filter(
        kind=Document.Kind.NOTICE, number__in=run.notices.values("number")
    )
    for pk in list(letters.order_by("pk").values_list("pk", flat=True)):
        mark_sent(
            pk,
            now=at,
            carrier="file",
            carrier_id="",
            before=[Message.State.QUEUED],
        )
