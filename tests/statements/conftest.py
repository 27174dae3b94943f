"""Clients whose figures are known to the cent."""

import pytest

from billing.models import Credit
from tests import make


@pytest.fixture
def dupont(company):
    """Worked example 1: Dupont SA in CHF, November to February."""
    client = make.client("DUPONT", name="Dupont SA")

    def invoice(amount, number, issued, due):
        return make.invoice(amount, to=client, number=number, issued=issued, due=due)

    def credit(amount, number, on, to, kind=Credit.Kind.PAYMENT):
        make.credit(amount, of=client, on=on, to=to, number=number, kind=kind)

    inv1 = invoice("1000.00 CHF", "INV-1", "2025-11-20", "2025-12-20")
    credit("400.00 CHF", "PAY-1", "2025-12-28", {inv1: "400.00 CHF"})
    inv2 = invoice("500.00 CHF", "INV-2", "2026-01-10", "2026-02-09")
    credit(
        "100.00 CHF",
        "CN-1",
        "2026-01-20",
        {inv2: "100.00 CHF"},
        Credit.Kind.CREDIT_NOTE,
    )
    credit("700.00 CHF", "PAY-2", "2026-01-25", {inv1: "600.00 CHF"})
    invoice("300.00 CHF", "INV-3", "2026-02-05", "2026-03-07")
    credit("250.00 CHF", "PAY-3", "2026-02-15", {inv2: "250.00 CHF"})
    return client
