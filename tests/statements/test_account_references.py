"""The payment reference of a statement: whose account it stands for."""

from datetime import date
from types import SimpleNamespace

import pytest

from billing.bank.matching import letters_named
from billing.rules.references import qr_reference, scor_reference
from clients.actions.merging import merge_clients
from statements.references import account_number, invoices_of
from tests import make

END = date(2026, 2, 28)


@pytest.mark.parametrize("form", [scor_reference, qr_reference])
def test_a_reference_stands_for_what_its_client_owes_the_oldest_first(company, form):
    """A08: one payment, spread over the open invoices."""
    late = make.invoice("100.00 CHF", due="2026-03-09")
    owner = late.client
    early = make.invoice("200.00 CHF", to=owner, due="2026-01-09")
    paid = make.invoice("300.00 CHF", to=owner, due="2026-01-01")
    make.payment("300.00 CHF", on="2026-01-02", to=paid)
    make.invoice("50.00 CHF")
    reference = form(account_number(owner, END))
    other = form("R-2026-0001")
    assert invoices_of([reference, other, "RF18ABC"]) == {
        reference: [early.pk, late.pk]
    }


def test_a_client_without_open_invoices_is_still_recognised(company):
    """What comes twice is not unknown: it is told whose it is."""
    paid = make.invoice("300.00 CHF")
    make.payment("300.00 CHF", on="2026-01-02", to=paid)
    reference = scor_reference(account_number(paid.client, END))
    assert invoices_of([reference]) == {reference: [paid.pk]}
    nobody = scor_reference("ACCT-2026-9999")
    assert invoices_of([nobody]) == {}
    assert invoices_of([scor_reference("ACCT-2026-0001/2")]) == {}


def test_a_reference_follows_a_client_that_was_merged_again_and_again(company):
    """The paper that was sent bears the old account's reference for ever."""
    invoice = make.invoice("300.00 CHF")
    first, second, third = invoice.client, make.client(), make.client()
    merge_clients(first, second)
    merge_clients(second, third)
    reference = scor_reference(account_number(first, END))
    assert invoices_of([reference]) == {reference: [invoice.pk]}
    # Bank files ask where they ask for reminders.
    row = SimpleNamespace(reference=reference)
    assert letters_named([row]) == {reference: [invoice.pk]}
