"""One invoice one level up by hand (B01, B12, B15): a run of one."""

from __future__ import annotations

from datetime import date

import pytest

from billing.actions.marks import mark_invoice
from billing.models import InvoiceMark
from dunning import facts
from dunning.actions.runs import RunRefusal, raise_invoice
from dunning.models import Run
from dunning.rules.dossier import Reason
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def example_2(company):
    return desk.policy()


def test_one_invoice_one_level_up(accountant):
    """B01: same checks, document and history; a double click is one run."""
    invoice = make.invoice(number="I")
    for key in ("a", "a"):
        run = raise_invoice(
            invoice, date(2026, 2, 16), person=accountant, request_key=key
        )
    assert (run.state, run.issued_by) == (Run.State.ISSUED, accountant)
    assert desk.lines(run) == {"I": 1}
    with pytest.raises(RunRefusal, match=r"26\.02\.2026"):
        raise_invoice(invoice, date(2026, 2, 17), person=accountant, request_key="b")
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda i: None, Reason.DEADLINE_RUNNING),
        (
            lambda i: make.payment("100.00 CHF", on="2026-01-20", to=i),
            Reason.PAID_SINCE,
        ),
        (
            lambda i: mark_invoice(
                i, InvoiceMark.Kind.UNCOLLECTIBLE, date(2026, 1, 20), "x"
            ),
            Reason.UNCOLLECTIBLE,
        ),
    ],
)
def test_what_is_not_overdue_is_not_raised(accountant, spoil, reason):
    """B01, B15: not offered, and a forged request is refused."""
    on = date(2026, 2, 9 if reason == Reason.DEADLINE_RUNNING else 16)
    invoice = make.invoice()
    spoil(invoice)
    invoice.refresh_from_db()
    step = facts.next_step(invoice, on)
    assert (step.possible, step.reason) == (False, reason)
    with pytest.raises(RunRefusal):
        raise_invoice(invoice, on, person=accountant, request_key="k")
    assert not Run.objects.exists()


def test_nothing_above_the_last_level(accountant):
    """B12, by the page and by force."""
    desk.policy(desk.EXAMPLE_2[:1])
    invoice = make.invoice()
    raise_invoice(invoice, date(2026, 2, 16), person=accountant, request_key="a")
    invoice.refresh_from_db()
    step = facts.next_step(invoice, date(2026, 6, 1))
    assert (step.level, step.reason) == (None, Reason.LAST_LEVEL_REACHED)
    with pytest.raises(RunRefusal):
        raise_invoice(invoice, date(2026, 6, 1), person=accountant, request_key="b")
