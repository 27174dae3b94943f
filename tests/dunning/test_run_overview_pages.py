"""The overview of all runs: B03, B04, B05."""

from django.urls import reverse

from dunning.actions.runs import discard_run, issue_run, propose_run
from tests import make


def late_invoice(amount="100.00 CHF", **given):
    return make.invoice(amount, due="2026-02-09", **given)


def a_run(person, on="2026-03-16", key="a-key-of-a-request"):
    return propose_run(make.day(on), policy=None, person=person, request_key=key)


def test_the_menu_leads_to_the_runs(desk):
    """B03."""
    assert reverse("runs") in desk.get(reverse("runs")).content.decode()


def test_an_empty_overview_says_what_to_do(desk):
    page = desk.get(reverse("runs")).content.decode()
    assert "No dunning run yet" in page
    assert reverse("run_new") in page


def test_the_newest_run_comes_first_with_its_figures(desk, accountant):
    """B04: date, person, letters, invoices, per-level counts, amounts, state."""
    late_invoice("100.00 CHF")
    late_invoice("50.00 EUR", to=make.client(currency="EUR"))
    old = a_run(accountant, on="2026-03-01", key="key-of-the-old-run")
    issue_run(old, accountant)
    a_run(accountant, on="2026-04-16", key="key-of-the-new-run")
    page = desk.get(reverse("runs")).content.decode()
    assert page.index("16.04.2026") < page.index("01.03.2026")
    for text in (
        "Issued",
        "Draft",
        "anna",
        "Level 1: 2",
        "CHF\u00a0100.00",
        "EUR\u00a050.00",
    ):
        assert text in page


def test_figures_of_many_runs_cost_no_more_queries(
    desk, accountant, django_assert_max_num_queries
):
    late_invoice()
    for number in range(12):
        discard_run(a_run(accountant, key=f"key-number-{number}"), accountant)
    with django_assert_max_num_queries(16):
        desk.get(reverse("runs"))


def test_only_who_may_start_a_run_sees_the_button(client, stranger, company):
    """B05: the button needs the dunning permission."""
    permit(stranger, "view_run")
    client.force_login(stranger)
    assert reverse("run_new") not in client.get(reverse("runs")).content.decode()
    assert client.get(reverse("run_new")).status_code == 403
    permit(stranger, "add_run")
    assert reverse("run_new") in client.get(reverse("runs")).content.decode()


def test_a_stranger_sees_no_runs(client, stranger, company):
    client.force_login(stranger)
    assert client.get(reverse("runs")).status_code == 403


def test_nonsense_in_the_address_is_left_aside(desk, accountant):
    late_invoice()
    a_run(accountant)
    for query in (
        "page=-1",
        "page=9999999999999999999",
        "sort=person__password",
        "sort=%00",
    ):
        assert desk.get(f"{reverse('runs')}?{query}").status_code == 200


def permit(person, codename):
    from django.contrib.auth.models import Permission

    person.user_permissions.add(Permission.objects.get(codename=codename))
