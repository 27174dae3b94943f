"""The journal of real ledgers: it balances, and agrees with what clients owe."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from billing import facts
from billing.actions import ledger
from billing.bookings import Period, documents_in
from billing.journal import journal, sums_by_account
from billing.models import (
    BankAccount,
    Bill,
    BillingSettings,
    BillVat,
    Credit,
    Invoice,
    VatRate,
)
from billing.rules.money import money, plain, total
from tests import make

pytestmark = pytest.mark.django_db
START, END = date(2026, 1, 1), date(2026, 12, 31)
YEAR = Period(START, END)


@pytest.fixture(autouse=True)
def home(company):
    return company


def bill(number, to, on, rates, kind="invoice", rounding="0", currency="CHF"):
    """A frozen bill of rows (code, net, VAT), with its receivable if it has one."""
    on = make.day(on)
    net = sum(Decimal(row[1]) for row in rates)
    vat = sum(Decimal(row[2]) for row in rates)
    whole = net + vat + Decimal(rounding)
    given = {"net": net, "vat": vat, "rounding": Decimal(rounding), "total": whole}
    made = Bill.objects.create(
        kind=kind,
        number=number,
        key=f"00000000-0000-0000-0000-{len(number):04d}{abs(hash(number)) % 10**8:08d}",
        client=to,
        issued_on=on,
        due_on=on + timedelta(30),
        language="fr",
        currency=currency,
        prices_include_vat=False,
        issuer={},
        buyer={},
        account={},
        **{name: money(amount, currency) for name, amount in given.items()},
    )
    for code, part, tax in rates:
        BillVat.objects.create(
            bill=made,
            code=code,
            category="S",
            percent=Decimal("8.1"),
            currency=currency,
            net=money(part, currency),
            vat=money(tax, currency),
        )
    return made


def receivable(made, number, amount):
    whole = make.money(amount)
    return Invoice.objects.create(
        client=made.client,
        number=number,
        issued_on=made.issued_on,
        due_on=made.due_on,
        deadline_on=made.due_on,
        currency=made.currency,
        total=whole,
        open=whole,
        bill=made,
        instalment=int(number[-1]) if "/" in number else 0,
    )


def rows(period=YEAR):
    return [
        (
            f"{entry.on}",
            entry.document,
            entry.account,
            entry.counter_account,
            plain(entry.amount),
            entry.vat_code,
        )
        for entry in journal(period)
    ]


def test_a_bill_in_instalments_is_booked_once():
    client = make.client("K-1", name="Dupont")
    made = bill("F-1", client, "2026-02-01", [("N", "100", "8.10")], rounding="-0.05")
    receivable(made, "F-1/1", "50.00 CHF")
    receivable(made, "F-1/2", "58.05 CHF")
    assert rows() == [
        ("2026-02-01", "F-1", "1100", "3200", "100.00", "N"),
        ("2026-02-01", "F-1", "1100", "2200", "8.10", "N"),
        ("2026-02-01", "F-1", "3809", "1100", "0.05", ""),
    ]
    [first, *_] = journal(YEAR)
    assert (first.client, first.text) == ("K-1", "Facture · Dupont")
    assert first.booked_at == made.created_at


def test_accounts_are_those_of_the_settings_the_rates_and_the_banks():
    BillingSettings.objects.create(pk=1, receivables_ledger="1101", bank_ledger="1000")
    VatRate.objects.create(code="R", name="reduced", percent=2, sales_ledger="3400")
    post = BankAccount.objects.create(
        name="Post", iban="CH93", currency="CHF", ledger="1010"
    )
    client = make.client()
    made = bill(
        "F-2", client, "2026-02-01", [("R", "100", "2.60"), ("N", "10", "0.81")]
    )
    invoice = receivable(made, "F-2", "113.41 CHF")
    make.payment("13.41 CHF", on="2026-02-02", to=invoice)
    Credit.objects.create(
        client=client,
        kind="payment",
        number="Z-X",
        dated_on=date(2026, 2, 3),
        currency="CHF",
        amount=make.money("50.00 CHF"),
        unallocated=make.money("50.00 CHF"),
        charges=Decimal("1.50"),
        account=post,
    )
    found = [row[2:5] for row in rows()]
    assert found[0] == ("1101", "3200", "10.00")
    assert found[2] == ("1101", "3400", "100.00")
    assert found[4:] == [
        ("1000", "1101", "13.41"),
        ("1010", "1101", "48.50"),
        ("6940", "1101", "1.50"),
    ]


def test_a_discount_takes_its_share_of_the_vat_and_gives_it_back():
    client = make.client()
    made = bill("F-3", client, "2026-02-01", [("N", "100", "8.10")])
    invoice = receivable(made, "F-3", "108.10 CHF")
    given = make.credit(
        "2.16 CHF",
        of=client,
        on="2026-02-08",
        kind="discount",
        to={invoice: "2.16 CHF"},
    )
    wanted = [
        ("2026-02-08", given.number, "3800", "1100", "2.00", "N"),
        ("2026-02-08", given.number, "2200", "1100", "0.16", "N"),
    ]
    assert rows()[-2:] == wanted
    back = ledger.reverse_credit(given, date(2026, 2, 9), "too late")
    assert rows()[-4:] == [
        *wanted,
        ("2026-02-09", back.number, "1100", "3800", "2.00", "N"),
        ("2026-02-09", back.number, "1100", "2200", "0.16", "N"),
    ]


def test_a_reversal_mirrors_on_its_own_day_what_it_takes_back():
    invoice = make.invoice("80.00 CHF", issued="2026-02-01", due="2026-03-01")
    paid = make.payment("80.00 CHF", on="2026-02-10", to=invoice)
    ledger.reverse_credit(paid, date(2026, 3, 5), "bounced")
    assert rows(Period(date(2026, 3, 1), END)) == [
        ("2026-03-05", paid.counter_entries.get().number, "1100", "1020", "80.00", "")
    ]


def test_the_period_and_the_currency_narrow_it():
    make.invoice("10.00 CHF", issued="2026-01-31", number="JAN")
    make.invoice("20.00 CHF", issued="2026-02-01", number="FEB")
    make.invoice("30.00 EUR", issued="2026-02-28", number="EUR", due="2026-03-28")
    february = Period(date(2026, 2, 1), date(2026, 2, 28))
    assert [row[1] for row in rows(february)] == ["FEB", "EUR"]
    assert documents_in(february) == 2
    euro = Period(START, END, "EUR")
    assert [row[1] for row in rows(euro)] == ["EUR"]


def random_ledger(seed):
    """A hundred movements as people make them, refusals of the ledger left out."""
    dice = random.Random(seed)
    clients = [make.client() for _ in range(3)]
    for n in range(40):
        act(dice, dice.choice(clients), START + timedelta(dice.randrange(300)), n)


def act(dice, client, on, n):
    code = dice.choice(["CHF", "EUR", "JPY"])
    amount = money(Decimal(dice.randint(100, 99999)) / 100, code)
    kind = dice.choice(["bill", "foreign", "credit_note", "settle", "settle", "back"])
    if kind == "bill":
        net = [("N", dice.randint(1, 999), dice.randint(0, 80)), ("R", 7, 1)]
        made = bill(f"F-{n}", client, on, net, currency=code)
        receivable(made, f"F-{n}", f"{plain(made.total)} {code}")
    elif kind == "foreign":
        make.invoice(f"{plain(amount)} {code}", to=client, issued=on, due=on)
    elif kind == "credit_note":
        made = bill(f"CN-{n}", client, on, [("N", 100, 8)], "credit_note", "0", code)
        note = make.credit(
            f"{plain(made.total)} {code}", of=client, on=on, kind="credit_note"
        )
        Credit.objects.filter(pk=note.pk).update(unallocated=note.unallocated)
    elif kind == "settle":
        settle(dice, client, on)
    elif last := Credit.objects.filter(client=client, counter_entries=None).first():
        day = max(
            on, last.dated_on, *(a.effective_on for a in last.allocations.all()), START
        )
        ledger.reverse_credit(last, day, "wrong")


def settle(dice, client, on):
    invoice = Invoice.objects.filter(client=client, open__gt=0).order_by("pk").first()
    if invoice is None:
        return
    part = money(invoice.open.amount / dice.randint(1, 3), invoice.currency)
    kind = dice.choice(["payment", "write_off", "discount"])
    text = f"{plain(part)} {invoice.currency}"
    made = make.credit(text, of=client, on=on, kind=kind, to={invoice: text})
    extra = make.credit(text, of=client, on=on)
    if kind == "payment":
        ledger.refund(extra, money(extra.amount, extra.currency), on)
    assert made.unallocated.amount == 0


@pytest.mark.parametrize("seed", range(6))
def test_debit_is_credit_and_receivables_are_what_clients_owe(seed):
    random_ledger(seed)
    assert Invoice.objects.aggregate(n=Sum("id"))["n"]
    found = list(journal(YEAR))
    for code in ("CHF", "EUR", "JPY"):
        sums = [sums for sums in sums_by_account(found) if sums.currency == code]
        assert total((s.balance for s in sums), code).amount == 0
        assert total((s.debit for s in sums), code).amount > 0
    for day in (date(2026, 5, 1), date(2026, 8, 15), END):
        sums = {
            sums.currency: sums.balance
            for sums in sums_by_account(journal(Period(START, day)))
            if sums.account == "1100"
        }
        owed = defaultdict(Decimal)
        for (_client, code), balance in facts.balances(day).items():
            owed[code] += balance.amount
        assert {code: sum_.amount for code, sum_ in sums.items()} == dict(owed)
    by_day = [entry.on for entry in found]
    assert by_day == sorted(by_day)


def test_queries_do_not_grow_with_the_movements(django_assert_max_num_queries):
    for _ in range(30):
        make.payment("1.00 CHF", on="2026-02-02", to=make.invoice(issued="2026-02-01"))
    with django_assert_max_num_queries(22):
        assert len(list(journal(YEAR))) == 60
