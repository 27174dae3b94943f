"""Every identity of a statement, on ledgers nobody thought of (domain §1, §2)."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from moneyed import Money

from billing.rules.items import Movement, OpenItem
from billing.rules.money import decimals, plain, total, zero
from statements.rules.building import build_statement
from statements.rules.continuity import corrections
from statements.rules.figures import statement_figures
from statements.rules.statement import Allotment, Extract

FIRST = date(2026, 1, 1)
days = st.integers(0, 89).map(lambda n: FIRST + timedelta(days=n))
amounts = st.builds(
    lambda units, code: Money(Decimal(units).scaleb(-decimals(code)), code),
    st.integers(1, 999_999),
    st.sampled_from(["CHF", "JPY", "KWD"]),
)
CREDITS = st.sampled_from(["payment", "credit_note", "write_off"])


class Ledger:
    """Dated movements and allocations of one client, in memory."""

    def __init__(self):
        self.movements, self.invoices, self.allocations, self.credits = [], [], [], []

    def balance(self, on):
        sums = {}
        for movement in self.movements:
            if movement.date <= on:
                code = movement.amount.currency.code
                sums[code] = sums.get(code, zero(code)) + movement.amount
        return sums

    def extract(self, start, end):
        items = [
            OpenItem(
                pk, number, 1, money.currency.code, issued, due, money, money - put
            )
            for pk, (number, issued, due, money) in enumerate(self.invoices)
            if issued <= end
            for put in [self.settled(pk, end, money.currency.code)]
            if money != put or issued >= start
        ]
        left, allotments, taken_back = {}, {}, {}
        for credit, (on, money, taken) in enumerate(self.credits):
            code = money.currency.code
            if on <= end:
                allotments[f"C{credit}"] = self.allotments(credit, end, code)
                taken_back[f"C{credit}"] = total(
                    (a for day, a in taken if day <= end), code
                )
                used = total(
                    (
                        a
                        for c, _i, eff, a in self.allocations
                        if c == credit and eff <= end
                    ),
                    code,
                )
                back = total((a for day, a in taken if day <= end), code)
                left[code] = left.get(code, zero(code)) + money - used - back
        inside = [m for m in self.movements if start <= m.date <= end]
        return Extract(
            self.balance(start - timedelta(days=1)),
            self.balance(end),
            inside,
            items,
            left,
            allotments=allotments,
            taken=taken_back,
        )

    def allotments(self, credit, on, code):
        sums = {}
        for c, invoice, eff, part in self.allocations:
            if c == credit and eff <= on:
                sums[invoice] = sums.get(invoice, zero(code)) + part
        return [Allotment(f"I{i}", part) for i, part in sums.items() if part]

    def settled(self, invoice, on, code):
        return total(
            (a for _c, i, eff, a in self.allocations if i == invoice and eff <= on),
            code,
        )

    def statement(self, start, end, kind="activity", unpaid_only=False):
        return build_statement(
            self.extract(start, end),
            start=start,
            end=end,
            kind=kind,
            unpaid_only=unpaid_only,
            currency="CHF",
        )


@st.composite
def histories(draw):
    """A ledger after each booking, in the order in which they were booked."""
    ledger = Ledger()
    after = [deepcopy(ledger)]
    for is_invoice in draw(st.lists(st.booleans(), max_size=10)):
        if is_invoice:
            add_invoice(draw, ledger, len(ledger.invoices))
        else:
            add_credit(draw, ledger, len(ledger.credits))
        after.append(deepcopy(ledger))
    return after


ledgers = histories().map(lambda after: after[-1])


def add_invoice(draw, ledger, number):
    amount, on = draw(amounts), draw(days)
    due = on + timedelta(days=draw(st.integers(0, 40)))
    ledger.invoices.append((f"I{number}", on, due, amount))
    ledger.movements.append(Movement(on, "invoice", f"I{number}", amount))


def add_credit(draw, ledger, number):
    amount, on, kind = draw(amounts), draw(days), draw(CREDITS)
    ledger.movements.append(Movement(on, kind, f"C{number}", -amount))
    ledger.credits.append((on, amount, []))
    left = amount
    for invoice, (_n, issued, _d, whole) in enumerate(ledger.invoices):
        if whole.currency != amount.currency or not draw(st.booleans()):
            continue
        open_ = whole - ledger.settled(invoice, date.max, whole.currency.code)
        if part := min(left, open_):
            ledger.allocations.append((number, invoice, max(on, issued), part))
            left -= part
    after = on + timedelta(days=draw(st.integers(0, 30)))
    fate = draw(st.sampled_from(["keep", "refund", "charge", "released", "reversal"]))
    if fate == "reversal":
        release(ledger, number, after)
        left = amount
    if fate == "released" and left:
        # Fees that were paid with it, and are owed again later.
        later = after + timedelta(days=draw(st.integers(0, 30)))
        ledger.credits[-1][2].extend([(after, left), (later, -left)])
        ledger.movements += [
            Movement(after, "charge", f"R{number}", left, "R-1", of=kind),
            Movement(later, "charge", f"S{number}", -left, "R-1", of=kind),
        ]
    elif fate != "keep" and left:
        ledger.credits[-1][2].append((after, left))
        ledger.movements.append(Movement(after, fate, f"R{number}", left, of=kind))


def release(ledger, number, on):
    for credit, invoice, eff, part in list(ledger.allocations):
        if credit == number:
            ledger.allocations.append((credit, invoice, max(eff, on), -part))


periods = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))


@settings(max_examples=150, deadline=None)
@given(ledgers, periods)
def test_opening_and_lines_are_closing_are_open_items_less_credits_are_ageing(
    ledger, period
):
    for section in ledger.statement(*period).sections:
        code = section.currency
        assert (
            section.opening + total((line.amount for line in section.lines), code)
            == section.closing
        )
        assert section.open - section.unallocated == section.closing
        assert (
            total(section.ageing.buckets.values(), code) - section.unallocated
            == section.closing
        )
        assert section.closing - section.opening == (
            section.invoiced
            + section.refunded
            + section.charged
            - section.credited
            - section.paid
            - section.written_off
        )


@settings(max_examples=100, deadline=None)
@given(ledgers, st.lists(days, min_size=3, max_size=5, unique=True).map(sorted))
def test_each_opening_is_the_closing_before(ledger, cuts):
    before = {}
    for first, following in pairwise(cuts):
        sections = ledger.statement(first + timedelta(days=1), following).sections
        for section in sections:
            assert section.opening == before.get(section.currency, section.opening)
        before = {s.currency: s.closing for s in sections}


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_i11_each_opens_with_what_was_told_and_names_what_was_booked_since(
    history, data
):
    """I10–I12, 4.3: whatever is booked, with whatever day, between statements."""
    some = st.integers(0, len(history) - 1)
    cuts = data.draw(st.lists(days, min_size=3, max_size=5, unique=True).map(sorted))
    told, before = {}, history[0]
    for position, (first, end) in enumerate(pairwise(cuts)):
        start = first + timedelta(days=1)
        now = history[max(data.draw(some), history.index(before))]
        late = [m for m in now.movements[len(before.movements) :] if m.date < start]
        extract = now.extract(start, end)
        if position:
            extract = replace(
                extract,
                opening=told,
                corrections=corrections(
                    told, extract.opening, late, first, merged=False
                ),
            )
        statement = build_statement(
            extract,
            start=start,
            end=end,
            kind="activity",
            unpaid_only=False,
            currency="CHF",
        )
        named = []
        for section in statement.sections:
            code = section.currency
            if position:
                assert section.opening == told.get(code, zero(code))
                assert section.opening + total(
                    (line.amount for line in section.corrections), code
                ) == now.balance(first).get(code, zero(code))
            assert section.closing == now.balance(end).get(code, zero(code))
            named += [line.number for line in section.corrections]
        assert sorted(named) == sorted(m.number for m in late if position)
        told = {s.currency: s.closing for s in statement.sections}
        before = now


@settings(max_examples=100, deadline=None)
@given(ledgers, periods)
def test_i16_a_payment_is_one_line_and_its_parts_are_its_amount(ledger, period):
    end = period[1]
    for section in ledger.statement(*period).sections:
        code = section.currency
        for line in section.lines:
            if not line.number.startswith("C"):
                assert (line.allotments, line.unallocated) == ((), None)
                continue
            _on, amount, taken = ledger.credits[int(line.number[1:])]
            parts = total((part.amount for part in line.allotments), code)
            back = total((a for day, a in taken if day <= end), code)
            assert parts + back + (line.unallocated or zero(code)) == amount


@settings(max_examples=100, deadline=None)
@given(ledgers, periods)
def test_what_is_listed_changes_no_total(ledger, period):
    whole = ledger.statement(*period)
    for other in (
        ledger.statement(*period, unpaid_only=True),
        ledger.statement(*period, kind="open-items"),
    ):
        for one, two in zip(whole.sections, other.sections, strict=True):
            assert (
                one.opening,
                one.closing,
                one.unallocated,
                one.lines,
                one.ageing,
            ) == (
                two.opening,
                two.closing,
                two.unallocated,
                two.lines,
                two.ageing,
            )
            assert two.open + two.earlier.open == one.open
            assert all(item.open for item in two.items)


@settings(max_examples=50, deadline=None)
@given(ledgers, periods)
def test_figures_have_the_decimals_of_their_currency(ledger, period):
    for section in statement_figures("K", ledger.statement(*period))["sections"]:
        digits = decimals(section["currency"])
        for name in ("opening", "closing", "paid", "unallocated"):
            assert len(section[name].partition(".")[2]) == digits
        assert plain(zero(section["currency"])) == section["earlier"]["open"]
