"""Finds clients that are there twice, and makes them one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clients.actions.merging import merge_clients
from clients.actions.saving import ClientRefusal
from clients.facts import address_below_name, company, resolved
from clients.likeness import groups, with_clients
from clients.merge_forms import OtherForm
from clients.merging import doubled_contacts, gained, moving
from clients.models import Client, Purpose
from clients.rules.duplicates import Likeness

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 25
REASONS = {
    Likeness.VAT: gettext_lazy("same VAT number"),
    Likeness.IBAN: gettext_lazy("same IBAN"),
    Likeness.NAME: gettext_lazy("same name"),
    Likeness.EMAIL: gettext_lazy("same e-mail"),
}


@require_safe
@permission_required("clients.view_client", raise_exception=True)
def client_duplicates(request: HttpRequest) -> HttpResponse:
    """Clients that are likely the same, with what makes it likely."""
    page = Paginator(groups(), PER_PAGE).get_page(request.GET.get("page"))
    found = [
        (alike.clients, [REASONS[reason] for reason in alike.reasons])
        for alike in with_clients(list(page.object_list))
    ]
    context = {"page": page, "groups": found}
    return render(request, "clients/client_duplicates.html", context)


@permission_required("clients.change_client", raise_exception=True)
def client_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the other client and who stays, see what moves, then merge."""
    client = get_object_or_404(Client, pk=pk)
    given = request.POST or request.GET
    form = OtherForm(given if "other" in given else None, client=client)
    context: dict[str, Any] = {"client": client, "form": form}
    if form.is_valid():
        other = form.cleaned_data["other"]
        keeps_other = given.get("keep") == other.number
        source, into = (client, other) if keeps_other else (other, client)
        if request.method == "POST":
            return merge(request, source, into)
        context |= preview(source, into)
    return render(request, "clients/client_merge.html", context)


def merge(request: HttpRequest, source: Client, into: Client) -> HttpResponse:
    """Merge, and say what became of it on the page of the one that stays."""
    try:
        merge_clients(source, into, request.user)
    except ClientRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("%(source)s is merged into %(into)s.")
        messages.success(request, text % {"source": source, "into": into})
    return redirect("client", into.pk)


def preview(source: Client, into: Client) -> dict[str, Any]:
    """What stands on the page before anything is done."""
    home = company()
    labels = [Client._meta.get_field(name) for name in gained(source, into)]  # noqa: SLF001
    return {
        "source": source,
        "into": into,
        "sides": [
            (row, address_below_name(row, home), row == into)
            for row in sorted((source, into), key=lambda row: row.pk)
        ],
        "moving": moving(source),
        "doubled": doubled_contacts(source, into),
        "gained": [
            (getattr(field, "verbose_name", ""), getattr(source, field.name))
            for field in labels
        ],
        "recipients": [
            (Purpose(purpose).label, mailbox)
            for purpose, mailbox in resolved(into, with_=source).items()
        ],
    }
