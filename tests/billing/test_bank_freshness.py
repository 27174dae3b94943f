"""The dashboard and the run say how far the books know the bank, and loudly so."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from billing.bank.desk import freshness
from tests import make
from tests.billing import banking

pytestmark = pytest.mark.django_db


def of(account, days):
    """An empty file that tells of an account up to so many days ago."""
    return account.files.create(
        name="x.xml",
        form="camt.053",
        content=b"",
        sha256=f"{account.pk}-{days}",
        currency=account.currency,
        last_on=banking.ago(days),
    )


@pytest.mark.parametrize(
    ("first", "second", "days", "stale"),
    [
        ([], [], 0, False),
        ([0], [], 0, False),
        ([3], [], 3, False),
        ([4], [], 4, True),
        ([9, 1], [], 1, False),
        ([-2], [], 0, False),
        ([1], [5], 5, True),
        ([1], [200], 1, False),
        ([200], [], 200, True),
    ],
)
def test_the_account_that_lags_behind_most_counts(first, second, days, stale):
    for account, ages in (
        (banking.account(), first),
        (banking.account(banking.OTHER, name="UBS"), second),
    ):
        for age in ages:
            of(account, age)
    fresh = freshness(localdate())
    assert (fresh.days, fresh.stale) == (days, stale)
    assert fresh.of_bank == bool(first or second)


def test_an_undone_file_tells_nothing():
    file = of(banking.account(), 0)
    type(file).objects.filter(pk=file.pk).update(undone_at="2026-01-01T00:00Z")
    assert freshness(localdate()).on is None


def test_without_bank_files_the_newest_payment_counts(company):
    make.credit("5.00 CHF", of=make.client(), on=banking.ago(6))
    fresh = freshness(localdate())
    assert (fresh.of_bank, fresh.days, fresh.stale) == (False, 6, True)
    assert fresh.unallocated == 1


def test_the_dashboard_names_what_waits(desk):
    make.invoice(due=banking.ago(9))
    make.credit("5.00 CHF", of=make.client(), on=banking.ago(6))
    banking.read(banking.came())
    of(banking.account(banking.OTHER, name="UBS"), 5)
    texts = [task.text for task in desk.get("/").context["tasks"]]
    assert any("5 days ago" in text for text in texts)
    assert "1 bank entry waits for a decision" in texts
    assert "1 credit is not put to an invoice" in texts


@pytest.mark.parametrize(("days", "loud"), [(3, False), (4, True)])
def test_a_new_run_is_loud_about_old_bank_data(desk, days, loud):
    of(banking.account(), days)
    text = desk.get(reverse("run_new")).content.decode()
    assert ("would be reminded" in text) == loud


def test_a_new_run_counts_what_waits(desk):
    banking.read(banking.came())
    text = desk.get(reverse("run_new")).content.decode()
    assert "1 bank entry waits for a decision" in text


def test_the_bank_page_shows_each_account(desk):
    of(banking.account(), 5)
    [state] = desk.get("/bank/").context["accounts"]
    assert (state.days, state.stale, state.waiting) == (5, True, 0)
