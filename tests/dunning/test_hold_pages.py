"""Pausing reminders of an invoice or a client, and letting them go on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from dunning.actions.runs import propose_run
from dunning.models import Hold
from tests import make

NEW = "/dunning/holds/new/"
SOON = f"{localdate() + timedelta(days=14)}"


def late(**given):
    return make.invoice(
        "100.00 CHF", due=f"{localdate() - timedelta(days=30)}", **given
    )


def hold(desk, target, **given):
    values = {"kind": "hold", "until": "", "reason": "Talks until Friday"} | given
    return desk.post(f"{NEW}?{target}", values, follow=True)


def reasons(person, on=None):
    run = propose_run(
        on or localdate(),
        policy=None,
        person=person,
        request_key=f"key-{Hold.objects.count()}-{on}",
    )
    return sorted(line.reason for line in run.lines.all())


@pytest.mark.parametrize(
    ("kind", "reason"), [("hold", "on_hold"), ("promise", "promised")]
)
def test_an_invoice_on_hold_is_left_out_until_its_day(desk, accountant, kind, reason):
    owed = late()
    page = hold(desk, f"invoice={owed.pk}", kind=kind, until=SOON)
    assert "Talks until Friday" in page.content.decode()
    assert reasons(accountant) == [reason]
    after = localdate() + timedelta(days=15)
    assert reasons(accountant, on=after) == [""]


def test_a_client_on_hold_gets_no_letter_at_all(desk, accountant):
    dupont = make.client("D-1")
    owed = late(to=dupont)
    late(to=dupont)
    hold(desk, f"client={dupont.pk}")
    assert reasons(accountant) == ["client_blocked", "client_blocked"]
    page = desk.get(reverse("invoice_reminders", args=[owed.pk])).content.decode()
    assert "the whole client" in page


def test_a_released_hold_lets_reminders_go_on(desk, accountant):
    owed = late()
    hold(desk, f"invoice={owed.pk}")
    release = reverse("hold_release", args=[Hold.objects.get().pk])
    page = desk.post(release, follow=True).content.decode()
    assert "Released: On hold" in page
    assert "released already" in desk.post(release, follow=True).content.decode()
    assert reasons(accountant) == [""]
    assert desk.get(release).status_code == 405


def test_the_same_hold_twice_is_one(desk):
    owed = late()
    hold(desk, f"invoice={owed.pk}")
    hold(desk, f"invoice={owed.pk}")
    assert Hold.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "promise"}, "until"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": "soon"}, "until"),
        ({"kind": "never"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"reason": "\u202e"}, "reason"),
    ],
)
def test_bad_input_is_refused_beside_its_field(desk, given, field):
    owed = late()
    page = hold(desk, f"invoice={owed.pk}", **given)
    assert field in page.context["form"].errors
    assert not Hold.objects.exists()


def test_a_paid_invoice_needs_no_hold(desk):
    owed = late()
    make.payment("100.00 CHF", on="2026-03-01", to=owed)
    assert "The invoice is paid." in hold(desk, f"invoice={owed.pk}").content.decode()
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    "target", ["", "client=0", "client=x", "invoice=1e5", f"client={9**40}"]
)
def test_an_address_that_names_nobody_is_not_found(desk, target):
    assert desk.get(f"{NEW}?{target}").status_code == 404


def test_a_stranger_holds_nothing(client, stranger, company):
    owed = late()
    client.force_login(stranger)
    assert hold(client, f"invoice={owed.pk}").status_code == 403
    held = Hold.objects.create(client=owed.client, since=localdate(), reason="so")
    assert client.post(reverse("hold_release", args=[held.pk])).status_code == 403
