"""The work list: accept, split, set aside, take up again; one decision each."""

from __future__ import annotations

import pytest

from billing.audit import audit
from billing.models import BankEntry, Credit
from billing.rules.money import plain
from tests import make
from tests.billing import banking

pytestmark = pytest.mark.django_db
State = BankEntry.State


@pytest.fixture
def dupont(company):
    return make.client("D-1", name="Dupont SA")


@pytest.fixture
def old(dupont):
    return banking.invoice("100.00 CHF", "F-2026-0001", to=dupont, due=20)


@pytest.fixture
def new(dupont, old):
    return banking.invoice("250.00 CHF", "F-2026-0002", to=dupont, due=10)


@pytest.fixture
def entry(company):
    """130.00 that nobody can tell what it is for."""
    banking.read(banking.came("130.00", name="D.", text=["merci"], ref="R1"))
    return BankEntry.objects.get()


def accept(desk, entry, client, parts, **more):
    form = {"client": client.pk} | {f"part_{i.pk}": p for i, p in parts.items()} | more
    return desk.post(f"/bank/entries/{entry.pk}/accept/", form)


def test_an_entry_is_split_over_the_invoices_of_a_client(
    desk, accountant, dupont, old, new, entry
):
    accept(desk, entry, dupont, {old: "100.00", new: "20.00"})
    entry.refresh_from_db()
    credit = entry.credit
    assert (entry.state, entry.client) == (State.BOOKED, dupont)
    assert entry.decided_by == accountant
    assert (plain(credit.amount), plain(credit.unallocated)) == ("130.00", "10.00")
    assert (credit.dated_on, credit.account) == (entry.value_on, entry.account)
    assert (credit.import_key, credit.reference) == (f"bank:{entry.pk}", "merci")
    assert list(audit()) == []


def test_the_second_of_two_clicks_books_nothing(desk, dupont, old, entry):
    accept(desk, entry, dupont, {old: "100.00"})
    page = accept(desk, entry, dupont, {old: ""})
    assert page.url == f"/bank/entries/{entry.pk}/"
    assert Credit.objects.count() == 1


@pytest.mark.parametrize("part", ["100.01", "1e2", "-5"])
def test_what_cannot_be_is_told_and_the_entry_waits(desk, dupont, old, entry, part):
    page = accept(desk, entry, dupont, {old: part})
    assert page.context["parts"].errors
    entry.refresh_from_db()
    assert entry.state == State.WAITING
    assert not Credit.objects.exists()


def test_bank_charges_are_a_part_of_what_the_client_paid(desk, dupont, old, company):
    banking.read(banking.came("98.00", charges="2.00", ref="R1"))
    row = BankEntry.objects.get()
    accept(desk, row, dupont, {old: "100.00"})
    credit = Credit.objects.get()
    assert (plain(credit.amount), credit.charges) == ("100.00", 2)


def test_a_value_date_to_come_is_waited_for(desk, dupont, old, company):
    banking.read(banking.came(on=-2))
    row = BankEntry.objects.get()
    accept(desk, row, dupont, {old: "100.00"})
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_ignoring_takes_a_reason_and_can_be_taken_up_again(desk, accountant, entry):
    path = f"/bank/entries/{entry.pk}"
    page = desk.post(f"{path}/ignore/", {"reason": " "})
    assert page.context["aside"].errors
    desk.post(f"{path}/ignore/", {"reason": "Our own transfer"})
    entry.refresh_from_db()
    assert (entry.state, entry.note) == (State.IGNORED, "Our own transfer")
    listed = desk.get("/bank/work/?show=ignored").context["entries"]
    assert listed == [entry]
    desk.post(f"{path}/take-up/")
    desk.post(f"{path}/take-up/")
    entry.refresh_from_db()
    assert (entry.state, entry.note) == (State.WAITING, "")


def test_money_out_is_listed_apart(desk, company):
    banking.read(banking.went("10.00", name="Landlord"))
    page = desk.get("/bank/work/?show=outgoing")
    assert [row.name for row in page.context["entries"]] == ["Landlord"]
    assert desk.get("/bank/work/").context["rows"] == []


@pytest.mark.parametrize("text", ["dupo", "D-1", "2026-0001", "100", "100.00"])
def test_another_client_is_found_by_name_number_or_amount(desk, old, entry, text):
    page = desk.get(f"/bank/entries/{entry.pk}/?q={text}")
    assert old.client in [hit.client for hit in page.context["found"]]
    page = desk.get(f"/bank/entries/{entry.pk}/?client={old.client_id}")
    assert page.context["parts"].items[0].number == old.number


@pytest.mark.parametrize("query", ["q=%00", "client=x", "client=99999999999", "q=1e5"])
def test_whatever_stands_in_the_address_there_is_a_page(desk, entry, query):
    assert desk.get(f"/bank/entries/{entry.pk}/?{query}").status_code == 200
    assert desk.get(f"/bank/work/?{query}&page=-1&file=zz&show=no").status_code == 200


def test_one_goes_on_with_the_next_entry_or_back_to_the_place(desk, company):
    banking.read(*(banking.came(f"{n}.00", on=9 - n, ref=f"R{n}") for n in (1, 2, 3)))
    one, two, three = BankEntry.objects.order_by("value_on")
    page = desk.get(f"/bank/entries/{two.pk}/")
    assert (page.context["before"], page.context["after"]) == (one.pk, three.pk)
    aside = {"reason": "No"}
    answer = desk.post(f"/bank/entries/{one.pk}/ignore/", aside)
    assert answer.url == f"/bank/entries/{two.pk}/"
    aside["at"] = "q=x&next=//evil&page=2"
    answer = desk.post(f"/bank/entries/{two.pk}/ignore/", aside)
    assert answer.url == f"/bank/work/?q=x&page=2#entry-{three.pk}"


def test_with_htmx_the_row_alone_comes_back(desk, dupont, old, entry):
    head = {"headers": {"HX-Request": "true"}}
    path = f"/bank/entries/{entry.pk}/accept/"
    form = {"client": dupont.pk, f"part_{old.pk}": "999"}
    page = desk.post(path, form, **head).content.decode()
    assert "<html" not in page
    assert "Only" in page
    form[f"part_{old.pk}"] = "100"
    page = desk.post(path, form, **head).content.decode()
    assert "entry-done" in page
    assert Credit.objects.get().number in page


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/bank/"),
        ("post", "/bank/"),
        ("get", "/bank/work/"),
        ("get", "/bank/{file}/"),
        ("post", "/bank/{file}/exact/"),
        ("get", "/bank/{file}/undo/"),
        ("post", "/bank/{file}/undo/"),
        ("get", "/bank/entries/{entry}/"),
        ("post", "/bank/entries/{entry}/accept/"),
        ("post", "/bank/entries/{entry}/return/"),
        ("post", "/bank/entries/{entry}/ignore/"),
        ("post", "/bank/entries/{entry}/take-up/"),
        ("get", "/bank/new/1/"),
        ("post", "/bank/new/1/discard/"),
    ],
)
def test_strangers_are_refused(client, stranger, entry, method, path):
    client.force_login(stranger)
    path = path.format(file=entry.file_id, entry=entry.pk)
    assert getattr(client, method)(path).status_code == 403
