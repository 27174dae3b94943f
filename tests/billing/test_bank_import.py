"""A bank's file is read whole or refused with its reason; nothing is kept twice (F58)."""

from __future__ import annotations

import pytest

from billing.actions.bank import Source, keep_bank_file
from billing.models import BankAccount, BankEntry, BankFile, Credit
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.money import plain
from tests.billing import banking
from tests.billing.bank_files.camt import Account, camt

pytestmark = pytest.mark.django_db
State = BankEntry.State


def states():
    rows = BankEntry.objects.order_by("pk")
    return [(plain(row.amount), row.state) for row in rows]


def test_the_companys_own_account_is_made_with_its_first_file(company):
    file = banking.read(banking.came("120.00", name="Dupont SA", text=["F-7"]))
    account = BankAccount.objects.get()
    assert (account.iban, account.currency) == (banking.OWN, "CHF")
    assert account.on_invoices
    entry = file.entries.get()
    assert (entry.name, entry.text, entry.account) == ("Dupont SA", "F-7", account)
    assert (plain(entry.amount), entry.state) == ("120.00", State.WAITING)
    assert (file.opening, file.closing) == (1000, 1120)
    assert (file.first_on, file.last_on) == (banking.ago(7), banking.ago(0))


def test_nothing_is_booked_by_reading(company):
    invoice = banking.invoice()
    banking.read(banking.came(of=invoice))
    invoice.refresh_from_db()
    assert plain(invoice.open) == "100.00"
    assert not Credit.objects.exists()


def test_the_same_file_is_read_once(company):
    content = banking.statement(banking.came())
    keep_bank_file(Source("a.xml", content))
    with pytest.raises(BankFileRefusal) as refusal:
        keep_bank_file(Source("b.xml", content))
    assert refusal.value.code == "known"
    assert BankFile.objects.count() == BankEntry.objects.count() == 1


def test_entries_of_overlapping_files_are_kept_once(company):
    one, two, three = (banking.came(ref=f"R{n}", on=n) for n in (3, 2, 1))
    banking.read(one, two)
    file = banking.read(two, three, opening="1100.00")
    assert (file.found, file.known_before) == (2, 1)
    assert [entry.bank_reference for entry in file.entries.all()] == ["R1"]
    assert BankEntry.objects.count() == 3


def test_two_equal_payments_of_a_day_are_two(company):
    file = banking.read(banking.came(name="Dupont"), banking.came(name="Dupont"))
    assert file.entries.count() == 2


def test_a_file_of_two_accounts_is_kept_for_each_or_for_none(company):
    banking.account()
    given = (banking.ago(0).isoformat(),)
    content = camt(
        *(
            Account(
                [banking.came(name=iban)],
                opening="0.00",
                closing="100.00",
                iban=iban,
                day=given[0],
            )
            for iban in (banking.OWN, banking.OTHER)
        )
    )
    with pytest.raises(BankFileRefusal) as refusal:
        keep_bank_file(Source("two.xml", content))
    assert refusal.value.values["iban"] == banking.OTHER
    assert not BankFile.objects.exists()
    banking.account(banking.OTHER, name="UBS")
    files = keep_bank_file(Source("two.xml", content))
    assert [file.account.iban for file in files] == [banking.OWN, banking.OTHER]
    with pytest.raises(BankFileRefusal):
        keep_bank_file(Source("two.xml", content))


def test_money_out_is_set_aside_unless_it_may_take_something_back(company):
    banking.read(
        banking.came("80.00", ref="R1"),
        banking.went("10.00", ref="R2", name="Landlord"),
        banking.went("80.00", ref="R1"),
        banking.went("30.00", ref="R3", reversal=True),
    )
    assert states() == [
        ("80.00", State.WAITING),
        ("-10.00", State.IGNORED),
        ("-80.00", State.WAITING),
        ("-30.00", State.WAITING),
    ]
    assert BankEntry.objects.get(state=State.IGNORED).note


REFUSED = [
    ({"closing": "1100.01"}, "1’000.00", "1’100.00", "1’100.01"),
    ({"iban": banking.OTHER}, banking.OTHER),
    ({"currency": "EUR"}, "EUR"),
]


@pytest.mark.parametrize(("given", "told"), [(g, told) for g, *told in REFUSED])
def test_a_refused_file_keeps_nothing_and_says_why(desk, given, told):
    banking.account()
    content = banking.statement(banking.came(), **given)
    page = desk.post("/bank/", banking.uploaded(content))
    [error] = page.context["form"].errors["file"]
    assert all(text in error for text in told), error
    assert not BankFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"PK\x03\x04zip", "packed"),
        (b"\x1f\x8b\x08gz", "packed"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "entities"),
        (banking.statement()[:-40], "damaged"),
    ],
)
def test_what_is_no_bank_file_is_refused_at_its_field(desk, content, told):
    page = desk.post("/bank/", banking.uploaded(content))
    assert told in page.context["form"].errors["file"][0]
    assert not BankFile.objects.exists()


def test_an_unknown_account_can_be_added_with_one_click(desk):
    content = banking.statement(banking.came(), iban=banking.OTHER)
    page = desk.post("/bank/", banking.uploaded(content))
    assert page.context["missing"] == f"iban={banking.OTHER}&currency=CHF"


def test_a_file_read_before_is_told_with_day_and_person(desk, accountant):
    content = banking.statement(banking.came())
    first = desk.post("/bank/", banking.uploaded(content))
    page = desk.post("/bank/", banking.uploaded(content, "again.xml"))
    file = BankFile.objects.get()
    assert first.url == f"/bank/{file.pk}/"
    assert "anna" in page.context["form"].errors["file"][0]
    assert f'href="/bank/{file.pk}/"' in page.content.decode()


def test_a_file_above_the_limit_is_refused(desk, settings):
    settings.UPLOAD_LIMIT = 100
    page = desk.post("/bank/", banking.uploaded(banking.statement(banking.came())))
    assert "larger" in page.context["form"].errors["file"][0]


def test_the_name_of_a_file_is_cleaned(desk):
    name = "../\u202eevil\nname.xml"
    desk.post("/bank/", banking.uploaded(banking.statement(banking.came()), name))
    kept = BankFile.objects.get().name
    assert "/" not in kept
    assert kept.isprintable()
