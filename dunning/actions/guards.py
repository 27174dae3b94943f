"""What keeps two people, or one double click, from doing the same thing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_clients
from dunning.models import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from billing.models import Invoice


class RunRefusal(Exception):
    """The run cannot do this; the text says why, to the person."""


class CautionRefusal(RunRefusal):
    """A person has to say more first: `fields` of the confirmation."""

    def __init__(self, fields: set[str]) -> None:
        """Which fields do not answer what is asked."""
        super().__init__(_("Confirm first what is asked below."))
        self.fields = fields


def once(request_key: str, make: Callable[[], Run]) -> Run:
    """The run of a request, made if it is not there; two at once get the same one."""
    made = Run.objects.filter(request_key=request_key)
    try:
        with transaction.atomic():
            return made.first() or make()
    except (IntegrityError, RunRefusal) as error:
        if run := made.first():
            return run
        if isinstance(error, RunRefusal):
            raise
        raise RunRefusal(too_late()) from error


def lock_invoices(invoices: QuerySet[Invoice]) -> None:
    """Let nobody pay or remind these invoices until this transaction ends.

    SQLite has one writer anyway, and it is this transaction.
    """
    if hold_clients(invoices.order_by().values_list("client_id", flat=True)):
        raise RunRefusal(too_late())
    if connection.features.has_select_for_update:
        locked = invoices.order_by("pk").select_for_update(of=("self",))
        list(locked.values_list("pk"))


def too_late() -> str:
    """What whoever comes second is told."""
    return _("Somebody else was faster; look at the run again.")
