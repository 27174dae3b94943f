"""4.9 through the browser's requests: a part disputed, a promise kept or broken."""

from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from billing.rules.money import money
from dunning.models import Hold, NoticeLine
from tests import make
from tests.dunning.desk import issue, lines, policy, propose

pytestmark = pytest.mark.django_db
TODAY = "2026-03-16"


def at(day):
    noon = timezone.make_aware(datetime.fromisoformat(f"{day} 12:00"))
    return time_machine.travel(noon)


@pytest.fixture(autouse=True)
def march():
    with at(TODAY):
        yield


@pytest.fixture
def owed(db):
    policy()
    return make.invoice("1000.00 CHF", to=make.client("D-1"), number="ONE")


def text(page):
    return " ".join(page.content.decode().replace("\u00a0", " ").split())


def promise(desk, owed, **given):
    values = {
        "kind": "promise",
        "until": "2026-03-20",
        "amount": "",
        "reason": "By telephone",
    }
    return desk.post(
        f"/dunning/holds/new/?invoice={owed.pk}", values | given, follow=True
    )


def reason_on(day):
    run = propose(day)
    found = lines(run)["ONE"]
    run.delete()
    return found


def test_the_rest_of_a_disputed_invoice_is_claimed_and_the_part_named(desk, owed):
    desk.post(
        f"/invoices/{owed.pk}/dispute/",
        {"amount": "300", "reason": "Two hours too many", "until": ""},
    )
    issue(TODAY)
    line = NoticeLine.objects.select_related("notice").get()
    assert money(line.open, "CHF") == make.money("700.00 CHF")
    assert money(line.disputed, "CHF") == make.money("300.00 CHF")
    assert money(line.notice.open, "CHF") == make.money("700.00 CHF")


def test_an_unpaid_promise_is_broken_the_day_after_and_the_invoice_proposed(
    desk, owed, accountant
):
    assert "Promised to pay" in text(promise(desk, owed))
    assert reason_on("2026-03-20") == "promised"
    with at("2026-03-21"):
        desk.force_login(accountant)
        assert reason_on("2026-03-21") == 1
        tab = text(desk.get(f"/invoices/{owed.pk}/reminders/"))
        assert "Promised to pay until 20.03.2026 – broken" in tab
        client = text(desk.get(f"/clients/{owed.client_id}/dunning/"))
        assert "Promises to pay: 0 kept, 1 broken, 0 running." in client


def test_a_part_that_was_promised_and_paid_is_kept(desk, owed, accountant):
    promise(desk, owed, amount="400")
    assert "CHF 400.00" in text(desk.get(f"/invoices/{owed.pk}/reminders/"))
    make.payment("400.00 CHF", on="2026-03-20", to=owed)
    with at("2026-03-21"):
        desk.force_login(accountant)
        client = text(desk.get(f"/clients/{owed.client_id}/dunning/"))
        assert "Promises to pay: 1 kept, 0 broken, 0 running." in client
        assert reason_on("2026-03-21") == 1


def test_what_was_paid_in_time_of_a_broken_promise_is_named(desk, owed, accountant):
    promise(desk, owed)
    make.payment("999.00 CHF", on="2026-03-20", to=owed)
    with at("2026-03-21"):
        desk.force_login(accountant)
        client = text(desk.get(f"/clients/{owed.client_id}/dunning/"))
        assert "CHF 999.00 paid in time" in client


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1000.01"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"until": "2026-03-15"}, "until"),
        ({"until": ""}, "until"),
    ],
)
def test_bad_input_is_refused_beside_its_field(desk, owed, given, field):
    page = promise(desk, owed, **given)
    assert list(page.context["form"].errors) == [field]
    assert not Hold.objects.exists()


def test_of_a_pause_no_amount_is_kept(desk, owed):
    promise(desk, owed, kind="hold", amount="400")
    assert Hold.objects.get().amount is None


def test_one_comes_back_to_the_run(desk, owed):
    back = "/dunning/runs/1/selection/?page=2"
    values = {"kind": "hold", "until": "", "reason": "Talks", "next": back}
    address = f"/dunning/holds/new/?invoice={owed.pk}"
    assert desk.post(address, values).url == back
    values |= {"next": "https://evil.example/", "reason": "Other"}
    assert desk.post(address, values).url == f"/invoices/{owed.pk}/reminders/"
