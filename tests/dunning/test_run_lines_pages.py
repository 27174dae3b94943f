"""What is decided about single lines, and what changes under a proposal (4.1, 4.2)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from dunning.models import Hold, LevelAmount, Policy, Run, RunLine
from tests import make
from tests.dunning import desk as policies


def selection(desk, run, query=""):
    return desk.get(reverse("run_selection", args=[run.pk]) + query)


def press(desk, run, **given):
    return desk.post(reverse("run_select", args=[run.pk]), given)


def rows(page):
    return {
        row.line.invoice.number: row
        for group in page.context["groups"]
        for row in group.rows
    }


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("what", "address"),
    [
        ("pause", "/dunning/holds/new/?next={next}&invoice={invoice}&kind=hold"),
        ("promise", "/dunning/holds/new/?next={next}&invoice={invoice}&kind=promise"),
        ("block", "/dunning/holds/new/?next={next}&client={client}"),
        ("dispute", "/invoices/{invoice}/dispute/?next={next}"),
        ("level", "/invoices/{invoice}/level/?next={next}"),
        ("nofee", "/dunning/runs/{run}/no-fee/{invoice}/?next={next}"),
        (
            "plan",
            "/dunning/plans/new/?next={next}&client={client}&currency=CHF&invoice={invoice}",
        ),
    ],
)
def test_a_decision_keeps_the_ticks_and_leads_back(desk, propose, what, address):
    owed, other = make.invoice(number="INV-1"), make.invoice(number="INV-2")
    run = propose()
    answer = press(
        desk,
        run,
        shown=[owed.pk, other.pk],
        ticked=[owed.pk],
        at="q=INV",
        go=f"{what}-{owed.pk}",
    )
    back = f"%2Fdunning%2Fruns%2F{run.pk}%2Fselection%2F%3Fq%3DINV%23l{owed.pk}"
    assert answer.url == address.format(
        next=back, invoice=owed.pk, client=owed.client_id, run=run.pk
    )
    assert policies.ticked(run) == ["INV-1"]
    assert desk.get(answer.url).status_code == 200


def test_a_decision_on_an_invoice_of_another_run_leads_nowhere(desk, propose):
    make.invoice()
    answer = press(desk, propose(), go="pause-99")
    assert answer.url.startswith("/dunning/runs/")


def test_skipping_unticks_one_line(desk, propose):
    one, two = make.invoice(number="INV-1"), make.invoice(number="INV-2")
    run = propose()
    both = [one.pk, two.pk]
    answer = press(desk, run, shown=both, ticked=both, tick=f"skip-{one.pk}")
    assert answer.url.endswith(f"#l{one.pk}")
    assert policies.ticked(run) == ["INV-2"]


def fees():
    levels = [{"name": "Rappel", "fee": {"CHF": "20.00"}}]
    policies.policy(levels=levels, name="Costly")


def test_no_fee_on_a_letter_has_its_reason(desk, propose):
    fees()
    owed = make.invoice(number="INV-1")
    run = propose()
    page = reverse("run_no_fee", args=[run.pk, owed.pk])
    answer = desk.post(page, {"reason": "first time\u200b late"}, follow=True)
    assert "No fee: first time late" in words(answer)
    assert answer.context["totals"].sums["CHF"].fee.amount == 0
    desk.post(reverse("run_issue", args=[run.pk]))
    assert run.notices.get().fee.amount == 0
    assert RunLine.objects.get(run=run).no_fee == "first time late"
    assert desk.get(page).status_code == 404, "it is issued"


def test_the_fee_comes_back_without_a_reason(desk, propose):
    fees()
    owed = make.invoice()
    run = propose()
    page = reverse("run_no_fee", args=[run.pk, owed.pk])
    desk.post(page, {"reason": "a regular"})
    desk.post(page, {"reason": ""})
    assert selection(desk, run).context["totals"].sums["CHF"].fee.amount == 20
    refused = desk.post(page, {"reason": "x" * 301})
    assert refused.context["form"].errors["reason"]


def test_what_was_paid_meanwhile_is_said_beside_its_line(desk, propose):
    """4.2: crossing payments, seen before anything is issued."""
    paid = make.invoice("100.00 CHF", number="INV-1")
    part = make.invoice("400.00 CHF", number="INV-2")
    held = make.invoice("80.00 CHF", number="INV-3")
    run = propose()
    make.payment("100.00 CHF", on="2026-03-10", to=paid)
    make.payment("250.00 CHF", on="2026-03-10", to=part)
    Hold.objects.create(client=held.client, invoice=held, since="2026-03-01", reason="asked")  # fmt: skip
    page = selection(desk, run)
    found = rows(page)
    assert found["INV-1"].fell == "Paid in the meantime."
    assert str(found["INV-2"].now_open.amount) == "150.00"
    assert found["INV-3"].fell == "On hold: asked."
    assert page.context["fallen"] == 2
    assert "2 ticked invoices cannot be reminded any more" in words(page)

    said = {"stale_reason": "a test of old days"}
    desk.post(reverse("run_issue", args=[run.pk]), said)
    lines = desk.get(reverse("run_lines", args=[run.pk]), {"export": "csv"})
    text = lines.getvalue().decode()
    assert "Paid on 10.03.2026." in text
    assert "On hold: asked." in text
    assert "Open: 400.00 → 150.00." in text


def test_a_row_says_its_last_letter_its_fee_and_the_way_it_goes(desk, propose):
    fees()
    LevelAmount.objects.update(fee=Decimal(0))
    Policy.objects.get(name="Costly").levels.create(position=2, name="1re relance")
    owed = make.invoice("100.00 CHF", number="INV-1", to=make.client(email=""))
    desk.post(reverse("run_issue", args=[propose("2026-03-01").pk]))
    page = selection(desk, propose("2026-04-01"))
    row = rows(page)["INV-1"]
    assert (row.last.number, row.last_level, row.line.level) == ("R-2026-0001", 1, 2)
    assert "R-2026-0001" in words(page)
    assert "Post (no e-mail address: to print)" in words(page)
    assert owed.client.name in words(page)


def test_a_broken_promise_and_credits_are_warned_of(desk, propose):
    dupont = make.client("D-1", name="Dupont SA")
    owed = make.invoice("100.00 CHF", to=dupont)
    make.credit("30.00 CHF", of=dupont, on="2026-03-01")
    Hold.objects.create(client=dupont, invoice=owed, kind="promise", since="2026-02-20", until="2026-02-27", reason="called")  # fmt: skip
    said = words(selection(desk, propose()))
    assert "Credits of CHF 30.00 are deducted." in said
    assert "1 promise to pay was broken." in said


def test_all_of_a_filter_and_then_not_some_of_it(desk, propose):
    """412 of 1,204: every number is of what it says."""
    dupont = make.client("D-1", name="Dupont SA")
    some = [make.invoice("10.00 CHF", to=dupont) for _n in range(3)]
    make.invoice("10.00 CHF", to=make.client("E-1", name="Egli AG"))
    run = propose()
    press(desk, run, tick="none")
    press(desk, run, tick="filter-all", at="q=dupont")
    shown = [inv.pk for inv in some]
    press(desk, run, shown=shown, ticked=shown[1:])
    page = selection(desk, run, "?q=dupont")
    assert (page.context["filter_ticked"], page.context["filtered_count"]) == (2, 3)
    assert "2 of 3 of this filter selected" in words(page)
    assert "2 of 4 proposed selected; 3 on this page" in words(page)


def test_the_bar_sums_up_each_level_and_currency(desk, propose):
    make.invoice("100.00 CHF")
    make.invoice("50.00 EUR")
    page = selection(desk, propose())
    sums = page.context["by_level"][1]
    assert [str(s.amount) for s in sums] == ["100.00", "50.00"]


def test_keys_are_explained_where_they_work(desk, propose):
    make.invoice()
    page = words(selection(desk, propose()))
    assert '<dialog class="keys" id="keys"' in page
    assert "js/selection" in page


def test_who_may_only_look_decides_nothing(client, stranger, propose, company):
    from django.contrib.auth.models import Permission

    owed = make.invoice()
    run = propose()
    stranger.user_permissions.add(Permission.objects.get(codename="view_run"))
    client.force_login(stranger)
    page = words(selection(client, run))
    assert "Skip in this run" not in page
    address = reverse("run_no_fee", args=[run.pk, owed.pk])
    assert client.post(address, {"reason": "nobody"}).status_code == 403
    assert client.post(reverse("run_date", args=[run.pk])).status_code == 403
    assert client.get(reverse("run_send", args=[run.pk])).status_code == 403
    assert Run.objects.get().lines.get().no_fee == ""
