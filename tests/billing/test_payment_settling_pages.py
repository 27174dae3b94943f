"""Pages of short payments, refunds, releases, write-offs and discounts."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.utils.timezone import localdate

from billing.models import BankAccount, CounterEntry, Credit, Invoice
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db):
    return BankAccount.objects.create(
        name="Main", iban="CH9300762011623852957", currency="CHF"
    )


@pytest.fixture
def inv(db):
    """1000.00 CHF, 2 % until tomorrow."""
    return Invoice.objects.create(
        client=make.client("D-1", currency="CHF"),
        number="INV",
        total=make.money("1000.00 CHF"),
        open=make.money("1000.00 CHF"),
        issued_on=ago(20),
        due_on=ago(-10),
        deadline_on=ago(-10),
        discount_percent=2,
        discount_until=ago(-1),
    )


def ago(count):
    return localdate() - timedelta(days=count)


def given(**more):
    return {
        "amount": "980.00",
        "currency": "CHF",
        "dated_on": localdate().isoformat(),
        "reference": "",
        "key": str(uuid4()),
        "book": "1",
    } | more


def pay(desk, inv, rest, **more):
    parts = {f"part_{inv.pk}": more.get("amount", "980.00"), f"rest_{inv.pk}": rest}
    return desk.post(f"/clients/{inv.client_id}/payment/", given(**parts, **more))


def after(inv):
    inv.refresh_from_db()
    booked = Credit.objects.order_by("pk").values_list("kind", "amount")
    return plain(inv.open), [(kind, f"{amount:.2f}") for kind, amount in booked]


@pytest.mark.parametrize(
    ("rest", "amount", "open_", "booked"),
    [
        ("", "980.00", "20.00", [("payment", "980.00")]),
        ("discount", "980", "0.00", [("payment", "980.00"), ("discount", "20.00")]),
        ("discount", "970", "10.00", [("payment", "970.00"), ("discount", "20.00")]),
        ("difference", "997", "0.00", [("payment", "997.00"), ("write_off", "3.00")]),
        ("charges", "980.00", "0.00", [("payment", "1000.00")]),
        ("difference", "1000", "0.00", [("payment", "1000.00")]),
    ],
)
def test_what_becomes_of_the_rest_of_a_short_payment(
    desk, inv, rest, amount, open_, booked
):
    pay(desk, inv, rest, amount=amount)
    assert after(inv) == (open_, booked)


def test_charges_of_the_payment_and_of_a_rest_add_up(desk, inv, account):
    pay(desk, inv, "charges", amount="970.00", charges="10.00", account=account.pk)
    credit = Credit.objects.get()
    assert (plain(credit.amount), f"{credit.charges:.2f}") == ("1010.00", "40.00")
    assert credit.account == account
    page = desk.get(f"/payments/{credit.pk}/").content.decode()
    assert "Received on the account" in page


def test_a_difference_above_its_limit_is_said_at_its_field(desk, inv):
    page = pay(desk, inv, "difference", amount="994.99")
    assert f"rest_{inv.pk}" in page.context["parts"].errors
    assert not Credit.objects.exists()


def test_a_discount_is_offered_only_while_it_runs_and_once(desk, inv):
    def offered(day):
        form = given(dated_on=day.isoformat()) | {"propose": "1"}
        del form["book"]
        page = desk.post(f"/clients/{inv.client_id}/payment/", form)
        field = page.context["parts"].fields[f"rest_{inv.pk}"]
        return "discount" in dict(field.choices)

    assert offered(localdate())
    Invoice.objects.create(
        client=inv.client,
        number="LATE",
        total=inv.total,
        open=inv.open,
        issued_on=ago(20),
        due_on=ago(1),
        deadline_on=ago(1),
        discount_percent=2,
        discount_until=ago(1),
    )
    assert offered(ago(1))
    desk.post(f"/invoices/{inv.pk}/discount/", discount(inv))
    assert not offered(localdate())


def discount(inv, **more):
    on = localdate().isoformat()
    return {
        "dated_on": on,
        "reason": "",
        "key": str(uuid4()),
        "book": "1",
        "seen": f"20.00 {on}",
    } | more


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"charges": "-1"}, "charges"),
        ({"charges": "1.005"}, "charges"),
        ({"currency": "EUR"}, "account"),
        ({"account": "999"}, "account"),
        ({"dated_on": "2026-02-29"}, "dated_on"),
        ({"key": "\x00"}, "key"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk, inv, account, more, error):
    form = given(account=account.pk) | more
    page = desk.post(f"/clients/{inv.client_id}/payment/", form)
    assert error in page.context["form"].errors
    assert not Credit.objects.exists()


def test_a_value_date_to_come_is_confirmed(desk, inv):
    form = given(dated_on=ago(-3).isoformat())
    page = desk.post(f"/clients/{inv.client_id}/payment/", form)
    assert "dated_on" in page.context["form"].errors
    assert 'name="to_come"' in page.content.decode()
    desk.post(f"/clients/{inv.client_id}/payment/", form | {"to_come": "on"})
    assert Credit.objects.get().dated_on == ago(-3)


def test_an_overpayment_is_loud_and_offers_what_to_do(desk, inv):
    answer = pay(desk, inv, "", amount="1000.00", charges="30")
    page = desk.get(answer.url).content.decode()
    assert "settles no invoice" in page
    assert 'href="#refund"' in page
    assert 'href="#allocate"' not in page


def refund(**more):
    return {
        "amount": "30.00",
        "dated_on": localdate().isoformat(),
        "reason": "paid too much",
        "key": str(uuid4()),
    } | more


def test_what_is_left_is_paid_back_once(desk, inv, account):
    credit = make.credit("30.00 CHF", of=inv.client, on=ago(5))
    form = refund(account=account.pk)
    for _again in range(2):
        assert desk.post(f"/payments/{credit.pk}/refund/", form).status_code == 302
    entry = CounterEntry.objects.get()
    assert (plain(entry.amount), entry.account) == ("30.00", account)


@pytest.mark.parametrize(
    "more",
    [
        {"amount": "30.01"},
        {"amount": "0"},
        {"amount": "\x00"},
        {"dated_on": ago(-1).isoformat()},
        {"reason": ""},
        {"key": "x"},
    ],
)
def test_a_refund_that_cannot_be_is_said_at_its_field(desk, inv, more):
    credit = make.credit("30.00 CHF", of=inv.client, on=ago(5))
    page = desk.post(f"/payments/{credit.pk}/refund/", refund(**more))
    assert set(page.context["back"].errors) == set(more)
    assert not CounterEntry.objects.exists()


def test_a_payment_is_taken_off_an_invoice_on_a_day(desk, inv):
    credit = make.payment("1000.00 CHF", on=ago(5), to=inv)
    where = f"/payments/{credit.pk}/release/{credit.allocations.get().pk}/"
    for day in (ago(6), ago(-1), "x"):
        desk.post(where, {"dated_on": day})
        assert after(inv)[0] == "0.00"
    for _again in range(2):
        desk.post(where, {"dated_on": ago(2)})
        assert after(inv)[0] == "1000.00"
    assert credit.allocations.count() == 2


def write_off(**more):
    on = localdate().isoformat()
    return {
        "cause": "loss",
        "amount": "400.00",
        "dated_on": on,
        "reason": "bankrupt",
        "key": str(uuid4()),
        "book": "1",
        "seen": f"400.00 {on}",
    } | more


def test_a_write_off_is_shown_before_it_is_booked_and_booked_once(desk, inv):
    where, form = f"/invoices/{inv.pk}/write-off/", write_off()
    assert desk.get(where).context["form"]["amount"].value() == "1000.00"
    page = desk.post(where, form | {"seen": "10.00"})
    assert (plain(page.context["amount"]), plain(page.context["left"])) == (
        "400.00",
        "600.00",
    )
    assert not Credit.objects.exists()
    for _again in range(2):
        assert desk.post(where, form | {"seen": page.context["seen"]}).url
    assert after(inv) == ("600.00", [("write_off", "400.00")])
    assert Credit.objects.get().cause == "loss"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"amount": "1000.01"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"cause": "difference"}, "amount"),
        ({"cause": "mercy"}, "cause"),
        ({"dated_on": ago(21).isoformat()}, "dated_on"),
        ({"dated_on": ago(-1).isoformat()}, "dated_on"),
        ({"reason": " "}, "reason"),
        ({"key": "\x00"}, "key"),
    ],
)
def test_a_write_off_that_cannot_be_is_said_at_its_field(desk, inv, more, error):
    page = desk.post(f"/invoices/{inv.pk}/write-off/", write_off(**more))
    assert error in page.context["form"].errors
    assert not Credit.objects.exists()


def test_a_discount_is_granted_within_its_days_later_with_a_reason(desk, inv):
    where = f"/invoices/{inv.pk}/discount/"
    desk.post(where, discount(inv))
    assert after(inv) == ("980.00", [("discount", "20.00")])
    page = desk.post(where, discount(inv))
    assert "granted already" in str(page.context["form"].non_field_errors())


def test_a_late_discount_asks_for_its_reason(desk):
    row = Invoice.objects.create(
        client=make.client(),
        number="LATE",
        total=make.money("1000.00 CHF"),
        open=make.money("1000.00 CHF"),
        issued_on=ago(20),
        due_on=ago(1),
        deadline_on=ago(1),
        discount_percent=2,
        discount_until=ago(1),
    )
    where = f"/invoices/{row.pk}/discount/"
    assert "reason" in desk.post(where, discount(row)).context["form"].errors
    desk.post(where, discount(row, reason="always pays"))
    assert after(row) == ("980.00", [("discount", "20.00")])
    page = desk.get(f"/invoices/{row.pk}/").content.decode()
    assert "− discount" in page


def test_the_list_knows_discounts(desk, inv):
    desk.post(f"/invoices/{inv.pk}/discount/", discount(inv))
    make.credit("30.00 CHF", of=inv.client, on=ago(5))
    for query, numbers in (
        ("kind=discount", ["D"]),
        ("left=on", ["P"]),
        ("kind=discount&left=on", []),
    ):
        page = desk.get(f"/payments/?{query}")
        found = [row.record.number[0] for row in page.context["table"].rows]
        assert found == numbers, query


@pytest.mark.parametrize(
    ("path", "codename"),
    [
        ("/clients/{client}/payment/", "book_payment"),
        ("/payments/{credit}/refund/", "book_payment"),
        ("/payments/{credit}/release/{part}/", "book_payment"),
        ("/payments/{credit}/reverse/", "book_payment"),
        ("/invoices/{invoice}/discount/", "book_payment"),
        ("/invoices/{invoice}/write-off/", "write_off"),
    ],
)
def test_each_page_has_its_permission(client, stranger, inv, path, codename):
    credit = make.payment("10.00 CHF", on=ago(5), to=inv)
    others = Permission.objects.filter(content_type__app_label="billing")
    stranger.user_permissions.set(others.exclude(codename=codename))
    client.force_login(stranger)
    path = path.format(
        credit=credit.pk,
        client=inv.client_id,
        invoice=inv.pk,
        part=credit.allocations.get().pk,
    )
    assert client.post(path, {}).status_code == 403
    stranger.user_permissions.set(others)
    client.force_login(type(stranger).objects.get(pk=stranger.pk))
    assert client.post(path, {}).status_code in {200, 302}


def test_only_who_writes_off_takes_a_write_off_back(client, stranger, inv):
    lost = make.credit(
        "10.00 CHF",
        of=inv.client,
        on=ago(5),
        to={inv: "10.00 CHF"},
        kind=Credit.Kind.WRITE_OFF,
    )
    books = Permission.objects.filter(codename__in=["book_payment", "view_invoice"])
    stranger.user_permissions.set(books)
    client.force_login(stranger)
    form = {"dated_on": localdate().isoformat(), "reason": "paid after all"}
    where = f"/payments/{lost.pk}/reverse/"
    assert client.post(where, form).status_code == 403
    assert not lost.counter_entries.exists()
