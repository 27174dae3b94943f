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


@pytest.fixture
def portfolio(dupont):
    """Besides Dupont: paid long ago, one invoice only, silent but owing, no address."""
    old = make.client("OLD")
    for number in ("P-1", "P-2"):
        paid = make.invoice("50.00 CHF", to=old, number=number, due="2025-03-01")
        make.payment("50.00 CHF", on="2025-03-01", to=paid)
    make.invoice(to=make.client("ONE"), number="ONE-1")
    owing = make.client("OWING", name="Owing & Sons", email="")
    for number in ("O-1", "O-2"):
        make.invoice("20.00 EUR", to=owing, number=number, due="2025-05-01")
