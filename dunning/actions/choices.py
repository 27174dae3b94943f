"""Notes what was agreed with one client about reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.actions.history import note
from clients.models import Client, ClientEvent
from dunning.models import ClientTerms
from dunning.rules.dossier import Terms

if TYPE_CHECKING:
    from dunning.models import Policy

AS_FOR_ALL = Terms()


def choose_terms(
    client: Client,
    policy: Policy | None,
    terms: Terms = AS_FOR_ALL,
    person: Any = None,
) -> bool:
    """From the next run on the client is reminded so; empty: as everybody.

    Tells whether that is a change. Draft runs keep what they proposed.
    """
    wanted = {
        "policy_id": policy.pk if policy else None,
        "channel": terms.channel,
        "fees_agreed": terms.fees_agreed,
        "agreed_rate": terms.agreed_rate,
    }
    with transaction.atomic():
        Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
        before = ClientTerms.objects.filter(client=client).values(*wanted).first()
        if wanted == (before or dict.fromkeys(wanted) | {"channel": ""}):
            return False
        if policy is None and terms == AS_FOR_ALL:
            ClientTerms.objects.filter(client=client).delete()
        else:
            ClientTerms.objects.update_or_create(client=client, defaults=wanted)
        note(client, ClientEvent.Kind.POLICY, _detail(policy, terms), person)
    return True


def _detail(policy: Policy | None, terms: Terms) -> dict[str, Any]:
    """What holds from now on, as plain JSON; what is as for everybody is left out."""
    detail: dict[str, Any] = {"policy": policy.name if policy else ""}
    if terms.channel:
        detail["channel"] = terms.channel
    if terms.fees_agreed is not None:
        detail["fees_agreed"] = terms.fees_agreed
    if terms.agreed_rate is not None:
        detail["agreed_rate"] = f"{terms.agreed_rate:.2f}"
    return detail
