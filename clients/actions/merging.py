"""Makes two clients one: all that points at the one points at the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.actions.history import note
from clients.actions.saving import ClientRefusal, key_of
from clients.merging import followers, gained, joined_notes
from clients.models import Client, ClientEvent, Contact

if TYPE_CHECKING:
    from clients.merging import Follower


def merge_clients(source: Client, into: Client, person: Any = None) -> Client:
    """Move everything of a client to another one, which goes on for both.

    The source keeps its number and its name, archived; its number leads to the
    other one. Raises ClientRefusal when it cannot be, or somebody was first.
    """
    try:
        with transaction.atomic():
            source, into = _locked(source.pk, into.pk)
            _leave(source, into)
            _take_contacts(source, into)
            for follower in followers():
                if follower.model is not Contact:
                    _follow(follower, source, into)
            _gain(source, into)
            detail = {"number": source.number, "name": source.name}
            note(into, ClientEvent.Kind.MERGED, detail, person)
    except IntegrityError as error:
        raise ClientRefusal(
            _("Something of this client cannot be moved. Nothing was changed.")
        ) from error
    return into


def _locked(source: int, into: int) -> tuple[Client, Client]:
    """Both clients, held until the end: nobody books for them meanwhile."""
    if source == into:
        raise ClientRefusal(_("A client cannot be merged with itself."))
    rows = Client.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[source, into])}
    return found[source], found[into]


def _leave(source: Client, into: Client) -> None:
    """Say first whom the source goes into: the database lets rows follow only that."""
    for client in (source, into):
        if client.merged_into_id:
            raise ClientRefusal(
                _("%(client)s has been merged already.") % {"client": client}
            )
    if into.archived_at and not source.archived_at:
        raise ClientRefusal(
            _("%(client)s is archived. Bring it back first.") % {"client": into}
        )
    Client.objects.filter(pk=source.pk).update(
        merged_into=into, archived_at=timezone.now()
    )


def _take_contacts(source: Client, into: Client) -> None:
    """The contacts of the source come after the other's own, and none twice.

    They are written anew, because the first contact of a purpose is the one used.
    """
    known = set(into.contacts.values_list("purpose", "email"))
    coming = list(source.contacts.order_by("pk"))
    source.contacts.all().delete()
    for contact in coming:
        if (contact.purpose, contact.email) not in known:
            contact.pk, contact.client = None, into
            contact.save(force_insert=True)


def _follow(follower: Follower, source: Client, into: Client) -> None:
    """Move the rows of one table; of what there can be only one, the other's stays."""
    name = follower.field.name
    rows = follower.model._base_manager.filter(**{name: source})  # noqa: SLF001
    twins = Q()
    for others, condition in _unique_with(follower):
        same = follower.model._base_manager.filter(  # noqa: SLF001
            condition, **{name: into}, **{other: OuterRef(other) for other in others}
        )
        twins |= Q(Exists(same)) & condition
    if twins:
        rows.filter(twins).delete()
    rows.update(**{name: into})


def _unique_with(follower: Follower) -> list[tuple[list[str], Q]]:
    """The columns that together with the client must be unique, and when."""
    name, options = follower.field.name, follower.model._meta  # noqa: SLF001
    found = [
        ([n for n in constraint.fields if n != name], constraint.condition or Q())
        for constraint in options.constraints
        if isinstance(constraint, UniqueConstraint) and name in constraint.fields
    ]
    found += [
        ([n for n in together if n != name], Q())
        for together in options.unique_together
        if name in together
    ]
    return [*found, ([], Q())] if follower.field.unique else found


def _gain(source: Client, into: Client) -> None:
    """Fill what the other one had empty, and find it by the source's number, too."""
    for name in gained(source, into):
        setattr(into, name, getattr(source, name))
    into.notes = joined_notes(source, into)
    into.search = key_of(into)
    into.save()
