"""Reading a bank's file: at once, or after its columns were told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billing.actions.bank import (
    Source,
    ensure_account,
    keep_bank_file,
    refuse_known,
)
from billing.actions.bank_uploads import keep_upload, read_upload
from billing.bank.forms import BankFileForm, MappingForm, first_columns, mapping_of
from billing.bank.wording import refused
from billing.models import BankAccount, BankMapping, BankUpload
from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.refusals import shown
from billing.views.bank import show_bank

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from billing.models import BankFile

EXAMPLES = 5


@permission_required("billing.import_bank", raise_exception=True)
def bank(request: HttpRequest) -> HttpResponseBase:
    """The bank's first page; a file that is sent is read whole or refused."""
    if request.method != "POST":
        return show_bank(request, BankFileForm())
    form = BankFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_bank(request, form)
    try:
        return take_in(request, form.source, form.cleaned_data["account"])
    except BankFileRefusal as refusal:
        form.add_error("file", refused(refusal))
        return show_bank(request, form, help_for(refusal))


def take_in(
    request: HttpRequest, source: Source, account: BankAccount | None
) -> HttpResponse:
    """Read a file; a CSV file waits for its columns unless they are known."""
    try:
        files = keep_bank_file(source, account=account, person=request.user)
    except BankFileRefusal as refusal:
        if refusal.code != "mapping":
            raise
        refuse_known(source)
        ensure_account()
        head = list(map(str, refusal.values["head"]))  # type: ignore[call-overload]
        known = known_mapping(head, account)
        if known is None:
            return redirect("bank_new", keep_upload(source, request.user).pk)
        files = keep_bank_file(
            source,
            mapping=mapping_of(known),
            account=known.account,
            person=request.user,
        )
    return say_read(request, files)


def known_mapping(head: list[str], account: BankAccount | None) -> BankMapping | None:
    """The mapping to read a file with unasked: its account must be beyond doubt."""
    rows = [
        row
        for row in BankMapping.objects.select_related("account")
        if row.head == head and account in {None, row.account}
    ]
    if len(rows) != 1:
        return None
    return rows[0] if account or BankAccount.objects.count() == 1 else None


def say_read(request: HttpRequest, files: list[BankFile]) -> HttpResponse:
    """Say what was read, for each account of the file."""
    for file in files:
        fresh = file.found - file.known_before
        text = ngettext(
            "%(account)s: %(count)s new entry.",
            "%(account)s: %(count)s new entries.",
            fresh,
        ) % {"account": file.account, "count": fresh}
        if file.known_before:
            again = ngettext(
                "%(count)s was known from another file.",
                "%(count)s were known from another file.",
                file.known_before,
            )
            text = f"{text} {again % {'count': file.known_before}}"
        messages.success(request, text)
    return redirect("bank_file", files[0].pk)


def help_for(refusal: BankFileRefusal) -> dict[str, Any]:
    """What the page offers beside the refusal: the account to add, the file read."""
    if refusal.code == "unknown_account":
        values = {name: refusal.values[name] for name in ("iban", "currency")}
        return {"missing": urlencode(values)}
    if refusal.code == "known":
        return {"known": refusal.values["file"]}
    return {}


@permission_required("billing.import_bank", raise_exception=True)
def bank_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column of a CSV file holds what; its first rows are shown."""
    upload = get_object_or_404(BankUpload, pk=pk)
    try:
        read_bank_file(bytes(upload.content), upload.name, None)
    except BankFileRefusal as refusal:
        if refusal.code == "mapping":
            return columns_page(request, upload, refusal.values)
    return redirect("bank")


def columns_page(
    request: HttpRequest, upload: BankUpload, found: dict[str, Any]
) -> HttpResponse:
    """The form of the columns, filled in with what is known or can be guessed."""
    head = [str(name) for name in found["head"]]
    sent = request.POST if request.method == "POST" else None
    form = MappingForm(head, sent, initial=first_choice(head, found))
    if form.is_valid():
        try:
            account = form.cleaned_data["account"]
            files = read_upload(upload, head, form.mapping(), account, request.user)
            return say_read(request, files)
        except BankFileRefusal as refusal:
            form.add_error(None, refused(refusal))
    rows = [[shown(cell, 60) for cell in row] for row in found["rows"][:EXAMPLES]]
    return render(
        request,
        "billing/bank_new.html",
        {"upload": upload, "form": form, "head": head, "rows": rows},
    )


def first_choice(head: list[str], found: dict[str, Any]) -> dict[str, Any]:
    """The columns of an earlier file with this head, or a guess by their names."""
    for row in BankMapping.objects.order_by("-pk"):
        if row.head == head:
            return first_columns(row.columns, head) | {
                "account": row.account_id,
                "date_format": row.date_format,
            }
    return first_columns(found.get("columns", {}), head)


@require_POST
@permission_required("billing.import_bank", raise_exception=True)
def bank_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a file away that waits for its columns; nothing of it was read."""
    upload = get_object_or_404(BankUpload, pk=pk)
    upload.delete()
    messages.success(request, _("The file is thrown away; nothing was read."))
    return redirect("bank")
