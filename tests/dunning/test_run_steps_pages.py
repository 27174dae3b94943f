"""The five steps of a run: back keeps everything, nothing is skipped (4.2, B05-B10)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from dunning.models import Notice, Run
from tests import make
from tests.dunning import desk as policies


def at(name, run, query=""):
    return reverse(name, args=[run.pk]) + query


def current(page):
    [step] = [step for step in page.context["steps"] if step.is_current]
    return step.code


def opened(page):
    return [step.code for step in page.context["steps"] if step.address]


def stale_books(days=5):
    """A payment, old by now: the newest thing the books know of."""
    owed = make.invoice("10.00 CHF", due="2026-02-09")
    make.payment("10.00 CHF", on=f"{localdate() - timedelta(days=days)}", to=owed)


def issue(desk, run, **given):
    return desk.post(at("run_issue", run), given, follow=True)


def test_a_draft_stands_at_its_selection_and_an_issued_run_at_its_result(desk, propose):
    make.invoice()
    run = propose()
    page = desk.get(at("run", run, "?tab=excluded"), follow=True)
    assert page.redirect_chain[-1][0] == at("run_selection", run, "?tab=excluded")
    assert current(page) == "selection"
    assert opened(page) == ["date", "letters", "send"]
    assert desk.get(at("run_result", run), follow=True).context["run"].state == "draft"
    page = issue(desk, run)
    assert page.redirect_chain[-1][0] == at("run_result", run)
    assert current(page) == "result"
    assert opened(page) == ["date", "selection", "letters", "send"]


@pytest.mark.parametrize("name", ["date", "selection", "letters", "send", "result"])
def test_every_step_of_an_issued_run_can_be_looked_at_again(desk, propose, name):
    make.invoice(number="INV-1")
    run = propose()
    issue(desk, run)
    page = desk.get(at(f"run_{name}", run))
    assert page.status_code == 200
    assert current(page) == name
    assert 'aria-current="step"' in page.content.decode()


def test_a_discarded_draft_shows_its_selection_and_nothing_else(desk, propose):
    make.invoice()
    run = propose()
    desk.post(at("run_discard", run))
    for name in ("run_letters", "run_send", "run_result"):
        page = desk.get(at(name, run), follow=True)
        assert page.redirect_chain[-1][0] == at("run_selection", run)
        assert opened(page) == ["date"]


def test_steps_keep_the_ticks_of_the_page(desk, propose):
    one, two = make.invoice(number="INV-1"), make.invoice(number="INV-2")
    run = propose()
    given = {"shown": [one.pk, two.pk], "ticked": [two.pk], "go": "step-letters"}
    answer = desk.post(at("run_select", run), given)
    assert answer.url == at("run_letters", run)
    assert policies.ticked(run) == ["INV-2"]
    assert policies.ticked(run) == ["INV-2"], "and back again"


def test_old_bank_data_ask_for_a_reason_first(desk, propose):
    """4.2: the freshness gate, at the first step and at the last."""
    stale_books()
    make.invoice("100.00 CHF")
    new = {"run_on": f"{localdate()}", "policy": "", "request_key": "key-of-a-click"}
    page = desk.post(reverse("run_new"), new)
    assert page.context["form"].errors["stale_reason"]
    assert not Run.objects.exists()
    why = {"stale_reason": "holidays: the bank sends nothing"}
    page = desk.post(reverse("run_new"), new | why, follow=True)
    run = page.context["run"]
    assert run.stale_reason == why["stale_reason"]

    page = desk.get(at("run_send", run))
    assert page.context["form"]["stale_reason"].value() == why["stale_reason"]
    page = issue(desk, run)
    assert page.context["form"].errors["stale_reason"]
    assert not Notice.objects.exists()
    issue(desk, run, **why)
    run.refresh_from_db()
    assert (run.state, run.stale_reason) == ("issued", why["stale_reason"])
    assert why["stale_reason"] in desk.get(at("run_date", run)).content.decode()


def test_fresh_books_ask_for_nothing(desk, propose):
    stale_books(days=3)
    make.invoice()
    assert "stale_reason" not in desk.get(reverse("run_new")).context["form"].fields
    run = propose()
    issue(desk, run)
    run.refresh_from_db()
    assert (run.state, run.stale_reason, run.unmatched) == ("issued", "", 0)


def test_a_run_far_larger_than_usual_asks_for_its_number_of_letters(desk, propose):
    make.invoice()
    issue(desk, propose())
    for number in range(21):
        make.invoice(to=make.client(f"N-{number}"), due="2026-03-01")
    run = propose("2026-03-20")
    page = desk.get(at("run_send", run))
    assert "usually there are 1" in " ".join(page.content.decode().split())
    for typed in ("", "20", "all", "9" * 30):
        page = issue(desk, run, typed_letters=typed)
        assert page.context["form"].errors["typed_letters"]
    assert Notice.objects.count() == 1
    issue(desk, run, typed_letters="21")
    assert Notice.objects.count() == 22


def test_a_draft_moves_to_another_day_and_keeps_what_was_unticked(desk, propose):
    make.invoice(number="INV-1")
    out = make.invoice(number="INV-2")
    run = propose("2026-03-16")
    desk.post(at("run_select", run), {"shown": [out.pk]})
    make.invoice(number="INV-3", due="2026-03-20")
    page = desk.get(at("run_date", run))
    key = page.context["form"]["request_key"].value()
    assert page.context["form"]["run_on"].value() == make.day("2026-03-16")
    given = {"run_on": "2026-04-02", "policy": "", "request_key": key}
    answer = desk.post(at("run_date", run), given)
    assert answer.url == at("run_selection", run)
    run.refresh_from_db()
    assert run.run_on == make.day("2026-04-02")
    assert policies.ticked(run) == ["INV-1", "INV-3"]
    assert {line.deadline_on for line in run.lines.all()} == {make.day("2026-04-12")}


def test_the_same_day_again_changes_no_line(desk, propose):
    make.invoice()
    run = propose("2026-03-16")
    before = list(run.lines.values_list("pk", flat=True))
    given = {"run_on": "2026-03-16", "policy": "", "request_key": "key-of-a-click"}
    desk.post(at("run_date", run), given)
    assert list(run.lines.values_list("pk", flat=True)) == before


def test_a_day_that_is_none_stays_beside_its_field(desk, propose):
    make.invoice()
    run = propose()
    page = desk.post(at("run_date", run), {"run_on": "9999-12-31"})
    assert page.context["form"].errors["run_on"]


def test_an_issued_run_keeps_its_day(desk, propose):
    make.invoice()
    run = propose("2026-03-16")
    issue(desk, run)
    given = {"run_on": "2026-04-02", "policy": "", "request_key": "key-of-a-click"}
    assert desk.post(at("run_date", run), given).status_code == 403
    run.refresh_from_db()
    assert run.run_on == make.day("2026-03-16")


def test_the_button_says_exactly_what_it_does(desk, propose):
    """Screens: the confirm button."""
    dupont = make.client("D-1", name="Dupont SA")
    for number in ("INV-1", "INV-2"):
        make.invoice("100.00 CHF", to=dupont, number=number)
    make.invoice("70.00 EUR", to=make.client("E-1", email=""))
    run = propose()
    text = " ".join(desk.get(at("run_send", run)).content.decode().split())
    assert "Issue 2 letters (1 by e-mail, 1 by post) and raise 3 invoices" in text
    assert "To level 1: 3 · CHF 200.00 · EUR 70.00" in text
    assert "1 client has no e-mail address" in text


def test_one_confirmation_issues_and_sends_and_twice_is_once(desk, propose):
    make.invoice()
    run = propose()
    page = issue(desk, run, send="now").content.decode()
    assert "1 e-mail is in the outbox" in page
    assert "already issued by anna" in issue(desk, run, send="now").content.decode()


def test_without_a_sender_only_issuing_is_offered(desk, propose, settings):
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    make.invoice()
    page = desk.get(at("run_send", propose())).content.decode()
    assert 'value="now"' not in page
    assert "no e-mail address to send from" in page
