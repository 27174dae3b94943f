"""The list "To decide": what stands on it, and what leaves it (domain 14)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.actions.marks import mark_invoice
from billing.models import Invoice, InvoiceMark
from dunning.actions.holds import hold
from dunning.actions.leveling import set_level
from dunning.facts.deciding import to_decide, to_decide_count
from dunning.models import ClientTerms, Decision
from tests import make
from tests.dunning.desk import issue_then, policy, propose

pytestmark = pytest.mark.django_db
LIST = "/dunning/decide/"
TODAY = make.day("2026-03-16")
ONE_LEVEL = [{"name": "Only one", "grace_days": 0, "term_days": 10}]


@pytest.fixture(autouse=True)
def march():
    noon = timezone.make_aware(datetime.fromisoformat(f"{TODAY} 12:00"))
    with time_machine.travel(noon):
        yield


@pytest.fixture(scope="module")
def reminded(kept):
    with kept():
        policy(ONE_LEVEL)
        make.invoice("300.00 CHF", to=make.client("D-1"), number="ONE")
        issue_then("2026-03-02")


@pytest.fixture
def owed(reminded, db):
    """Reminded at the only level on 2 March: its deadline was 12 March."""
    return Invoice.objects.get(number="ONE")


def listed(on=TODAY):
    return sorted(to_decide(on).values_list("number", flat=True))


def decide(desk, row, **given):
    values = {"kind": "call", "again_on": "2026-03-20", "reason": "Call Mrs Dupont"}
    address = f"{LIST}{row.pk}/?next=/dunning/decide/"
    return desk.post(address, values | given, follow=True)


def text(page):
    return " ".join(page.content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize(("on", "found"), [("2026-03-12", []), ("2026-03-13", ["ONE"])])
def test_an_invoice_waits_from_the_day_after_its_last_deadline(owed, on, found):
    assert listed(make.day(on)) == found


def test_the_list_says_what_is_known_and_nothing_is_reminded_by_itself(desk, owed):
    page = text(desk.get(LIST))
    for words in ("ONE", "300.00", ">35<", ">1 ", "R-2026-", "Deadline"):
        assert words in page
    assert propose(TODAY).lines.get().reason == "last_level_reached"


def test_what_is_decided_leaves_the_list_until_its_day(desk, owed, accountant):
    page = decide(desk, owed)
    assert "The decision is kept." in text(page)
    made = Decision.objects.get()
    assert (made.kind, made.person, made.cycle) == ("call", accountant, 1)
    assert listed() == []
    assert listed(make.day("2026-03-20")) == ["ONE"]
    tab = text(desk.get(f"/invoices/{owed.pk}/reminders/"))
    assert "Decided: Call the client, look again on" in tab
    assert "Call Mrs Dupont" in tab


def test_what_is_handed_over_leaves_it_for_good_until_it_starts_over(desk, owed):
    decide(desk, owed, kind="collection", again_on="")
    assert listed(TODAY + timedelta(days=700)) == []
    set_level(owed, 0, seen=1, reason="Start over")
    issue_then("2026-03-18")
    assert listed(make.day("2026-03-29")) == ["ONE"]


@pytest.mark.parametrize("stop", ["dispute", "uncollectible", "hold", "client", "paid"])
def test_what_something_else_stops_does_not_wait(owed, stop):
    kinds = InvoiceMark.Kind
    if stop in {"dispute", "uncollectible"}:
        kind = kinds.DISPUTED if stop == "dispute" else kinds.UNCOLLECTIBLE
        mark_invoice(owed, kind, TODAY, "So it is")
    elif stop == "paid":
        make.payment("300.00 CHF", on=TODAY, to=owed)
    else:
        row = None if stop == "client" else owed
        hold(owed.client, row, "hold", since=TODAY, until=None, reason="Talks")
    assert listed() == []


def test_the_rest_of_a_disputed_invoice_waits(owed):
    part = make.money("100.00 CHF")
    mark_invoice(owed, InvoiceMark.Kind.DISPUTED, TODAY, "Two hours", amount=part)
    assert listed() == ["ONE"]


def test_the_last_level_is_that_of_the_clients_own_policy(owed):
    longer = policy([*ONE_LEVEL, {"name": "Another"}], name="Longer", default=False)
    ClientTerms.objects.create(client=owed.client, policy=longer)
    assert listed() == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"again_on": ""}, "again_on"),
        ({"again_on": f"{TODAY}"}, "again_on"),
        ({"again_on": "2029-01-01"}, "again_on"),
        ({"kind": "wait", "again_on": "soon"}, "again_on"),
        ({"kind": "never"}, "kind"),
        ({"reason": ""}, "reason"),
    ],
)
def test_bad_input_is_refused_beside_its_field(desk, owed, given, field):
    page = decide(desk, owed, **given)
    assert list(page.context["form"].errors) == [field]
    assert not Decision.objects.exists()


def test_the_same_decision_twice_is_one_and_a_paid_invoice_needs_none(desk, owed):
    decide(desk, owed)
    decide(desk, owed)
    assert Decision.objects.count() == 1
    make.payment("300.00 CHF", on=TODAY, to=owed)
    assert "The invoice is paid." in text(decide(desk, owed, reason="Again"))


def test_marking_as_uncollectible_comes_back_to_the_list(desk, owed):
    page = desk.post(
        f"/invoices/{owed.pk}/uncollectible/?next={LIST}",
        {"reason": "Bankrupt", "next": LIST},
        follow=True,
    )
    assert "Nothing waits for a decision" in text(page)


def test_the_list_is_narrowed_and_taken_out(desk, owed):
    assert not desk.get(f"{LIST}?why=plan").context["table"].rows
    assert len(desk.get(f"{LIST}?why=level&q=d-1&currency=CHF").context["table"].rows)
    file = b"".join(desk.get(f"{LIST}?export=csv").streaming_content).decode()
    assert "ONE" in file
    assert "300.00" in file
    assert desk.get(f"{LIST}?page=x&sort=nonsense&why=never").status_code == 200


def test_as_many_queries_for_more_of_them(desk, owed):
    def counted():
        with CaptureQueriesContext(connection) as page:
            desk.get(LIST)
        with CaptureQueriesContext(connection) as count:
            to_decide_count(TODAY)
        return len(page), len(count)

    desk.get(LIST)
    few = counted()
    for n in range(5):
        make.invoice("10.00 CHF", to=make.client(f"D-9{n}"), number=f"N-{n}")
    issue_then("2026-03-03")
    assert len(listed()) == 6
    assert counted() == few
    assert few[1] <= 3


def test_a_stranger_decides_nothing(client, stranger, owed, company):
    client.force_login(stranger)
    assert client.get(LIST).status_code == 403
    assert decide(client, owed).status_code == 403
