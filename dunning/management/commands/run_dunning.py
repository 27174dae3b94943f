"""One dunning run: the proposal, or the letters."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

from django.core.management.base import CommandError

from billing.rules.money import money, plain
from clients.command import QuickCommand
from clients.facts import by_number
from delivery.actions import send_due
from delivery.facts.mailbox import sender_is_missing
from delivery.pdf import RenderFailure
from dunning import facts
from dunning.actions.guards import RunRefusal
from dunning.actions.letters import (
    multi_pdf,
    proposal_pdf,
    queue_letters,
    render_letters,
)
from dunning.actions.runs import remind_now
from dunning.models import Notice, Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.management.base import CommandParser

    from dunning.models import Run
    from dunning.rules.plan import Exclusion, PlannedLine, RunPlan

REFUSED = 1


class Command(QuickCommand):
    """Without --issue nothing is written."""

    help = "Propose a dunning run, or issue it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day, whom it concerns, and what to do."""
        parser.add_argument("--on", type=_day, required=True, metavar="DATE")
        parser.add_argument("--policy", metavar="NAME")
        parser.add_argument("--client", action="append", metavar="NUMBER")
        parser.add_argument("--issue", action="store_true", help="write the letters")
        parser.add_argument("--send", action="store_true", help="send them by e-mail")
        parser.add_argument("--pdf", type=Path, metavar="FILE", help="all in one PDF")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Decide, write if asked, and report."""
        if options["send"] and not options["issue"]:
            raise CommandError("--send needs --issue.", returncode=2)
        wishes = self._wishes(options)
        try:
            run, plan = self._decide(options["on"], *wishes, issue=options["issue"])
        except RunRefusal as refusal:
            self._refuse(str(refusal))
        state = "proposal"
        if options["issue"]:
            state = "issued" if run else "nothing to do"
        report = _report(plan, run, state)
        self.stdout.write(
            json.dumps(report, ensure_ascii=False)
            if options["json"]
            else _summary(report)
        )
        try:
            self._letters(run, plan, pdf=options["pdf"], send=options["send"])
        except RenderFailure as failure:
            self._refuse(f"These letters could not be made: {failure}")

    def _wishes(self, options: dict[str, Any]) -> tuple[Policy | None, set[int] | None]:
        """The policy and the clients named, refused before anything is done."""
        problems: list[str] = []
        policy = Policy.objects.filter(name=options["policy"]).first()
        if options["policy"] is not None and policy is None:
            problems.append(f"There is no policy called {options['policy']}.")
        numbers: list[str] | None = options["client"]
        found = by_number(numbers or [])
        problems += [
            f"There is no client {number}."
            for number in dict.fromkeys(numbers or [])
            if number not in found
        ]
        pdf: Path | None = options["pdf"]
        if pdf and (pdf.is_dir() or not os.access(pdf.absolute().parent, os.W_OK)):
            problems.append(f"{pdf} cannot be written.")
        if problems:
            self._refuse(*problems)
        return policy, None if numbers is None else set(found.values())

    def _decide(
        self, on: date, policy: Policy | None, clients: set[int] | None, *, issue: bool
    ) -> tuple[Run | None, RunPlan]:
        if not issue:
            return None, facts.plan(on, policy=policy, clients=clients)
        return remind_now(
            on, policy=policy, clients=clients, person=None, request_key=str(uuid4())
        )

    def _letters(
        self, run: Run | None, plan: RunPlan, *, pdf: Path | None, send: bool
    ) -> None:
        """Render what is needed now; without need, the worker does it."""
        if run is None:
            if pdf and plan.notices:
                pdf.write_bytes(proposal_pdf(plan))
            return
        if pdf or send:
            render_letters(run, self._progress if self.stderr.isatty() else None)
        if pdf:
            pdf.write_bytes(multi_pdf(run))
        if send and sender_is_missing():
            self.stderr.write("The company has no e-mail address: nothing is sent.")
        elif send:
            for notice in queue_letters(run, None).without_email:
                self.stderr.write(f"{notice.number}: no e-mail address; print it.")
            send_due()

    def _progress(self, done: int, letters: int) -> None:
        bar = ("█" * (40 * done // letters)).ljust(40, "░")
        end = "" if done < letters else "\r\033[K"
        self.stderr.write(f"\r{bar} {done}/{letters}", ending=end)

    def _refuse(self, *problems: str) -> NoReturn:
        for problem in problems:
            self.stderr.write(problem)
        raise SystemExit(REFUSED)


def _report(plan: RunPlan, run: Run | None, state: str) -> dict[str, Any]:
    """The contract's document."""
    return {
        "on": plan.run_on.isoformat(),
        "run": run.pk if run else None,
        "state": state,
        "proposed": [_proposed(line, plan.run_on) for line in plan.proposed],
        "excluded": [_excluded(left_out) for left_out in plan.excluded],
        "notices": [_notice(notice) for notice in _written(run)],
    }


def _proposed(line: PlannedLine, on: date) -> dict[str, Any]:
    return {
        "invoice": line.item.number,
        "client": line.dossier.client_number,
        "level": line.level.position,
        "open": plain(line.item.claimed),
        "currency": line.dossier.currency,
        "fee": plain(line.fee),
        "interest": plain(line.interest),
        "days_overdue": line.item.days_overdue(on),
        "deadline": line.deadline_on.isoformat(),
    }


def _excluded(left_out: Exclusion) -> dict[str, Any]:
    found = {
        "invoice": left_out.item.number,
        "client": left_out.dossier.client_number,
        "reason": str(left_out.reason),
    }
    return found | ({"detail": left_out.detail} if left_out.detail else {})


def _written(run: Run | None) -> Iterable[Notice]:
    if run is None:
        return []
    rows = Notice.objects.filter(run=run).select_related("client")
    return rows.defer("opening", "closing", "body").order_by("pk")


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "number": notice.number,
        "client": notice.client.number,
        "currency": notice.currency,
        "language": notice.language,
        "level": notice.level,
        "total": plain(money(notice.total, notice.currency)),
    }


def _summary(report: dict[str, Any]) -> str:
    head = f"{report['on']}: {report['state']}"
    if report["run"]:
        head += f", run {report['run']}, {len(report['notices'])} letters"
    lines = [
        f"  {p['client']}  {p['invoice']}  {p['currency']} {p['open']}"
        f"  level {p['level']} by {p['deadline']}"
        for p in report["proposed"]
    ]
    counted = Counter(left_out["reason"] for left_out in report["excluded"])
    left_out = [f"  left out, {why}: {n}" for why, n in sorted(counted.items())]
    return "\n".join([head, *lines, *left_out])


def _day(text: str) -> date:
    """An ISO date, or wrong usage."""
    try:
        if len(text) == len("2026-01-31") and text.isascii():
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31")
