"""The mail page of the settings: what carries mail, how it does, and tests of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from clients.facts import company
from delivery.actions import mailbox, service
from delivery.facts import undelivered
from delivery.facts.mailbox import (
    counts,
    latest_checks,
    sender_is_missing,
    way,
)
from delivery.facts.mailbox import (
    mail_service as the_service,
)
from delivery.forms import CheckForm, HoldForm, SenderForm
from delivery.links import others_can_open
from delivery.models import MailCheck
from delivery.poking import poke_check, poke_mail
from delivery.rules.addresses import nobody_reads

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

may_see = permission_required("delivery.view_mailservice", raise_exception=True)
may_change = permission_required("delivery.change_mailservice", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@may_see
def mail_service(request: HttpRequest) -> HttpResponse:
    """How mail leaves and how it does; a POST says who writes."""
    if request.method != "POST":
        return page(request)
    return save_sender(request)


@may_change
def save_sender(request: HttpRequest) -> HttpResponse:
    """Keep who writes from now on; what waits already stays as it was written."""
    form = SenderForm(request.POST, instance=the_service())
    if not form.is_valid():
        return page(request, sender_form=form)
    mailbox.save_sender(**form.cleaned_data)
    messages.success(request, _("E-mails are written in this name from now on."))
    return redirect("mail_service")


@require_POST
@may_change
def mail_hold(request: HttpRequest) -> HttpResponse:
    """Nothing leaves any more until somebody releases it."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        return page(request, hold_form=form)
    why = form.cleaned_data["why"]
    if service.hold(person=request.user, why=why, now=timezone.now()):
        messages.success(request, _("All mail is on hold."))
    else:
        messages.info(request, _("Mail was on hold already."))
    return redirect("mail_service")


@require_http_methods(["GET", "HEAD", "POST"])
@may_change
def mail_release(request: HttpRequest) -> HttpResponse:
    """Let mail leave again, once somebody has read what that means."""
    if request.method != "POST":
        context = {"service": the_service(), "counts": counts()}
        return render(request, "delivery/service_release.html", context)
    if service.release():
        poke_mail()
        messages.success(request, _("Mail leaves again."))
    return redirect("mail_service")


@require_POST
@may_change
def mail_try(request: HttpRequest) -> HttpResponse:
    """No pause any more: what waits is tried now."""
    service.try_now()
    poke_mail()
    messages.success(request, _("What waits is tried now."))
    return redirect("mail_service")


@require_POST
@may_change
def mail_test(request: HttpRequest) -> HttpResponse:
    """Send a test mail in the background."""
    form = CheckForm(request.POST)
    if not form.is_valid():
        return page(request, check_form=form)
    with transaction.atomic():
        check = mailbox.start_check(form.cleaned_data["recipient"], request.user)
        poke_check(check.pk)
    messages.success(
        request, _("The test mail is on its way; the result stands below.")
    )
    return redirect("mail_service")


@require_safe
@may_see
def mail_tests(request: HttpRequest) -> HttpResponse:
    """The last test mails, as a fragment that asks again while one waits."""
    return render(request, "delivery/_checks.html", tested())


def page(
    request: HttpRequest,
    *,
    sender_form: forms.Form | SenderForm | None = None,
    hold_form: HoldForm | None = None,
    check_form: CheckForm | None = None,
) -> HttpResponse:
    """The page, with the form that somebody has to look at again."""
    row, now = the_service(), timezone.now()
    address = {"recipient": getattr(request.user, "email", "")}
    replies = row.reply_to or company().email
    return render(
        request,
        "delivery/service.html",
        {
            "service": row,
            "way": way(),
            "counts": counts(),
            "undelivered": undelivered().count(),
            "paused": bool(row.paused_until and row.paused_until > now),
            "no_sender": sender_is_missing(),
            "nobody_reads": replies if nobody_reads(replies) else "",
            "links_open": others_can_open(),
            "sender_form": sender_form or SenderForm(instance=row),
            "hold_form": hold_form or HoldForm(),
            "check_form": check_form or CheckForm(initial=address),
        }
        | tested(),
    )


def tested() -> dict[str, object]:
    """The last test mails, and whether one of them still waits."""
    checks = list(latest_checks())
    waits = any(check.state == MailCheck.State.WAITING for check in checks)
    return {"checks": checks, "check_waits": waits}
