"""What a recipient answers: kept for a person, and nothing else happens (4.10)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils.timezone import localdate, now

from billing.models import Credit, Invoice, InvoiceMark
from delivery.actions.sharing import open_link
from statements.actions.answering import AnswerRefusal, Said, keep_answer
from statements.models import Answer
from tests import make
from tests.statements.linked import link_of, linked

pytestmark = pytest.mark.django_db

TODAY = localdate()
FILLED = {
    "paid": {"day": f"{TODAY}", "reference": "PostFinance 4711"},
    "dispute": {"text": "Two of three never arrived."},
    "promise": {"day": f"{TODAY + timedelta(days=10)}"},
}


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def path(dupont):
    return linked(dupont)


def invoice(number="INV-2"):
    return Invoice.objects.get(number=number)


def form(kind, *numbers, **change):
    chosen = [invoice(number).pk for number in numbers or ["INV-2"]]
    given = {"invoice": chosen, "name": "Rita Moser", "key": uuid4().hex}
    return given | FILLED[kind] | change


def send(client, path, kind, data):
    return client.post(f"{path}answer/?lang=en&kind={kind}", data)


def ledger():
    """Everything that could have been changed by an answer."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Invoice, Credit, InvoiceMark)
    ]


def answered(client, path, kind):
    """Look at the form, send it twice, and see that the page knows of it."""
    known = Answer.objects.count()
    asked = client.get(f"{path}answer/?kind={kind}&invoice={invoice('INV-3').pk}")
    assert asked.context["form"].initial["invoice"] == [str(invoice("INV-3").pk)]
    assert Answer.objects.count() == known, "looking is not answering"
    given = form(kind, "INV-2", "INV-3")
    for _click in range(2):
        answer = send(client, path, kind, given)
        assert answer.status_code == 302
    page = client.get(answer["Location"].replace("../", path)).content.decode()
    assert "We have got your answer" in page
    assert page.count("You told us") == 2
    return Answer.objects.latest("pk")


def test_4_10_an_answer_waits_for_a_person_and_changes_no_balance(client, path):
    before = ledger()
    for place, kind in enumerate(FILLED):
        kept = answered(client, path, kind)
        assert Answer.objects.count() == place + 1, "a double click is one answer"
        assert (kept.kind, kept.state, kept.name) == (kind, "pending", "Rita Moser")
        assert kept.link == link_of(path)
        assert kept.text == FILLED[kind].get("text", "")
        assert kept.reference == FILLED[kind].get("reference", "")
        assert f"{kept.day}" == FILLED[kind].get("day", "None")
        numbers = set(kept.parts.values_list("invoice__number", flat=True))
        assert numbers == {"INV-2", "INV-3"}
    assert ledger() == before


def test_the_same_is_not_said_twice_before_it_was_looked_into(client, path):
    assert send(client, path, "paid", form("paid", "INV-2")).status_code == 302
    again = send(client, path, "paid", form("paid", "INV-2", "INV-3"))
    assert again.status_code == 400
    assert "looking into it: INV-2" in again.content.decode()
    assert send(client, path, "dispute", form("dispute", "INV-2")).status_code == 302
    assert Answer.objects.count() == 2


FUTURE, PAST = f"{TODAY + timedelta(days=1)}", f"{TODAY - timedelta(days=1)}"


BAD = [
    ("paid", {"day": ""}, "This field is required."),
    ("paid", {"day": "31.02.2026"}, "Enter a valid date."),
    ("paid", {"day": FUTURE}, "in the future or too far back"),
    ("paid", {"day": "0001-01-01"}, "in the future or too far back"),
    ("paid", {"reference": "x" * 141}, "at most 140 characters"),
    ("paid", {"reference": "a\nBcc: x"}, "One line only."),
    ("paid", {"name": "nul \0"}, "Null characters are not allowed."),
    ("paid", {"invoice": []}, "Tick at least one invoice."),
    ("paid", {"invoice": ["x"]}, "Choose invoices of this list."),
    ("paid", {"invoice": [10**30]}, "Choose invoices of this list."),
    ("paid", {"key": "x"}, "This page is out of date."),
    ("dispute", {"text": " "}, "This field is required."),
    ("dispute", {"text": "x" * 1001}, "at most 1000 characters"),
    ("promise", {"day": PAST}, "from today, within a year"),
    ("promise", {"day": "2099-01-01"}, "from today, within a year"),
]


def test_a_bad_answer_is_an_error_at_its_field(client, path):
    for kind, change, error in BAD:
        answer = send(client, path, kind, form(kind, **change))
        assert answer.status_code == 400, change
        assert error in answer.content.decode(), change
    assert not Answer.objects.exists()


def test_i44_nothing_is_said_of_an_invoice_that_the_link_does_not_show(client, path):
    foreign = make.invoice("77.00 CHF", number="FOREIGN", due="2026-02-01")
    later = make.invoice(
        "9.00 CHF", to=invoice().client, number="LATER", due="2026-06-30"
    )
    for other in (foreign, later):
        answer = send(client, path, "paid", form("paid", invoice=[other.pk]))
        assert answer.status_code == 400
        assert other.number not in answer.content.decode()
    link = link_of(path)
    with pytest.raises(AnswerRefusal, match="paid already"):
        keep_answer(link, [foreign.pk], Said("dispute", text="No"), uuid4().hex)
    assert not Answer.objects.exists()


def test_the_key_of_one_link_says_nothing_of_another_ones_answer(client, path):
    given = form("paid")
    send(client, path, "paid", given)
    other = make.client("OTHER", name="Zweite AG")
    numbers = [make.invoice(to=other, due="2026-02-01").number for _ in range(2)]
    theirs = linked(other)
    answer = send(client, theirs, "paid", form("paid", numbers[0], key=given["key"]))
    assert answer.status_code == 302
    assert Answer.objects.count() == 2


def test_what_is_paid_by_now_needs_no_answer(client, path):
    given = form("promise")
    make.payment("150.00 CHF", on="2026-03-01", to=invoice())
    answer = send(client, path, "promise", given)
    assert answer.status_code == 400
    assert not Answer.objects.exists()
    make.payment("300.00 CHF", on="2026-03-01", to=invoice("INV-3"))
    for answer in (
        send(client, path, "promise", given),
        client.get(f"{path}answer/?kind=paid&lang=en"),
    ):
        assert answer.status_code == 409
        assert "paid already" in answer.content.decode()
    with pytest.raises(AnswerRefusal, match="paid already"):
        keep_answer(link_of(path), [invoice().pk], Said("promise", TODAY), uuid4().hex)


def test_without_a_kind_the_page_asks_which_of_the_three(client, path):
    for kind in ("", "?kind=other", "?kind=%00"):
        page = client.get(f"{path}answer/{kind}").content.decode()
        assert page.count('name="kind"') == 3, kind
    assert client.post(f"{path}answer/?kind=other", form("paid")).status_code == 200
    assert not Answer.objects.exists()


def test_nobody_answers_through_a_closed_link(client, path):
    document = link_of(path).document
    open_link(document, "expired", now() - timedelta(days=91))
    for there, status in (("/r/expired/", 410), ("/r/forged/", 404)):
        assert send(client, there, "paid", form("paid")).status_code == status
    assert not Answer.objects.exists()


def test_a_browser_that_hides_where_it_comes_from_can_answer(path):
    """Under no-referrer a form is posted with `Origin: null`."""
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        f"{path}answer/?kind=paid", form("paid"), headers={"origin": "null"}
    )
    assert answer.status_code == 302
    assert not strict.cookies
