"""What the pages before a statement is issued share: its client, and what is asked."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clients.facts import recipient
from clients.models import Client, Purpose
from delivery.pdf import RenderFailure
from statements.actions import StatementRefusal
from statements.actions.issuing import Asked
from statements.documents import statement_file_name, statement_sheet
from statements.facts import only_invoice, refusal
from statements.forms import StatementForm
from statements.rules.statement import StatementImbalance
from statements.views.presets import presets

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from delivery.pdf import Sheet
    from statements.rules.statement import StatementOfAccount

    Page = Callable[[HttpRequest, Client], HttpResponse]

may_read = permission_required("statements.view_statement", raise_exception=True)
may_send = permission_required("statements.send_statement", raise_exception=True)


def for_client(page: Page) -> Callable[[HttpRequest, int], HttpResponse]:
    """A page of a client that can have a statement; any other gets the reason (A06)."""

    @wraps(page)
    def answer(request: HttpRequest, pk: int) -> HttpResponse:
        return answered(request, pk, page)

    return answer


def answered(request: HttpRequest, pk: int, page: Page) -> HttpResponse:
    """The page of a client; or why there can be no statement."""
    client = get_object_or_404(Client, pk=pk)
    if reason := refusal(client):
        return refused(request, client, reason)
    try:
        return page(request, client)
    except RenderFailure as failure:
        hint = _("Choose a shorter period.")
        return refused(request, client, f"{failure} {hint}")
    except (StatementRefusal, StatementImbalance) as error:
        return refused(request, client, str(error))


def parameters(request: HttpRequest) -> StatementForm:
    """The parameters that stand in the address; defaults where it has none."""
    return StatementForm.of_address(request.GET.dict(), localdate())


def asked_for(
    client: Client, form: StatementForm, person: Any = None, key: str = ""
) -> Asked:
    """The statement of the chosen parameters as it would be issued today."""
    return Asked(
        client=client,
        **form.cleaned_data,
        language=recipient(client, Purpose.STATEMENT).language,
        issued_on=localdate(),
        person=person,
        request_key=key,
    )


def sheet_of(asked: Asked, data: StatementOfAccount) -> Sheet:
    """Its pages, laid out: what is looked at is what would be issued (A16)."""
    return statement_sheet(asked.client, data, asked.language, asked.issued_on)


def file_name(asked: Asked) -> str:
    """The name under which its PDF is saved."""
    return statement_file_name(asked.client, asked.start, asked.end, asked.language)


def owner_of(client: Client) -> str:
    """Under whose name drawn pages are kept for a moment."""
    return f"client {client.pk}"


def impossible(
    request: HttpRequest, client: Client, form: StatementForm
) -> HttpResponse:
    """The builder again, with the errors beside the fields."""
    context = {"client": client, "form": form, "presets": presets(client, form)}
    return render(request, "statements/statement_new.html", context, status=400)


def refused(request: HttpRequest, client: Client, reason: str) -> HttpResponse:
    """Why there is no statement, and what to do instead (A07)."""
    context = {"client": client, "reason": reason, "invoice": only_invoice(client)}
    return render(request, "statements/refused.html", context, status=409)
