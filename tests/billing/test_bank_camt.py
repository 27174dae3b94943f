"""What is read of a camt.053 or camt.054 file, in every version of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.money import plain
from tests.billing.bank_files.camt import IBAN, Account, Booked, Paid, camt

QRR = "210000000003139471430009017"
VERSIONS = [(k, v) for k in ("053", "054") for v in range(2, 14)]


def read(*accounts, kind="053", version=4):
    return read_bank_file(camt(*accounts, kind=kind, version=version), "f.xml", None)


def one(*entries, **account):
    (statement,) = read(Account(list(entries), **account))
    return statement


def amounts(statement):
    return [plain(t.amount) for t in statement.transactions]


def notes(statement):
    return {n.code: n.values["count"] for n in statement.notes}


@pytest.mark.parametrize(("kind", "version"), VERSIONS)
def test_every_version_says_the_same(kind, version):
    batch = Booked(
        "350.50",
        [
            Paid(
                "250.00",
                "Käser & Söhne AG",
                "CH9300762011623852957",
                reference="21 00000 00003 13947 14300 09017",
                bank_reference="TX-0001-0000001",
            ),
            Paid(
                "100.50",
                "Anouk Berset",
                text=["Rechnung F-2026-0007", "besten Dank"],
                end_to_end="F-2026-0007",
                bank_reference="TX-0001-0000002",
            ),
        ],
        bank_reference="ENTRY-0000000001",
        value_on="2026-03-17",
    )
    spent = Booked("20.00", debit=True, bank_reference="ENTRY-0000000002", text="Fee")
    account = Account([batch, spent], opening="1000.00", closing="1330.50")
    (statement,) = read(account, kind=kind, version=version)
    assert (statement.form, statement.iban) == (f"camt.{kind}.001.{version:02}", IBAN)
    assert plain(statement.opening) == "1000.00"
    assert plain(statement.closing) == "1330.50"
    first, second, third = statement.transactions
    assert (plain(first.amount), first.reference) == ("250.00", QRR)
    assert (first.name, first.iban) == ("Käser & Söhne AG", "CH9300762011623852957")
    assert (first.booked_on, first.value_on) == (date(2026, 3, 16), date(2026, 3, 17))
    assert second.text == "Rechnung F-2026-0007 besten Dank"
    assert second.end_to_end == "F-2026-0007"
    assert (plain(third.amount), third.text) == ("-20.00", "Fee")


def test_several_accounts_and_an_account_without_iban():
    found = read(
        Account([Booked("1.00")], iban="DE89370400440532013000", currency="EUR"),
        Account([Booked("2.00")], other="01-1234-5", currency="CHF"),
    )
    assert [(s.iban, s.currency, amounts(s)) for s in found] == [
        ("DE89370400440532013000", "EUR", ["1.00"]),
        ("01-1234-5", "CHF", ["2.00"]),
    ]


def test_an_entry_without_payments_stands_for_itself():
    (found,) = one(Booked("12.00", text="Gutschrift")).transactions
    assert (plain(found.amount), found.text, found.count) == ("12.00", "Gutschrift", 1)


def test_a_batch_of_which_only_the_sum_is_told_counts_its_payments():
    statement = one(Booked("12.00", count=14))
    assert [t.count for t in statement.transactions] == [14]
    assert notes(statement) == {"batch": 1}


@pytest.mark.parametrize(
    "payments",
    [[Paid("7.00"), Paid("4.00")], [Paid("7.00"), Paid("5.00", without_amount=True)]],
    ids=["other sum", "no amount"],
)
def test_a_batch_whose_payments_do_not_come_to_it_stays_whole(payments):
    statement = one(Booked("12.00", payments))
    assert amounts(statement) == ["12.00"]
    assert [t.count for t in statement.transactions] == [2]
    assert notes(statement) == {"whole": 1}


def test_payments_out_of_a_batch_may_go_the_other_way():
    batch = Booked("8.00", [Paid("10.00"), Paid("2.00", debit=True)])
    assert amounts(one(batch)) == ["10.00", "-2.00"]


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
@pytest.mark.parametrize("version", [2, 8])
def test_what_is_only_announced_is_left_out(status, version):
    account = Account([Booked("5.00", status=status), Booked("6.00")])
    (statement,) = read(account, version=version)
    assert amounts(statement) == ["6.00"]
    assert notes(statement) == {"pending": 1}


def test_an_amount_of_nothing_is_left_out():
    statement = one(Booked("0.00"), Booked("0.00"), Booked("1.00"))
    assert amounts(statement) == ["1.00"]
    assert notes(statement) == {"nothing": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("NOTPROVIDED", ""), ("notprovided", ""), ("0000", ""), ("F-1", "F-1")],
)
def test_an_end_to_end_id_that_is_none(text, expected):
    (found,) = one(Booked("1.00", [Paid("1.00", end_to_end=text)])).transactions
    assert found.end_to_end == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("QRR", "21 00000 00003 13947 14300 09017", QRR),
        ("ISR Reference", "313947143000901", "000000000000313947143000901"),
        ("SCOR", "rf18 5390 0754 7034", "RF18539007547034"),
        ("SCOR", "Rechnung 12", "Rechnung 12"),
        ("QRR", "0" * 27, ""),
    ],
)
def test_a_reference_has_one_form(kind, text, expected):
    paid = Paid("1.00", reference=text, kind=kind)
    (found,) = one(Booked("1.00", [paid])).transactions
    assert found.reference == expected


@pytest.mark.parametrize("version", [2, 4])
def test_charges_that_were_kept_back(version):
    paid = Paid("100.00", charges="2.00")
    account = Account([Booked("98.00", [paid])], opening="0.00", closing="98.00")
    (statement,) = read(account, version=version)
    (found,) = statement.transactions
    assert [plain(x) for x in (found.amount, found.charges, found.paid)] == [
        "98.00",
        "2.00",
        "100.00",
    ]


def test_what_was_sent_tells_the_charges_too():
    paid = Paid("98.00", instructed="100.00")
    (found,) = one(Booked("98.00", [paid])).transactions
    assert plain(found.paid) == "100.00"


def test_charges_that_were_booked_elsewhere_are_not_kept_back():
    (found,) = one(Booked("98.00", [Paid("98.00", charges="2.00")])).transactions
    assert plain(found.charges) == "0.00"


def test_charges_of_each_payment_of_a_batch():
    payments = [Paid("50.00", charges="0.50"), Paid("30.00", charges="0.25")]
    found = one(Booked("79.25", payments)).transactions
    assert [plain(t.paid) for t in found] == ["50.00", "30.00"]
    assert sum(t.amount.amount for t in found) == Decimal("79.25")


def test_charges_of_a_batch_are_a_movement_of_their_own():
    statement = one(
        Booked("79.10", [Paid("50.00"), Paid("30.00")], charges="0.90", text="Fees"),
        opening="10.00",
        closing="89.10",
    )
    assert amounts(statement) == ["50.00", "30.00", "-0.90"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-16", date(2026, 3, 16)),
        ("2026-03-16+01:00", date(2026, 3, 16)),
        ("2026-03-16Z", date(2026, 3, 16)),
    ],
)
def test_a_day_is_the_one_the_bank_writes(day, expected):
    (found,) = one(Booked("1.00", booked_on=day)).transactions
    assert found.booked_on == expected


def test_a_text_is_on_one_line_without_what_cannot_be_seen():
    paid = Paid("1.00", text=["F-1 \u202e\u200b und", "\n   F-2 "], name=" Nord  AG")
    (found,) = one(Booked("1.00", [paid])).transactions
    assert (found.text, found.name) == ("F-1 und F-2", "Nord AG")


def test_long_texts_are_cut_to_their_place():
    paid = Paid("1.00", text=["x" * 140] * 9, name="n" * 300, end_to_end="e" * 99)
    (found,) = one(Booked("1.00", [paid])).transactions
    assert (len(found.text), len(found.name), len(found.end_to_end)) == (500, 140, 40)


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_currencies_with_other_decimals(currency):
    amount = {"JPY": "1200", "KWD": "1.234"}[currency]
    assert amounts(one(Booked(amount), currency=currency)) == [amount]


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (Account([Booked("1.005")]), "amount"),
        (Account([Booked("1e5")]), "amount"),
        (Account([Booked("1000000000000.00")]), "amount"),
        (Account([Booked("1.00", booked_on="2026-02-30")]), "date"),
        (Account([Booked("1.00", booked_on="0001-01-01")]), "date"),
        (Account([Booked("1.00")], currency="XXX"), "currency"),
        (Account([Booked("1.00")], iban=""), "account"),
        (Account([Booked("1.00")], opening="1.00", closing="3.00"), "balance"),
    ],
)
def test_what_cannot_be_read_refuses_the_file(account, code):
    with pytest.raises(BankFileRefusal) as refused:
        read(account)
    assert refused.value.code == code
