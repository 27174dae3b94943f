"""A CSV file is read once its columns are told, and the next one by itself."""

from __future__ import annotations

import pytest

from billing.models import BankEntry, BankFile, BankMapping, BankUpload
from billing.rules.money import plain
from tests.billing import banking

pytestmark = pytest.mark.django_db

HEAD = "Date;Valeur;Texte;Montant"


def csv(*rows, head=HEAD):
    return "\n".join([head, *rows, ""]).encode()


def line(amount, text, on=1):
    day = banking.ago(on).strftime("%d.%m.%Y")
    return f"{day};{day};{text};{amount}"


@pytest.fixture
def account(company):
    return banking.account()


def columns(chosen, **more):
    return {
        "account": chosen.pk,
        "date_format": "",
        "column_booked_on": "Date",
        "column_value_on": "Valeur",
        "column_text": ["Texte"],
        "column_amount": "Montant",
    } | more


def send(desk, content, name="mouvements.csv"):
    return desk.post("/bank/", banking.uploaded(content, name))


def test_the_columns_are_asked_for_and_the_file_is_read(desk, account):
    answer = send(desk, csv(line("120.00", "Dupont F-7"), line("-5.00", "Frais")))
    upload = BankUpload.objects.get()
    assert answer.url == f"/bank/new/{upload.pk}/"
    page = desk.get(answer.url)
    assert page.context["head"] == HEAD.split(";")
    assert len(page.context["rows"]) == 2
    answer = desk.post(answer.url, columns(account))
    file = BankFile.objects.get()
    assert answer.url == f"/bank/{file.pk}/"
    assert (file.account, file.found) == (account, 2)
    amounts = [plain(entry.amount) for entry in file.entries.order_by("pk")]
    assert sorted(amounts) == ["-5.00", "120.00"]
    assert not BankUpload.objects.exists()


def test_the_next_file_with_this_head_is_read_by_itself(desk, account):
    answer = send(desk, csv(line("120.00", "one", on=2)))
    desk.post(answer.url, columns(account))
    answer = send(desk, csv(line("80.00", "two")))
    assert answer.url == f"/bank/{BankFile.objects.latest('pk').pk}/"
    assert BankEntry.objects.count() == 2
    assert BankMapping.objects.get().head == HEAD.split(";")


def test_with_two_accounts_the_step_is_filled_in_and_asks(desk, account):
    answer = send(desk, csv(line("120.00", "one", on=2)))
    desk.post(answer.url, columns(account))
    banking.account(banking.OTHER, name="UBS")
    answer = send(desk, csv(line("80.00", "two")))
    form = desk.get(answer.url).context["form"]
    assert form["account"].value() == account.pk
    assert form["column_amount"].value() == "Montant"


@pytest.mark.parametrize(
    "wrong",
    [
        {"column_amount": ""},
        {"column_booked_on": ""},
        {"column_amount": "no such column"},
        {"account": "0"},
        {"column_amount": "Texte"},
    ],
)
def test_columns_that_cannot_be_read_keep_nothing(desk, account, wrong):
    answer = send(desk, csv(line("120.00", "Dupont")))
    page = desk.post(answer.url, columns(account, **wrong))
    assert page.context["form"].errors
    assert not BankFile.objects.exists()
    assert not BankMapping.objects.exists()


def test_the_same_csv_again_is_known_before_it_is_asked_about(desk, account):
    content = csv(line("120.00", "Dupont"))
    desk.post(send(desk, content).url, columns(account))
    page = send(desk, content)
    assert "already read" in page.context["form"].errors["file"][0]


def test_a_file_is_thrown_away(desk, account):
    answer = send(desk, csv(line("120.00", "Dupont")))
    assert desk.post(f"{answer.url}discard/").url == "/bank/"
    assert not BankUpload.objects.exists()
