"""The receivables ledger once more, in plain dictionaries and integers.

Knows nothing of the product but its rules as they are written down: amounts in the
smallest unit of the currency, days as numbers, and sums made anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EVER = 10**9
# Smallest units: 5.00 CHF, 5.00 EUR, 500 JPY, 1.500 KWD.
DIFFERENCES = {"CHF": 500, "EUR": 500, "JPY": 500, "KWD": 1500}
WITHOUT_MONEY = {"write_off", "discount"}


@dataclass
class Model:
    """Rows by the ids they have in the database."""

    invoices: dict[int, dict] = field(default_factory=dict)
    credits: dict[int, dict] = field(default_factory=dict)
    parts: dict[int, dict] = field(default_factory=dict)
    counters: list[dict] = field(default_factory=list)

    # What is there on a day.

    def used(self, day, **of):
        """What the parts of an invoice or a credit come to at the end of a day."""
        [(side, pk)] = of.items()
        return sum(
            part["amount"]
            for part in self.parts.values()
            if part[side] == pk and part["eff"] <= day < (part["released"] or EVER + 1)
        )

    def open(self, pk, day=EVER):
        return self.invoices[pk]["total"] - self.used(day, invoice=pk)

    def left(self, pk, day=EVER):
        taken = sum(self.taken(c, day) for c in self.counters_of(pk))
        return self.credits[pk]["amount"] - self.used(day, credit=pk) - taken

    def taken(self, counter, day):
        """What an entry takes of its credit; fees that were paid may be released."""
        stands = counter["on"] <= day < (counter["released"] or EVER + 1)
        return counter["amount"] if stands else 0

    def balance(self, client, currency, day):
        """The movements, without any look at what settles what."""
        mine = {"client": client, "currency": currency}.items()
        return (
            sum(
                row["total"]
                for row in self.invoices.values()
                if mine <= row.items() and row["issued"] <= day
            )
            - sum(
                row["amount"]
                for row in self.credits.values()
                if mine <= row.items() and row["on"] <= day
            )
            + sum(
                self.taken(row, day)
                for row in self.counters
                if mine <= self.credits[row["credit"]].items()
            )
        )

    def accounts(self):
        rows = [*self.invoices.values(), *self.credits.values()]
        return sorted({(row["client"], row["currency"]) for row in rows})

    def counters_of(self, pk):
        return [row for row in self.counters if row["credit"] == pk]

    def fees(self):
        """The entries that paid reminder fees."""
        return [row for row in self.counters if row["kind"] == "charge"]

    def releases(self, *, invoice=None, credit=None):
        """The days on which something was taken off either of the two."""
        parts = [
            part["released"]
            for part in self.parts.values()
            if part["invoice"] == invoice or part["credit"] == credit
        ]
        charges = [row["released"] for row in self.counters_of(credit)]
        return [on for on in parts + charges if on is not None]

    def effective(self, credit, invoice):
        return max(
            self.credits[credit]["on"],
            self.invoices[invoice]["issued"],
            *self.releases(invoice=invoice, credit=credit),
        )

    # What may be done.

    def can_allocate(self, credit, amounts):
        payer = self.credits[credit]
        return sum(amounts.values()) <= self.left(credit) and all(
            0 < amount <= self.open(pk)
            and (self.invoices[pk]["client"], self.invoices[pk]["currency"])
            == (payer["client"], payer["currency"])
            for pk, amount in amounts.items()
        )

    def can_release(self, part, day):
        row = self.parts[part]
        return (
            row["released"] is None
            and day >= row["eff"]
            and self.credits[row["credit"]]["kind"] not in WITHOUT_MONEY
        )

    def can_reverse(self, credit, day):
        back = [row for row in self.counters_of(credit) if row["kind"] != "charge"]
        return not back and day >= self._first(credit)

    def can_refund(self, credit, amount, day):
        return (
            self.credits[credit]["kind"] not in WITHOUT_MONEY
            and 0 < amount <= self.left(credit)
            and day >= self._first(credit)
        )

    def _first(self, credit):
        return max([self.credits[credit]["on"], *self.releases(credit=credit)])

    def can_give(self, invoice, amount, day):
        """Whether a part of an invoice can be given up on a day."""
        first = max([self.invoices[invoice]["issued"], *self.releases(invoice=invoice)])
        return 0 < amount <= self.open(invoice) and day >= first

    def can_write_off(self, invoice, amount, day, cause):
        limit = DIFFERENCES[self.invoices[invoice]["currency"]]
        small = cause != "difference" or amount <= limit
        return small and self.can_give(invoice, amount, day)

    def discount(self, invoice, day, reason):
        """The discount that would be granted; 0 where there is none."""
        row = self.invoices[invoice]
        granted = any(
            part["invoice"] == invoice
            and part["released"] is None
            and self.credits[part["credit"]]["kind"] == "discount"
            for part in self.parts.values()
        )
        late = row["until"] is None or day > row["until"]
        if granted or (late and not reason):
            return 0
        # Half-up: percent of the total, in whole units.
        amount = min((row["total"] * row["percent"] + 50) // 100, self.open(invoice))
        return amount if self.can_give(invoice, amount, day) else 0

    # What it changes.

    def allocate(self, pk, credit, invoice, amount):
        eff = self.effective(credit, invoice)
        self.parts[pk] = {
            "credit": credit,
            "invoice": invoice,
            "amount": amount,
            "eff": eff,
            "released": None,
        }
        row = self.invoices[invoice]
        if not self.open(invoice) and self.credits[credit]["cause"] != "loss":
            row["marked"] = False

    def take_back(self, credit, kind, amount, day):
        if kind == "reversal":
            for part in self.parts.values():
                if part["credit"] == credit and part["released"] is None:
                    part["released"] = max(day, part["eff"])
            for row in self.fees():
                if row["credit"] == credit and row["released"] is None:
                    row["released"] = max(day, row["on"])
        self.counters.append(
            {
                "credit": credit,
                "kind": kind,
                "amount": amount,
                "on": day,
                "released": None,
            }
        )
