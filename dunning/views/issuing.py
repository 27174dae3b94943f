"""Issues a run after a look at what will happen, and sends its letters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.facts import recipients
from clients.models import Client, Purpose
from clients.templatetags.format import day
from delivery.facts.mailbox import sender_is_missing
from delivery.showing import came_back_before
from dunning.actions.guards import CautionRefusal, RunRefusal
from dunning.actions.letters import queue_letters
from dunning.actions.runs import issue_run
from dunning.confirming import in_words
from dunning.facts import draft_plan
from dunning.facts.caution import care_for
from dunning.facts.runs import plan_totals
from dunning.listing import mailing
from dunning.models import Channel, Run
from dunning.run_forms import IssueForm, said
from dunning.steps import steps
from dunning.views.proposal import sums_by_level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from dunning.actions.runs import IssueResult
    from dunning.facts.caution import Care


@permission_required("dunning.issue_run", raise_exception=True)
def run_send(request: HttpRequest, pk: int) -> HttpResponse:
    """The fourth step: what issuing would do; of an issued run, what sending would."""
    run = get_object_or_404(
        Run.objects.select_related("policy", "created_by", "issued_by"), pk=pk
    )
    if run.state == Run.State.ISSUED:
        return send_page(request, run)
    if request.method == "POST":
        raise Http404
    context = check(run)
    if run.state == Run.State.DISCARDED or not context["totals"].letters:
        messages.error(request, _("Tick at least one invoice to issue the run."))
        return redirect("run", pk)
    return issue_page(request, context)


@permission_required("dunning.issue_run", raise_exception=True)
def run_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the run, once (B02, B09); whoever comes second is told who was first."""
    run = get_object_or_404(
        Run.objects.select_related("policy", "created_by", "issued_by"), pk=pk
    )
    if request.method == "POST":
        return issue(request, run)
    if run.state == Run.State.ISSUED:
        say_who_was_first(request, run)
        return redirect("run", pk)
    return redirect("run_send", pk)


def check(run: Run) -> dict[str, Any]:
    """What issuing now would do: letters, sums, ways, and what falls out."""
    plan = draft_plan(run)
    totals = plan_totals(plan)
    ways = Counter(letter.channel for letter in plan.notices)
    ticked = run.lines.filter(level__gt=0, selected=True).count()
    addresses = recipients_of(letter.dossier.client_id for letter in plan.notices)
    return {
        "run": run,
        "steps": steps("send", run),
        "days_off": (run.run_on - localdate()).days,
        "totals": totals,
        "by_level": sums_by_level(plan),
        "ways": ways,
        "fallen": ticked - totals.invoices,
        "mails": totals.letters - ways[Channel.POST],
        "prints": totals.letters - ways[Channel.EMAIL],
        "unreached": sum(not letter.dossier.has_email for letter in plan.notices),
        "unticked": run.lines.filter(level__gt=0, selected=False).count(),
        "care": care_for(totals.letters, localdate()),
        "warnings": came_back_before(addresses),
        "what": in_words(totals, ways),
        "cannot_send": sender_is_missing(),
    }


def recipients_of(clients: Iterable[int]) -> list[str]:
    """The addresses that letters to these clients would go to."""
    found = recipients(Client.objects.filter(pk__in=set(clients)), Purpose.REMINDER)
    return [one.email for one in found.values() if one.email]


def issue_page(
    request: HttpRequest, context: dict[str, Any], said: Any = None
) -> HttpResponse:
    """The last look before a run is issued."""
    care: Care = context["care"]
    context["fresh"] = care.fresh
    context["form"] = context.get("form") or IssueForm(
        said,
        asked=care.asked,
        letters=context["totals"].letters,
        initial={"stale_reason": context["run"].stale_reason},
    )
    return render(request, "dunning/run_issue.html", context)


def issue(request: HttpRequest, run: Run) -> HttpResponse:
    """Issue the run; what is not confirmed comes back beside its field."""
    try:
        done = issue_run(run, request.user, said(request.POST))
    except CautionRefusal as refusal:
        messages.error(request, str(refusal))
        return issue_page(request, check(run), request.POST)
    except RunRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("run", run.pk)
    if not done.issued:
        say_who_was_first(request, done.run)
        return redirect("run", run.pk)
    say_what_was_done(request, done)
    if request.POST.get("send") == "now":
        say_what_is_sent(request, done.run)
    return redirect("run", run.pk)


def say_who_was_first(request: HttpRequest, run: Run) -> None:
    """The run was issued before: by whom and when."""
    at = localtime(run.issued_at)
    messages.info(
        request,
        _("This run was already issued by %(who)s on %(day)s at %(time)s.")
        % {"who": run.issued_by or "–", "day": day(at), "time": f"{at:%H:%M}"},
    )


def say_what_was_done(request: HttpRequest, done: IssueResult) -> None:
    """How many letters, and what turned out otherwise than proposed."""
    letters = ngettext(
        "%(n)s letter is issued.", "%(n)s letters are issued.", done.notices
    )
    messages.success(request, letters % {"n": done.notices})
    if done.dropped:
        dropped = ngettext(
            "%(n)s ticked invoice was dropped: what changed stands in its list.",
            "%(n)s ticked invoices were dropped: what changed stands in their list.",
            len(done.dropped),
        )
        messages.warning(request, dropped % {"n": len(done.dropped)})


def send_page(request: HttpRequest, run: Run) -> HttpResponse:
    """Say which letters leave by e-mail, then put them in the outbox."""
    if request.method == "POST":
        say_what_is_sent(request, run)
        return redirect("run", run.pk)
    found = mailing(run)
    warnings = came_back_before(notice.email for notice in found["by_mail"])
    context = {"run": run, "warnings": warnings, "steps": steps("send", run), **found}
    return render(request, "dunning/run_send.html", context)


def say_what_is_sent(request: HttpRequest, run: Run) -> None:
    """Queue the e-mails of a run and say what became of each letter.

    Not where each would fail, and its letter count as one that did not arrive.
    """
    if sender_is_missing():
        told = _("The company has no e-mail address to send from.")
        messages.error(request, told)
        return
    found = queue_letters(run, request.user)
    queued = ngettext(
        "%(n)s e-mail is in the outbox.",
        "%(n)s e-mails are in the outbox.",
        found.queued,
    )
    messages.success(request, queued % {"n": found.queued})
    if unreached := len(found.without_email):
        to_print = ngettext(
            "%(n)s client has no e-mail address: print the letter.",
            "%(n)s clients have no e-mail address: print the letters.",
            unreached,
        )
        messages.warning(request, to_print % {"n": unreached})
    if settled := len(found.paid_since):
        paid = ngettext(
            "%(n)s letter is not sent: everything on it was paid meanwhile.",
            "%(n)s letters are not sent: everything on them was paid meanwhile.",
            settled,
        )
        messages.info(request, paid % {"n": settled})
