"""Nothing late is left unsaid: proposed and excluded are all of it (4.1)."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.urls import reverse

from billing.actions.marks import mark_invoice
from billing.models import Invoice, InvoiceMark
from dunning.models import Hold
from dunning.rules.dossier import Reason
from tests import make
from tests.dunning import desk as policies
from tests.sheets import csv_rows

RUN_ON = make.day("2026-03-16")
LEVELS = [
    {"name": "Rappel", "grace_days": 5, "minimum": {"CHF": "20.00"}},
    {"name": "1re relance", "grace_days": 3},
]


def random_ledger(chance, propose, desk):
    """Clients with invoices of every kind, some reminded before, some stopped."""
    policies.policy(levels=LEVELS, name="Random", grouping=chance.choice(["client", "level", "invoice"]))  # fmt: skip
    clients = [make.client(email=chance.choice(["", "ap@example.org"])) for _n in range(6)]  # fmt: skip
    for _n in range(chance.randint(15, 25)):
        due = RUN_ON - timedelta(days=chance.randint(-5, 70))
        amount = chance.choice(["12.00 CHF", "100.00 CHF", "250.50 CHF", "80.00 EUR"])
        make.invoice(amount, to=chance.choice(clients), due=f"{due}")
    desk.post(reverse("run_issue", args=[propose("2026-02-20").pk]))
    late = list(Invoice.objects.filter(open__gt=0).order_by("pk"))
    for stop in (paid, partly_paid, disputed, disputed_part, given_up, held, promised):
        stop(chance.choice(late))
    make.credit("300.00 CHF", of=chance.choice(clients), on="2026-03-01")
    Hold.objects.create(client=chance.choice(clients), since="2026-03-01", reason="new")  # fmt: skip


def paid(inv):
    left = Invoice.objects.get(pk=inv.pk).open
    make.payment(f"{left.amount} {left.currency}", on="2026-03-02", to=inv)


def partly_paid(inv):
    if Invoice.objects.get(pk=inv.pk).open.amount > 5:
        make.payment(f"5.00 {inv.currency}", on="2026-03-02", to=inv)


def disputed(inv, part=None):
    inv.refresh_from_db()
    if inv.open and not inv.marks.filter(ended_on=None).exists():
        mark_invoice(inv, InvoiceMark.Kind.DISPUTED, make.day("2026-03-02"), "wrong", None, amount=part)  # fmt: skip


def disputed_part(inv):
    disputed(inv, make.money(f"3.00 {inv.currency}"))


def given_up(inv):
    inv.refresh_from_db()
    if inv.open and not inv.marks.filter(ended_on=None).exists():
        mark_invoice(inv, InvoiceMark.Kind.UNCOLLECTIBLE, make.day("2026-03-02"), "gone", None)  # fmt: skip


def held(inv, kind="hold", until=None):
    Hold.objects.create(client=inv.client, invoice=inv, kind=kind, since="2026-03-01", until=until, reason="asked")  # fmt: skip


def promised(inv):
    held(inv, "promise", "2026-03-30")


@pytest.mark.parametrize("seed", range(4))
def test_proposed_and_excluded_are_every_late_invoice(desk, propose, seed):
    """4.1: through the page's own file, on ledgers nobody has thought of."""
    random_ledger(Random(seed), propose, desk)
    run = propose(f"{RUN_ON}")
    late = Invoice.objects.filter(open__gt=0, due_on__lt=RUN_ON)
    answer = desk.get(reverse("run_lines", args=[run.pk]), {"export": "csv"})
    head, *found = csv_rows(answer)
    number, level, why = (head.index(name) for name in ("Invoice", "Level", "Reason"))
    assert sorted(row[number] for row in found) == sorted(late.values_list("number", flat=True))  # fmt: skip
    assert all(bool(row[level]) != bool(row[why]) for row in found), "one or the other"
    assert all(row[-1] for row in found if row[why]), "each reason in a sentence"

    page = desk.get(reverse("run_selection", args=[run.pk]))
    counts = {label: n for _code, label, n in page.context["reasons"]}
    assert counts == Counter(row[why] for row in found if row[why])
    assert page.context["late_count"] == len(found)
    assert page.context["proposed_count"] == sum(not row[why] for row in found)


def test_one_row_for_each_reason(desk, propose):
    """4.1: every reason there is for a proposal, with its count in the head."""
    policies.policy(levels=LEVELS, name="Every reason")
    dupont, egli = make.client("D-1"), make.client("E-1")
    by_reason = {
        Reason.UNCOLLECTIBLE: make.invoice("100.00 CHF", to=dupont),
        Reason.DISPUTED: make.invoice("100.00 CHF", to=dupont),
        Reason.ON_HOLD: make.invoice("100.00 CHF", to=dupont),
        Reason.PROMISED: make.invoice("100.00 CHF", to=dupont),
        Reason.CLIENT_BLOCKED: make.invoice("100.00 CHF", to=egli),
        Reason.DEADLINE_RUNNING: make.invoice("100.00 CHF", due="2026-03-14"),
        Reason.COVERED_BY_CREDIT: make.invoice("50.00 CHF", to=make.client("C-1")),
        Reason.BELOW_MINIMUM: make.invoice("12.00 CHF", to=make.client("M-1")),
        Reason.LAST_LEVEL_REACHED: make.invoice("100.00 CHF", due="2025-11-01"),
    }
    for on in ("2025-12-01", "2026-01-05"):
        desk.post(reverse("run_issue", args=[propose(on).pk]))
    given_up(by_reason[Reason.UNCOLLECTIBLE])
    disputed(by_reason[Reason.DISPUTED])
    held(by_reason[Reason.ON_HOLD])
    promised(by_reason[Reason.PROMISED])
    Hold.objects.create(client=egli, since="2026-03-01", reason="new owner")
    make.credit("50.00 CHF", of=by_reason[Reason.COVERED_BY_CREDIT].client, on="2026-03-01")  # fmt: skip
    other = by_reason[Reason.IN_ANOTHER_RUN] = make.invoice("100.00 CHF", due="2026-02-08")  # fmt: skip
    first = propose("2026-03-16")
    desk.post(reverse("run_select", args=[first.pk]), {"tick": "none"})
    desk.post(
        reverse("run_select", args=[first.pk]),
        {"shown": [other.pk], "ticked": [other.pk]},
    )
    run = propose("2026-03-16")
    found = dict(run.lines.exclude(reason="").values_list("reason", "invoice"))
    assert found == {str(reason): inv.pk for reason, inv in by_reason.items()}
    page = desk.get(reverse("run_selection", args=[run.pk]) + "?tab=excluded")
    assert {code: n for code, _label, n in page.context["reasons"]} == dict.fromkeys(found, 1)  # fmt: skip
