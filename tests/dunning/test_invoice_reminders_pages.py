"""The tab Reminders of an invoice: B01, B12, B15, B16, B17, B19."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.timezone import localdate

from billing.models import Invoice, InvoiceMark
from dunning.actions.runs import propose_run
from dunning.models import Notice
from tests import make


def late(days=30, **given):
    return make.invoice(
        given.pop("amount", "100.00 CHF"),
        due=f"{localdate() - timedelta(days=days)}",
        **given,
    )


def tab(desk, invoice):
    return desk.get(reverse("invoice_reminders", args=[invoice.pk]))


def up(desk, invoice, key="key-of-one-click", on=None):
    return desk.post(
        reverse("invoice_raise", args=[invoice.pk]),
        {"run_on": f"{on or localdate()}", "request_key": key},
        follow=True,
    )


def mark(desk, invoice, reason="Bankrupt since Monday"):
    address = reverse("invoice_uncollectible", args=[invoice.pk])
    return desk.post(address, {"reason": reason}, follow=True)


def words(answer):
    return " ".join(answer.content.decode().split())


def test_an_overdue_invoice_goes_one_level_up_by_hand(desk):
    """B01: one reminder of the new level, with its letter in the history."""
    owed = late(number="INV-1")
    assert "One level up…" in words(tab(desk, owed))
    check = desk.get(reverse("invoice_raise", args=[owed.pk]))
    assert "Issue the letter, raise to level 1" in words(check)
    page = up(desk, owed)
    deadline = localdate() + timedelta(days=10)
    assert f"Reminded at level 1, deadline on {deadline:%d.%m.%Y}." in words(page)
    assert "R-" in words(page)
    owed.refresh_from_db()
    assert (owed.level, owed.deadline_on) == (1, deadline)


def test_sent_twice_it_goes_up_once(desk):
    """B01."""
    owed = late()
    up(desk, owed)
    up(desk, owed)
    assert Notice.objects.count() == 1


def test_the_letter_can_be_seen_before_for_the_day_that_is_chosen(desk):
    owed = late()
    check = desk.get(
        reverse("invoice_raise", args=[owed.pk]), {"run_on": f"{localdate()}"}
    )
    assert check.context["letter"].total == owed.open
    pdf = desk.get(
        reverse("invoice_raise_pdf", args=[owed.pk]), {"run_on": f"{localdate()}"}
    )
    assert pdf.content.startswith(b"%PDF")
    early = f"{owed.due_on}"
    assert not desk.get(
        reverse("invoice_raise", args=[owed.pk]), {"run_on": early}
    ).context["letter"]
    bad = desk.get(reverse("invoice_raise", args=[owed.pk]), {"run_on": "1e5"})
    assert bad.context["form"].errors["run_on"]
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("make_it", "said"),
    [
        (
            lambda desk, owed: make.payment("100.00 CHF", on="2026-03-01", to=owed),
            "Paid",
        ),
        (mark, "Uncollectible"),
        (up, "The deadline runs until"),
        (
            lambda desk, owed: desk.post(
                reverse("invoice_dispute", args=[owed.pk]), {"reason": "goods broken"}
            ),
            "goods broken",
        ),
    ],
    ids=["paid", "Non payé", "reminded", "disputed"],
)
def test_not_offered_and_refused_with_its_reason(desk, make_it, said):
    """B01, B12, B15: the button is disabled, a forged POST changes nothing."""
    owed = late(amount="100.00 CHF")
    make_it(desk, owed)
    before = Notice.objects.count()
    page = tab(desk, owed)
    assert "One level up…" not in words(page)
    assert said in words(page)
    up(desk, owed, key="another-key-forged")
    assert Notice.objects.count() == before


def test_an_invoice_not_due_is_not_raised(desk):
    """B01."""
    owed = late(days=-5)
    assert "One level up…" not in words(tab(desk, owed))
    up(desk, owed)
    assert not Notice.objects.exists()


def test_after_the_last_level_there_is_none(desk, accountant):
    """B12: disabled, and a forged POST refused."""
    owed = late(days=200)
    for level, days in enumerate((120, 90, 60), start=1):
        up(
            desk,
            owed,
            key=f"key-of-level-{level}",
            on=localdate() - timedelta(days=days),
        )
    page = words(tab(desk, owed))
    assert "Level 3 is the last one" in page
    assert "Overdue: the deadline of level 3 ended" in page
    assert "Level 3 is the last one" in words(up(desk, owed, key="a-forged-key"))
    assert Notice.objects.count() == 3


def test_non_paye_is_marked_logged_and_taken_away(desk, accountant):
    """B15, B16, B17: who, when and why are kept, and it is reversible."""
    owed = late(number="INV-1")
    page = words(mark(desk, owed))
    assert "Uncollectible. Reminders have stopped" in page
    assert "by anna: Bankrupt since Monday" in page
    mark(desk, owed)
    assert InvoiceMark.objects.count() == 1, "a second click marks nothing"
    assert not Invoice.objects.overdue(localdate()).exists()
    run = propose_run(
        localdate(), policy=None, person=accountant, request_key="key-of-a-run"
    )
    assert [line.reason for line in run.lines.all()] == ["uncollectible"]

    end = reverse("invoice_uncollectible_end", args=[owed.pk])
    page = words(desk.post(end, {"reason": "Paid a part after all"}, follow=True))
    assert "Paid a part after all" in page
    assert "Bankrupt since Monday" in page
    assert "One level up…" in page
    assert desk.post(end, {"reason": "again"}).status_code == 404
    assert Invoice.objects.overdue(localdate()).get() == owed


@pytest.mark.parametrize("reason", ["", "  ", "\x00", "x" * 301])
def test_a_mark_needs_its_reason(desk, reason):
    """B17."""
    owed = late()
    page = mark(desk, owed, reason)
    assert page.context["form"].errors["reason"]
    assert not InvoiceMark.objects.exists()


def test_each_button_needs_its_permission(client, stranger, company):
    """B16."""
    owed = late()
    client.force_login(stranger)
    assert tab(client, owed).status_code == 403
    stranger.user_permissions.add(Permission.objects.get(codename="view_invoice"))
    page = words(tab(client, owed))
    assert "One level up" not in page
    assert "Mark the invoice" not in page
    assert up(client, owed).status_code == 403
    assert mark(client, owed).status_code == 403
    end = reverse("invoice_uncollectible_end", args=[owed.pk])
    assert client.post(end, {"reason": "no reason"}).status_code == 403
    assert not InvoiceMark.objects.exists()
    assert not Notice.objects.exists()
