"""Statements are proven by their balances, whatever their signs and pages."""

from __future__ import annotations

from datetime import date

import pytest

from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.money import money, plain
from tests.billing.bank_files.camt import Account, Booked, Paid, camt


def read(*accounts, kind="053", version=4):
    return read_bank_file(camt(*accounts, kind=kind, version=version), "f.xml", None)


def one(*accounts, **values):
    (statement,) = read(*accounts, **values)
    return statement


def amounts(statement):
    return [plain(t.amount) for t in statement.transactions]


def notes(statement):
    return {n.code: n.values["count"] for n in statement.notes}


def test_what_does_not_add_up_says_by_how_much():
    account = Account([Booked("5.00")], opening="10.00", closing="16.00")
    with pytest.raises(BankFileRefusal) as refused:
        read(account)
    assert refused.value.values == {
        "opening": money("10.00", "CHF"),
        "found": money("15.00", "CHF"),
        "closing": money("16.00", "CHF"),
        "iban": account.iban,
    }


def test_an_overdrawn_account():
    account = Account([Booked("5.00")], opening="-10.00", closing="-5.00")
    assert plain(one(account).opening) == "-10.00"


RETURNED = {"reversal": True, "payments": [Paid("40.00", "Nord AG", reason="AC04")]}


@pytest.mark.parametrize(
    ("debit", "flipped"), [(True, {}), (False, {"flipped": 1})], ids=["ISO", "other"]
)
def test_a_reversal_has_the_sign_that_the_balances_prove(debit, flipped):
    returned = Booked("40.00", debit=debit, **RETURNED)
    account = Account([Booked("100.00"), returned], opening="0.00", closing="60.00")
    statement = one(account)
    assert amounts(statement) == ["100.00", "-40.00"]
    assert [t.is_reversal for t in statement.transactions] == [False, True]
    assert notes(statement) == flipped


def test_a_reversal_that_no_sign_makes_right_refuses_the_file_as_it_stands():
    returned = Booked("40.00", debit=True, **RETURNED)
    with pytest.raises(BankFileRefusal) as refused:
        read(Account([returned], opening="0.00", closing="30.00"))
    assert plain(refused.value.values["found"]) == "-40.00"


def test_without_balances_a_reversal_is_signed_as_booked():
    returned = Booked("40.00", debit=True, **RETURNED)
    assert amounts(one(Account([returned]), kind="054")) == ["-40.00"]


def test_a_payment_that_goes_back_names_who_paid_it_and_why():
    returned = Booked("40.00", debit=True, **RETURNED)
    (found,) = one(Account([returned])).transactions
    assert (found.name, found.text) == ("Nord AG", "AC04")


@pytest.mark.parametrize("family", ["RRTN", "UPDD", "PRDD"])
def test_the_codes_of_returns_are_reversals_too(family):
    (found,) = one(Account([Booked("40.00", debit=True, family=family)])).transactions
    assert found.is_reversal


def test_a_reason_of_return_makes_a_reversal():
    paid = Paid("40.00", reason="AM04")
    (found,) = one(Account([Booked("40.00", [paid], debit=True)])).transactions
    assert found.is_reversal


@pytest.mark.parametrize(
    "balances",
    [
        [("PRCD", "10.00", "2026-03-13"), ("CLBD", "15.00", "2026-03-16")],
        [("OPBD/INTM", "10.00", "2026-03-16"), ("CLBD/INTM", "15.00", "2026-03-16")],
        [("ITBD", "10.00", "2026-03-16"), ("CLBD", "15.00", "2026-03-16")],
        [("OPBD", "10.00", "2026-03-16"), ("ITBD", "15.00", "2026-03-16")],
        [("ITBD", "10.00", "2026-03-16"), ("ITBD", "15.00", "2026-03-16")],
        [
            ("CLBD", "15.00", "2026-03-16"),
            ("CLAV", "9.00", "2026-03-16"),
            ("FWAV", "8.00", "2026-03-17"),
            ("PRCD", "99.00", "2026-03-12"),
            ("OPBD", "10.00", "2026-03-16"),
        ],
        [
            ("OPBD", "10.00", "2026-03-16"),
            ("CLBD", "12.00", "2026-03-16"),
            ("OPBD", "12.00", "2026-03-17"),
            ("CLBD", "15.00", "2026-03-17"),
        ],
    ],
)
def test_the_first_and_the_last_of_several_balances(balances):
    statement = one(Account([Booked("5.00")], balances=balances))
    assert [plain(x) for x in (statement.opening, statement.closing)] == [
        "10.00",
        "15.00",
    ]


def test_one_balance_alone_proves_nothing():
    statement = one(
        Account([Booked("5.00")], balances=[("ITBD", "9.00", "2026-03-16")])
    )
    assert (statement.opening, statement.closing) == (None, None)


DAYS = [
    Account([Booked("5.00")], opening="10.00", closing="15.00", day="2026-03-16"),
    Account([Booked("7.00")], opening="15.00", closing="22.00", day="2026-03-17"),
    Account([], opening="22.00", closing="22.00", day="2026-03-18"),
]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_the_days_of_an_account_are_one_statement(order):
    statement = one(*(DAYS[n] for n in order))
    assert sorted(amounts(statement)) == ["5.00", "7.00"]
    assert plain(statement.opening) == "10.00"
    assert plain(statement.closing) == "22.00"
    assert statement.notes == []


def test_a_day_that_is_missing_between_two_is_told_of():
    statement = one(
        DAYS[0], Account([Booked("9.00")], opening="22.00", closing="31.00")
    )
    assert amounts(statement) == ["5.00", "9.00"]
    assert (statement.opening, plain(statement.closing)) == (None, "31.00")
    assert notes(statement) == {"gap": 2}


def test_each_day_must_add_up_by_itself():
    wrong = [
        Account([Booked("5.00")], opening="10.00", closing="16.00"),
        Account([Booked("7.00")], opening="16.00", closing="22.00"),
    ]
    with pytest.raises(BankFileRefusal):
        read(*wrong)


def test_a_statement_that_is_in_the_file_twice_is_read_once():
    statement = one(DAYS[0], DAYS[0], DAYS[1])
    assert amounts(statement) == ["5.00", "7.00"]
    assert notes(statement) == {"repeated": 1}


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-03-20T23:59:59", date(2026, 3, 20)),
        ("2026-03-21T00:00:00", date(2026, 3, 20)),
        ("2026-04-30T23:59:59", date(2026, 3, 31)),
    ],
    ids=["end of the day", "midnight after", "later than the file"],
)
def test_the_days_told_of(end, expected):
    account = Account([Booked("5.00")], first_on="2026-03-16", last_on="2026-03-20")
    content = camt(account).replace(b"2026-03-20T23:59:59", end.encode())
    (statement,) = read_bank_file(content, "f.xml", None)
    assert (statement.first_on, statement.last_on) == (date(2026, 3, 16), expected)
