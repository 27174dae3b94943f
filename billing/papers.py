"""Reads what is known of a bill's paper and its way to the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.paper.facturx import facturx_problem
from billing.paper.slips import payment_problem
from delivery.models import Message

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from billing.composing import Composed
    from billing.models import Bill


def paper_problems(content: Composed) -> list[str]:
    """What the paper will lack, a sentence each: for the pages that issue and send."""
    problems = [payment_problem(content), facturx_problem(content)]
    return [problem for problem in problems if problem]


def sent_messages(bill: Bill) -> QuerySet[Message]:
    """The e-mails that carry a bill, the latest first."""
    return Message.objects.filter(kind=bill.kind, number=bill.number).select_related(
        "created_by"
    )
