"""What became of runs: their letters, the money that came in, the list of all (B04)."""

from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from delivery.models import Message
from dunning.actions.letters import queue_letters
from dunning.actions.posting import confirm_posted
from dunning.bars import LENGTH, bar
from dunning.facts.since import came_in
from dunning.facts.ways import Way, ways_of, with_way
from dunning.models import Notice, Withdrawal
from tests import make
from tests.dunning import desk as policies


def words(answer):
    return " ".join(answer.content.decode().split())


def six_ways():
    """Letters that went every way there is; the run, and the way of each client."""
    ways = {}
    for way in ("SENT", "LOST", "BOUNCED", "UNKNOWN", "WAITING", "SETTLED", "UNSENT"):
        ways[way] = make.invoice(to=make.client(way, email=f"{way.lower()}@example.org"))  # fmt: skip
    for way in ("TO_POST", "POSTED"):
        ways[way] = make.invoice(to=make.client(way, email=""))
    ways["WITHDRAWN"] = make.invoice(to=make.client("WITHDRAWN"))
    run = policies.issue("2026-03-16").run
    notices = {notice.client.number: notice for notice in run.notices.all()}
    make.payment("100.00 CHF", on="2026-03-17", to=ways["UNSENT"])
    queue_letters(run, None)
    mails = {m.client.number: m for m in Message.objects.select_related("client")}
    now = timezone.now()
    for way, changes in {
        "SENT": {"state": "sent", "sent_at": now},
        "LOST": {"state": "failed"},
        "BOUNCED": {"state": "sent", "sent_at": now, "bounced_at": now},
        "UNKNOWN": {"state": "unknown"},
        "SETTLED": {"state": "failed", "resolution": "dismissed"},
    }.items():
        Message.objects.filter(pk=mails[way].pk).update(**changes)
    confirm_posted(run, [notices["POSTED"].pk], make.day("2026-03-16"), None)
    Withdrawal.objects.create(notice=notices["WITHDRAWN"], cause="withdrawn", at=now)
    return run


@pytest.fixture
def run(company):
    return six_ways()


def test_every_letter_has_one_way(run):
    found = dict(with_way(Notice.objects.all()).values_list("client__number", "way"))
    expected = {number: Way[number] for number in found if number != "BOUNCED"}
    assert found == expected | {"BOUNCED": Way.LOST}
    counts = ways_of([run])[run.pk]
    assert counts == dict.fromkeys(Way, 1) | {Way.LOST: 2}
    assert list(counts) == [way for way in Way if way in counts], "in one order"


def test_the_bar_has_no_gaps_and_no_end_too_far():
    parts = bar({Way.SENT: 2, Way.LOST: 1, Way.UNKNOWN: 4})
    assert parts[0].start == 0
    for part, after in pairwise(parts):
        assert part.start + part.length == after.start
    assert parts[-1].start + parts[-1].length == LENGTH
    assert bar({}) == []


def test_the_result_lists_the_letters_of_each_way(desk, run):
    page = desk.get(reverse("run_result", args=[run.pk]))
    assert "1 To print and post" in words(page)
    lost = desk.get(reverse("run_result", args=[run.pk]), {"way": "lost"})
    assert {row.record.client.number for row in lost.context["table"].rows} == {"LOST", "BOUNCED"}  # fmt: skip
    assert reverse("undelivered") in words(lost)
    nonsense = desk.get(reverse("run_result", args=[run.pk]), {"way": "x'--"})
    assert len(nonsense.context["table"].rows) == 10


def test_the_list_shows_how_far_letters_got_and_which_runs_are_undone(desk, run):
    page = words(desk.get(reverse("runs")))
    assert "Did not arrive: 2" in page
    assert "partly undone" in page
    done = set(Withdrawal.objects.values_list("notice", flat=True))
    for notice in run.notices.exclude(pk__in=done):
        Withdrawal.objects.create(notice=notice, cause="withdrawn", at=timezone.now())
    page = words(desk.get(reverse("runs")))
    assert "undone" in page
    assert "partly" not in page


def test_runs_of_one_client_are_found_by_its_name_or_letter(desk, company):
    dupont = make.client("D-1", name="Dupönt SA")
    make.invoice(to=dupont)
    first = policies.issue("2026-03-16").run
    make.invoice(to=make.client("E-1", name="Egli AG"), due="2026-04-01")
    second = policies.issue("2026-04-20").run
    number = second.notices.get(client__number="E-1").number

    def found(**query):
        page = desk.get(reverse("runs"), query)
        return [row.record for row in page.context["table"].rows]

    assert found() == [second, first]
    assert found(q="dupont") == [second, first]
    assert found(q="egli") == [second]
    assert found(q=number) == [second]
    assert found(client=dupont.pk) == [second, first]
    assert found(q="nobody") == []
    assert "No run has a letter like that" in words(desk.get(reverse("runs"), {"q": "nobody"}))  # fmt: skip
    for nonsense in ({"client": "x"}, {"client": "9" * 40}, {"q": "\x00"}):
        assert desk.get(reverse("runs"), nonsense).status_code == 200


def test_what_came_in_after_a_run_is_counted_once(desk, company):
    """Screens: payments since the run."""
    owed, other = make.invoice("100.00 CHF"), make.invoice("80.00 CHF")
    make.payment("10.00 CHF", on="2026-03-01", to=owed)
    run = policies.issue("2026-03-16").run
    assert came_in(run) == []
    make.payment("30.00 CHF", on="2026-03-16", to=owed)  # on its day: not for it
    make.payment("40.00 CHF", on="2026-03-26", to=owed)
    make.payment("25.00 CHF", on="2026-03-27", to=other)
    [row] = came_in(run)
    assert (str(row.soon.amount), str(row.by_now.amount)) == ("40.00", "65.00")
    page = words(desk.get(reverse("run_result", args=[run.pk])))
    assert "CHF 40.00 within 10 days, CHF 65.00 by now" in page


def test_the_way_of_thousands_is_one_query(run, django_assert_num_queries):
    with django_assert_num_queries(1):
        ways_of([run])


def test_a_stranger_sees_no_result(client, run):
    client.force_login(User.objects.create_user("eve", password="a-long-password-1"))
    for name in ("run_result", "run_letters", "run_selection", "run_date", "run"):
        assert client.get(reverse(name, args=[run.pk])).status_code == 403
