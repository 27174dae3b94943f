"""Reads what recipients answered on their page and nobody has decided yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dunning.rules.dossier import Block, Reason
from statements.models import Answer, AnswerPart

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from billing.models import Invoice

Kind = Answer.Kind
REASONS = {
    Kind.PAID: Reason.ON_HOLD,
    Kind.DISPUTE: Reason.DISPUTED,
    Kind.PROMISE: Reason.PROMISED,
}


def pending_blocks(invoices: QuerySet[Any]) -> list[tuple[int, Block]]:
    """Invoices (keys) of answers that wait: none is reminded before a person decides.

    Whatever the day of a run: what was said today counts now.
    """
    rows = pending_parts().filter(invoice__in=invoices).order_by("pk")
    found = []
    for invoice, answer, kind, day, reference, text in rows.values_list(
        "invoice_id",
        "answer_id",
        "answer__kind",
        "answer__day",
        "answer__reference",
        "answer__text",
    ):
        detail = {"answer": answer, "why": text or reference}
        if day:
            detail["day"] = f"{day}"
        found.append((invoice, Block(REASONS[Kind(kind)], detail)))
    return found


def pending_parts() -> QuerySet[AnswerPart]:
    """Invoices named by answers that wait."""
    return AnswerPart.objects.filter(answer__state=Answer.State.PENDING)


def waiting_answers() -> QuerySet[Answer]:
    """Answers that wait for a person, the oldest first."""
    return Answer.objects.filter(state=Answer.State.PENDING).order_by("created_at")


def answers_to(invoice: Invoice) -> QuerySet[Answer]:
    """Every answer that names the invoice, the first one first."""
    found = Answer.objects.filter(parts__invoice=invoice).order_by("pk")
    return found.select_related("decided_by")


def invoices_of(answer: Answer) -> list[Invoice]:
    """The invoices an answer names, oldest due first, as they are now."""
    rows = answer.parts.select_related("invoice", "invoice__client")
    return [part.invoice for part in rows.order_by("invoice__due_on", "invoice__pk")]
