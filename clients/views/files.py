"""Pages that change a client or the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.actions.saving import ClientRefusal, save_client, save_company
from clients.facts import company
from clients.forms import ClientForm, CompanyForm, ContactFormSet
from clients.likeness import like
from clients.models import Client
from clients.returning import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COMPARED = {"name", "vat_number", "iban", "email"}


@permission_required("clients.change_client", raise_exception=True)
def client_new(request: HttpRequest) -> HttpResponse:
    """A new client, in the company's language and currency unless said otherwise."""
    home = company()
    empty = Client(
        country=home.country,
        language=home.language,
        currency=home.currency,
        phone="",
        vat_number="",
        iban="",
    )
    return edit(request, empty)


@permission_required("clients.change_client", raise_exception=True)
def client_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a client; what was issued keeps what it was issued with."""
    return edit(request, get_object_or_404(Client, pk=pk))


def edit(request: HttpRequest, client: Client) -> HttpResponse:
    """The form of a client with its contacts."""
    form = ClientForm(request.POST or None, instance=client)
    contacts = ContactFormSet(request.POST or None, instance=client)
    if request.method == "POST" and form.is_valid() and contacts.is_valid():
        changed = contacts.save(commit=False)
        gone = contacts.deleted_objects
        try:
            save_client(form.instance, changed, gone, person=request.user)
        except ClientRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": client.name})
            if COMPARED & set(form.changed_data):
                warn_of_doubles(request, client)
            return redirect(way_back(request, reverse("client", args=[client.pk])))
    return render(
        request,
        "clients/client_form.html",
        {"form": form, "contacts": contacts, "client": client},
    )


def warn_of_doubles(request: HttpRequest, client: Client) -> None:
    """Say so when the client may be there already; the page of doubles helps."""
    if doubles := like(client):
        names = ", ".join(str(double) for double in doubles)
        text = _("Is this the same client as %(names)s? Then merge them.")
        messages.warning(request, text % {"names": names})


@permission_required("clients.change_company", raise_exception=True)
def company_settings(request: HttpRequest) -> HttpResponse:
    """The company's name, address and account, as letters show them."""
    form = CompanyForm(request.POST or None, instance=company())
    if request.method == "POST" and form.is_valid():
        save_company(form.instance)
        messages.success(request, _("The company is saved."))
        return redirect("company")
    return render(request, "clients/company_form.html", {"form": form})
