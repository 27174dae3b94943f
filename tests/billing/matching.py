"""Invoices and payments to match, in few words."""

from __future__ import annotations

from datetime import date, timedelta

from billing.rules.bank.statement import Transaction
from billing.rules.matching.matcher import Candidate, Matcher
from billing.rules.money import money, plain

DAY = date(2026, 3, 16)


def invoice(number, amount="100.00", client=1, **values):
    """An open invoice; its id is its place in the list given to `match`."""
    currency = values.pop("currency", "CHF")
    due = values.pop("due", 0)
    discount = values.pop("discount", None)
    return {
        "number": number,
        "client_id": client,
        "reference": values.pop("reference", ""),
        "open": money(amount, currency),
        "due_on": DAY + timedelta(days=due),
        "issued_on": DAY + timedelta(days=due - 30),
        "client_name": values.pop("name", f"Client {client}"),
        "client_iban": values.pop("iban", ""),
        "discount": money(discount, currency) if discount else None,
        "discount_until": DAY + timedelta(days=values.pop("until", 0)),
    }


def paid(amount="100.00", text="", **values):
    """A payment that came in."""
    currency = values.pop("currency", "CHF")
    return Transaction(
        key="k",
        booked_on=DAY,
        value_on=DAY,
        amount=money(amount, currency),
        charges=money(values.pop("charges", 0), currency),
        text=text,
        **values,
    )


def matched(payment, *invoices):
    """What is proposed; invoices have their places in the list as ids."""
    rows = [Candidate(invoice_id=n, **values) for n, values in enumerate(invoices)]
    return Matcher(rows).match(payment)


def short(match):
    """Confidence, reason and parts as one can write them in a table."""
    parts = [
        f"{p.invoice_id}:{plain(p.amount)}"
        + (f"+{plain(p.discount)}" if p.discount else "")
        for p in match.parts
    ]
    return " ".join([match.confidence.value, match.reason, *parts])
