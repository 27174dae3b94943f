"""What somebody did to a client, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import Client, ClientEvent, Contact
from dunning.models import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def client_event(event: ClientEvent) -> tuple[str, str]:
    """Its title, and what there is to say below."""
    detail = event.detail
    if event.kind == ClientEvent.Kind.CHANGED:
        return _("Client changed"), field_names(detail.get("fields", []))
    if event.kind == ClientEvent.Kind.POLICY:
        return _("Dunning terms"), terms_in_words(detail)
    if event.kind == ClientEvent.Kind.MERGED:
        return _("Merged with %(number)s") % detail, detail.get("name", "")
    return event.get_kind_display(), ""


def terms_in_words(detail: Mapping[str, Any]) -> str:
    """What was agreed with a client about reminders, from then on."""
    said = [detail.get("policy") or _("the default policy")]
    if channel := detail.get("channel"):
        said.append(str(Channel(channel).label))
    if "fees_agreed" in detail:
        agreed = detail["fees_agreed"]
        said.append(_("fees are agreed") if agreed else _("no fees are agreed"))
    if "agreed_rate" in detail:
        said.append(_("%(rate)s %% interest") % {"rate": detail["agreed_rate"]})
    return ", ".join(said)


def field_names(names: Iterable[str]) -> str:
    """The names of a client's fields, as its form has them."""
    options = Client._meta  # noqa: SLF001
    labels = {
        field.name: str(getattr(field, "verbose_name", field.name))
        for field in options.get_fields()
    }
    labels["contacts"] = str(Contact._meta.verbose_name_plural)  # noqa: SLF001
    return capfirst(", ".join(labels.get(name, name) for name in names))
