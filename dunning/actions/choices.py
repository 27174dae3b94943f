"""Chooses the dunning policy of a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.actions.history import note
from clients.models import Client, ClientEvent
from dunning.models import ClientTerms

if TYPE_CHECKING:
    from dunning.models import Policy


def choose_policy(client: Client, policy: Policy | None, person: Any = None) -> bool:
    """From the next run on the client is reminded by this policy, or the default one.

    Tells whether that is a change. Draft runs keep what they proposed.
    """
    with transaction.atomic():
        Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
        before = ClientTerms.objects.filter(client=client).first()
        if (before.policy_id if before else None) == (policy.pk if policy else None):
            return False
        if policy is None:
            ClientTerms.objects.filter(client=client).delete()
        else:
            ClientTerms.objects.update_or_create(
                client=client, defaults={"policy": policy}
            )
        name = policy.name if policy else ""
        note(client, ClientEvent.Kind.POLICY, {"policy": name}, person)
    return True
