"""Keeps what a recipient says of invoices, until a person decides on it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_clients
from billing.models import Invoice
from statements.models import Answer, AnswerPart

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from delivery.models import ShareLink


class AnswerRefusal(Exception):
    """An answer that is not kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the recipient says; a dispute has no day, only a payment a reference."""

    kind: str
    day: date | None = None
    reference: str = ""
    text: str = ""
    name: str = ""


def keep_answer(
    link: ShareLink, invoices: Collection[int], said: Said, key: str
) -> Answer:
    """Keep an answer to invoices (keys that the link may see); the same key, once.

    Nothing else changes: no balance, no level. Raises AnswerRefusal where nothing is
    open any more, or the same was said of an invoice and nobody has decided yet; so
    nobody can fill the list that a person reads.
    """
    own_key = _own_key(link, key)
    with transaction.atomic():
        client = link.document.client_id
        if hold_clients([client]):
            raise AnswerRefusal(_("Please open the page again, and say it once more."))
        if known := Answer.objects.filter(key=own_key).first():
            return known
        rows = Invoice.objects.filter(pk__in=invoices, client=client)
        wanted = dict(rows.filter(open__above_zero=True).values_list("pk", "number"))
        if not wanted:
            raise AnswerRefusal(_("These invoices are paid already. Thank you."))
        _refuse_repeated(wanted, said.kind)
        answer = Answer.objects.create(
            client_id=client,
            link=link,
            kind=said.kind,
            day=said.day,
            reference=said.reference,
            text=said.text,
            name=said.name,
            key=own_key,
        )
        AnswerPart.objects.bulk_create(
            AnswerPart(answer=answer, invoice_id=pk) for pk in sorted(wanted)
        )
    return answer


def _own_key(link: ShareLink, key: str) -> str:
    """The form's key made the link's own: nobody comes to what another one said."""
    return sha256(f"{link.pk}:{key}".encode()).hexdigest()[:40]


def _refuse_repeated(wanted: dict[int, str], kind: str) -> None:
    said = AnswerPart.objects.filter(
        invoice__in=wanted, answer__kind=kind, answer__state=Answer.State.PENDING
    )
    numbers = sorted({wanted[pk] for pk in said.values_list("invoice_id", flat=True)})
    if numbers:
        raise AnswerRefusal(
            _("You have told us this already, and we are looking into it: %(numbers)s")
            % {"numbers": ", ".join(numbers[:4])}
        )
