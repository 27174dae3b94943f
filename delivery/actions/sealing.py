"""Adds a link to the chain that seals the archive."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from delivery.models import Seal, SealHead
from delivery.rules.seal import digest, link
from delivery.sealed import rows_of, sealed_facts


class NotSealed(Exception):
    """A row could not be sealed: that is an error of the program."""


def seal(kind: Seal.Kind, row_id: int) -> None:
    """Seal a row, as the last step of the transaction that made it what it is.

    The end of the chain is held until then: whoever waits for it holds nothing that
    its holder could still need. A row is sealed once.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotSealed("A row is sealed in the transaction that made it.")
    row = rows_of(kind).get(pk=row_id)
    head, _made = SealHead.objects.select_for_update().get_or_create(pk=1)
    sealed_at = timezone.now()
    said = digest(sealed_facts(kind, row, sealed_at))
    made = Seal.objects.create(
        position=head.position + 1,
        kind=kind,
        row=row_id,
        digest=said,
        chain=link(head.chain, said),
        sealed_at=sealed_at,
    )
    moved = SealHead.objects.filter(pk=1, position=head.position).update(
        position=made.position, chain=made.chain
    )
    if not moved:
        raise NotSealed("The chain grew while its end was held.")
