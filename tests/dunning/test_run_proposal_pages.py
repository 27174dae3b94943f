"""Ticking the lines of a proposal: B08, B09, B12."""

from django.contrib.auth.models import Permission
from django.urls import reverse

from dunning.models import Run, RunLine
from tests import make


def select(desk, run, *, ticked=(), shown=(), **given):
    values = {
        "ticked": [inv.pk for inv in ticked],
        "shown": [inv.pk for inv in shown],
    }
    return desk.post(reverse("run_select", args=[run.pk]), values | given)


def ticked_of(run):
    return set(
        run.lines.filter(selected=True).values_list("invoice__number", flat=True)
    )


def page_of(desk, run, query=""):
    return desk.get(reverse("run_selection", args=[run.pk]) + query)


def test_the_proposal_shows_every_late_invoice_by_client(desk, propose):
    """B08, B09."""
    dupont = make.client("D-1", name="Dupont SA")
    for number in ("INV-1", "INV-2"):
        make.invoice("100.00 CHF", to=dupont, number=number)
    make.invoice(
        "70.00 EUR", to=make.client("E-1", name="Egli AG", email=""), number="INV-3"
    )
    page = page_of(desk, propose())
    text = page.content.decode()
    for word in (
        "Dupont SA",
        "Egli AG",
        "INV-1",
        "INV-2",
        "INV-3",
        "09.02.2026",
        "26.03.2026",
    ):
        assert word in text
    assert "to print" in text
    assert [len(group.rows) for group in page.context["groups"]] == [2, 1]
    assert page.context["totals"].letters == 2


def test_everything_late_is_proposed_or_left_out_with_its_reason(
    desk, propose, accountant
):
    make.invoice("100.00 CHF", number="INV-1")
    held = make.invoice("90.00 CHF", number="INV-2")
    desk.post(reverse("invoice_uncollectible", args=[held.pk]), {"reason": "bankrupt"})
    run = propose()
    page = page_of(desk, run, "?tab=excluded")
    text = page.content.decode()
    assert "INV-2" in text
    assert "bankrupt" in text
    assert (page.context["proposed_count"], page.context["excluded_count"]) == (1, 1)
    assert (
        "INV-2"
        not in page_of(desk, run, "?tab=excluded&reason=disputed").content.decode()
    )
    assert (
        "INV-2" in page_of(desk, run, "?tab=excluded&reason=nonsense").content.decode()
    )


def test_unticking_is_kept_and_counted(desk, propose):
    """B09: honest counts."""
    one, two = make.invoice("100.00 CHF", number="INV-1"), make.invoice(number="INV-2")
    run = propose()
    answer = select(desk, run, ticked=[two], shown=[one, two])
    assert answer.url == reverse("run_selection", args=[run.pk]) + "?"
    assert ticked_of(run) == {"INV-2"}
    totals = page_of(desk, run).context["totals"]
    assert (totals.letters, totals.invoices) == (1, 1)


def test_ticks_of_other_pages_stay(desk, propose):
    """B09: 300 proposed lines over two pages keep what was ticked on each."""
    dupont = make.client("D-1")
    invoices = [
        make.invoice("10.00 CHF", to=dupont, number=f"INV-{n:03}") for n in range(300)
    ]
    run = propose()
    first = page_of(desk, run)
    assert first.context["page"].paginator.num_pages == 2
    assert "100 on this page" in page_of(desk, run, "?page=2").content.decode()
    shown = [
        row.line.invoice for group in first.context["groups"] for row in group.rows
    ]
    assert len(shown) == 200
    answer = select(desk, run, ticked=shown[5:], shown=shown, go="page=2&tab=proposed")
    assert "page=2" in answer.url
    rest = [inv for inv in invoices if inv not in shown]
    select(desk, run, ticked=rest[1:], shown=rest, go="page=1")
    assert run.lines.filter(selected=True).count() == 300 - 5 - 1
    text = page_of(desk, run).content.decode()
    assert "294 invoices" in text
    assert "294 of 300 proposed selected; 200 on this page" in " ".join(text.split())


def test_all_and_none_go_over_every_page(desk, propose):
    dupont = make.client("D-1")
    for number in range(205):
        make.invoice("10.00 CHF", to=dupont, number=f"INV-{number}")
    run = propose()
    select(desk, run, tick="none")
    assert not ticked_of(run)
    select(desk, run, tick="all")
    assert len(ticked_of(run)) == 205


def test_all_of_a_filter_and_all_of_a_client(desk, propose):
    dupont, egli = (
        make.client("D-1", name="Dupönt SA"),
        make.client("E-1", name="Egli AG"),
    )
    make.invoice("10.00 CHF", to=dupont, number="INV-1")
    make.invoice("10.00 EUR", to=dupont, number="INV-2")
    make.invoice("10.00 CHF", to=egli, number="INV-3")
    run = propose()
    select(desk, run, tick="filter-none", at="q=dupont")
    assert ticked_of(run) == {"INV-3"}
    select(desk, run, tick=f"{dupont.pk}-EUR-all")
    assert ticked_of(run) == {"INV-2", "INV-3"}
    filtered = page_of(desk, run, "?q=inv-3").context
    assert [group.client for group in filtered["groups"]] == [egli]
    assert filtered["totals"].invoices == 2, "the bar counts the run, not the filter"


def test_a_filter_is_kept_in_the_address(desk, propose):
    make.invoice("10.00 CHF")
    run = propose()
    answer = select(desk, run, go="filter", q="Dupont", level="1")
    assert answer.url.endswith("?q=Dupont&level=1")
    assert "No proposed invoice matches" in desk.get(answer.url).content.decode()


def test_a_tick_with_htmx_answers_with_the_totals(desk, propose):
    one, two = make.invoice("100.00 CHF"), make.invoice("50.00 CHF")
    run = propose()
    answer = desk.post(
        reverse("run_select", args=[run.pk]),
        {"shown": [one.pk, two.pk], "ticked": [one.pk]},
        headers={"HX-Request": "true"},
    )
    text = answer.content.decode()
    assert text.startswith('<div class="totals-bar"')
    assert "CHF\u00a0100.00" in text


def test_zero_ticked_is_refused_with_a_sentence(desk, propose):
    """B09."""
    make.invoice("100.00 CHF")
    run = propose()
    select(desk, run, tick="none")
    for method in (desk.get, desk.post):
        page = method(reverse("run_issue", args=[run.pk]), follow=True)
        assert "at least one invoice" in page.content.decode()
    run.refresh_from_db()
    assert run.state == Run.State.DRAFT


def test_the_last_level_is_listed_and_not_proposed(desk, propose, accountant):
    """B12."""
    owed = make.invoice("100.00 CHF", due="2026-01-02", number="INV-1")
    for on in ("2026-02-01", "2026-03-01", "2026-04-01"):
        page = desk.post(reverse("run_issue", args=[propose(on).pk]), follow=True)
        assert "1 letter is issued" in page.content.decode()
    owed.refresh_from_db()
    assert owed.level == 3
    page = page_of(desk, propose("2026-06-01"))
    assert "Nobody is to be reminded on this day" in page.content.decode()
    assert "Last level reached" in page.content.decode()


def test_a_line_that_was_left_out_cannot_be_ticked(desk, propose):
    """B12: a forged POST changes nothing."""
    held = make.invoice("100.00 CHF", number="INV-1")
    desk.post(reverse("invoice_uncollectible", args=[held.pk]), {"reason": "bankrupt"})
    run = propose()
    select(desk, run, ticked=[held], shown=[held])
    select(desk, run, tick="all")
    assert not ticked_of(run)


def test_what_is_ticked_in_another_draft_is_left_out(desk, propose):
    make.invoice("100.00 CHF", number="INV-1")
    first = propose()
    page = page_of(desk, propose(), "?tab=excluded")
    assert f"draft of run {first.pk}" in page.content.decode()
    desk.post(reverse("run_discard", args=[first.pk]))
    assert page_of(desk, propose()).context["proposed_count"] == 1


def test_a_discarded_draft_stays_and_changes_nothing_more(desk, propose):
    owed = make.invoice("100.00 CHF")
    run = propose()
    desk.post(reverse("run_discard", args=[run.pk]))
    page = page_of(desk, run).content.decode()
    assert "was discarded" in page
    assert "Save selection" not in page
    refused = select(desk, run, shown=[owed], ticked=[])
    assert refused.status_code == 302
    assert (
        "no longer a draft"
        in desk.post(
            reverse("run_discard", args=[run.pk]), follow=True
        ).content.decode()
    )


def test_a_letter_can_be_read_before_it_is_one(desk, propose):
    """B10: a preview; nothing is kept."""
    owed = make.invoice("100.00 CHF")
    run = propose()
    answer = desk.get(reverse("run_draft_pdf", args=[run.pk, owed.client_id, "CHF"]))
    assert answer.content.startswith(b"%PDF")
    assert not run.notices.exists()
    for client, currency in ((owed.client_id, "JPY"), (10**30, "CHF")):
        nobody = reverse("run_draft_pdf", args=[run.pk, client, currency])
        assert desk.get(nobody).status_code == 404


def test_garbage_in_the_form_changes_nothing(desk, propose):
    make.invoice("100.00 CHF", number="INV-1")
    run = propose()
    for given in (
        {"shown": "9" * 30, "ticked": "x"},
        {"shown": "-1"},
        {"tick": "1-CHF-all; drop"},
        {"go": "tab=excluded&next=//evil.example"},
        {"at": "q=%00&page=x", "tick": "filter-all"},
    ):
        answer = desk.post(reverse("run_select", args=[run.pk]), given)
        assert answer.status_code == 302
        assert answer.url.startswith("/dunning/")
        assert "evil" not in answer.url
    assert ticked_of(run) == {"INV-1"}
    for query in ("?q=%00", "?level=x&client=1e5", "?page=0", f"?client={'9' * 40}"):
        assert page_of(desk, run, query).status_code == 200


def test_who_may_only_look_cannot_tick(client, stranger, propose, company):
    make.invoice("100.00 CHF", number="INV-1")
    run = propose()
    client.force_login(stranger)
    assert page_of(client, run).status_code == 403
    stranger.user_permissions.add(Permission.objects.get(codename="view_run"))
    page = page_of(client, run).content.decode()
    assert "Save selection" not in page
    assert "INV-1" in page
    assert select(client, run, tick="none").status_code == 403
    assert client.post(reverse("run_issue", args=[run.pk])).status_code == 403
    assert client.post(reverse("run_discard", args=[run.pk])).status_code == 403
    assert select(client, run, go="tab=excluded").status_code == 302
    assert ticked_of(run) == {"INV-1"}


def test_a_longer_proposal_costs_no_more_queries(
    desk, propose, django_assert_max_num_queries
):
    for client in (make.client() for _number in range(15)):
        make.invoice(to=client)
        make.invoice(to=client)
    run = propose()
    with django_assert_max_num_queries(55):
        assert len(page_of(desk, run).context["groups"]) == 15
    with django_assert_max_num_queries(40):
        select(desk, run, tick="all")


def test_writing_needs_a_post(desk, propose):
    make.invoice("100.00 CHF")
    run = propose()
    for name in ("run_select", "run_discard"):
        assert desk.get(reverse(name, args=[run.pk])).status_code == 405
    assert RunLine.objects.filter(selected=True).count() == 1
