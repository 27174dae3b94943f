"""Payment plans through the browser's requests: agreed, kept, broken, ended."""

from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from billing.actions import ledger
from billing.rules.money import plain
from dunning.models import Decision, PaymentPlan
from tests import make
from tests.dunning.desk import lines, policy, propose

pytestmark = pytest.mark.django_db
NEW = "/dunning/plans/new/"
TODAY = "2026-03-16"


def at(day):
    return time_machine.travel(
        timezone.make_aware(datetime.fromisoformat(f"{day} 12:00"))
    )


@pytest.fixture(autouse=True)
def march():
    with at(TODAY):
        yield


@pytest.fixture
def owed(db):
    policy()
    dupont = make.client("D-1", name="Dupont SA")
    return [
        make.invoice("300.00 CHF", to=dupont, number="ONE"),
        make.invoice("100.00 CHF", to=dupont, number="TWO", due="2026-02-20"),
    ]


def agree(desk, invoices, parts, **given):
    values = {
        "invoice": [row.pk for row in invoices],
        "count": "3",
        "first_on": "2026-03-31",
        "reason": "By telephone with Mrs Dupont",
        "request_key": "key-number-one",
        "part-TOTAL_FORMS": str(len(parts)),
        "part-INITIAL_FORMS": "0",
        "agree": "",
    }
    for n, (due_on, amount) in enumerate(parts):
        values |= {f"part-{n}-due_on": due_on, f"part-{n}-amount": amount}
    client = invoices[0].client_id
    return desk.post(f"{NEW}?client={client}&currency=CHF", values | given, follow=True)


HALVES = [("2026-03-31", "200.00"), ("2026-04-30", "200.00")]


def text(page):
    return page.content.decode().replace("\u00a0", " ")


def reasons(on):
    run = propose(on)
    found = lines(run)
    run.delete()
    return found


def proposed_parts(page):
    return [
        (f"{form['due_on'].value()}", form["amount"].value())
        for form in page.context["parts"]
        if form["amount"].value()
    ]


def test_equal_instalments_are_proposed_and_nothing_is_kept_by_that(desk, owed):
    client = owed[0].client_id
    page = desk.get(f"{NEW}?client={client}&invoice={owed[0].pk}")
    assert [amount for _day, amount in proposed_parts(page)] == ["100.00"] * 3
    page = agree(desk, owed, [], agree=[], propose="", count="3")
    assert proposed_parts(page) == [
        ("2026-03-31", "133.33"),
        ("2026-04-30", "133.33"),
        ("2026-05-31", "133.34"),
    ]
    assert not PaymentPlan.objects.exists()


def test_a_plan_that_is_kept_stops_reminders_and_a_broken_one_does_not(
    desk, owed, accountant
):
    page = agree(desk, owed, [*HALVES, ("", "")])
    plan = PaymentPlan.objects.get()
    assert "kept so far" in text(page)
    assert [plain(p.part.amount) for p in page.context["found"].standing.parts] == [
        "200.00",
        "200.00",
    ]
    assert reasons("2026-03-31") == {"ONE": "on_hold", "TWO": "on_hold"}
    with at("2026-04-01"):
        desk.force_login(accountant)
        assert reasons("2026-04-01") == {"ONE": 1, "TWO": 1}
        assert "broken" in text(desk.get(f"/dunning/plans/{plan.pk}/"))
        assert "broken" in text(desk.get(f"/clients/{plan.client_id}/dunning/"))
        assert "Payment plan broken" in text(desk.get(f"/clients/{plan.client_id}/"))
        waiting = desk.get("/dunning/decide/")
        assert {row.record.number for row in waiting.context["table"].rows} == {
            "ONE",
            "TWO",
        }
        make.payment("200.00 CHF", on="2026-04-01", to=owed[0])
        assert reasons("2026-04-01") == {"ONE": "on_hold", "TWO": "on_hold"}
        assert "kept so far" in text(desk.get(f"/dunning/plans/{plan.pk}/"))
        assert not desk.get("/dunning/decide/").context["table"].rows


def test_the_reason_says_what_is_due_next(desk, owed):
    agree(desk, owed, HALVES)
    make.payment("50.00 CHF", on=TODAY, to=owed[0])
    detail = propose("2026-03-20").lines.get(invoice=owed[0]).detail
    assert (detail["due"], detail["amount"]) == ("2026-03-31", "150.00")
    assert (detail["plan"], detail["until"]) == (
        PaymentPlan.objects.get().pk,
        "2026-04-30",
    )


def test_a_payment_that_bounces_breaks_the_plan(desk, owed):
    agree(desk, owed, HALVES)
    paid = make.payment("200.00 CHF", on="2026-03-31", to=owed[0])
    with at("2026-04-10"):
        assert reasons("2026-04-10")["TWO"] == "on_hold"
        ledger.reverse_credit(paid, make.day("2026-04-05"), "Bounced")
        assert reasons("2026-04-10") == {"ONE": 1, "TWO": 1}


def test_a_plan_is_ended_once_with_a_reason(desk, owed):
    agree(desk, owed, HALVES)
    plan = PaymentPlan.objects.get()
    end = f"/dunning/plans/{plan.pk}/end/"
    assert "reason" in desk.post(end, {"reason": " "}).context["form"].errors
    page = desk.post(end, {"reason": "Paid otherwise"}, follow=True)
    assert "Paid otherwise" in text(page)
    assert "ended already" in text(desk.post(end, {"reason": "Again"}, follow=True))
    assert reasons(TODAY) == {"ONE": 1, "TWO": 1}
    assert desk.get(end).status_code == 405


@pytest.mark.parametrize(
    ("parts", "given", "words"),
    [
        ([("2026-03-31", "200.00")], {}, "but CHF 400.00 is open"),
        ([*HALVES, ("2026-05-31", "0.01")], {}, "CHF 400.01 together"),
        ([("2026-03-31", "400"), ("2026-04-01", "0")], {}, "more than zero"),
        ([("2026-03-15", "400")], {}, "from today up to five years"),
        ([("2035-03-15", "400")], {}, "from today up to five years"),
        ([("soon", "400")], {}, "valid date"),
        ([("2026-03-31", "4e2")], {}, "An amount such as"),
        ([("2026-03-31", "200"), ("2026-03-31", "200")], {}, "on the same day"),
        (HALVES, {"reason": ""}, "required"),
        (HALVES, {"invoice": []}, "Tick at least one"),
        (HALVES, {"invoice": ["0"]}, "can no longer be chosen"),
        (HALVES, {"count": "0"}, "greater than or equal to 1"),
        (HALVES, {"count": "37"}, "less than or equal to 36"),
        (HALVES, {"part-TOTAL_FORMS": "x"}, "ManagementForm"),
        (HALVES, {"part-TOTAL_FORMS": "5000"}, "36"),
    ],
)
def test_bad_input_is_refused_and_kept_on_the_page(desk, owed, parts, given, words):
    page = agree(desk, owed, parts, **given)
    assert page.status_code == 200
    assert words in text(page)
    assert not PaymentPlan.objects.exists()


def test_an_invoice_of_somebody_else_is_not_planned(desk, owed):
    other = make.invoice("400.00 CHF", to=make.client("D-2"))
    page = agree(desk, owed, HALVES, invoice=[other.pk])
    assert "can no longer be chosen" in text(page)


def test_the_same_form_twice_is_one_plan_and_two_tabs_are_told(desk, owed):
    agree(desk, owed, HALVES)
    client = owed[0].client_id
    assert "No late invoice is left" in text(desk.get(f"{NEW}?client={client}"))
    page = agree(desk, owed, HALVES, request_key="key-number-two")
    assert page.status_code == 200
    assert PaymentPlan.objects.count() == 1
    assert Decision.objects.filter(kind="plan").count() == 2


@pytest.mark.parametrize(
    "query", ["", "client=0", "client=x", f"client={9**40}", "client=999999"]
)
def test_an_address_that_names_nobody_is_not_found(desk, query):
    assert desk.get(f"{NEW}?{query}").status_code == 404


def test_a_stranger_agrees_on_nothing(client, stranger, owed, company):
    client.force_login(stranger)
    assert agree(client, owed, HALVES).status_code == 403
    assert client.get("/dunning/plans/1/").status_code == 403
    assert client.post("/dunning/plans/1/end/").status_code == 403
