"""Every payment a reference identifies is booked in one click, and no other."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.actions.bank_booking import book_exact
from billing.audit import audit
from billing.models import Allocation, BankEntry, Credit, InvoiceMark
from billing.rules.bank.exact import Claim, spread
from billing.rules.matching.matcher import Confidence, Match, Part
from billing.rules.money import plain
from tests import make
from tests.billing import banking

State = BankEntry.State


def chf(text):
    return make.money(f"{text} CHF")


def claim(pk, paid, *parts, confidence=Confidence.EXACT):
    match = Match(confidence, "reference", 1, parts)
    return Claim(pk, chf(paid), match)


def part(amount, invoice=7, discount=None):
    return Part(invoice, chf(amount), discount)


@pytest.mark.parametrize(
    ("claims", "booked"),
    [
        ([], []),
        ([claim(1, "100", part("100"))], [(1, ["100.00"], "0.00")]),
        ([claim(1, "130", part("100"))], [(1, ["100.00"], "30.00")]),
        ([claim(1, "60", part("60"))], [(1, ["60.00"], "0.00")]),
        ([claim(n, "100", part("100")) for n in (1, 2)], [(1, ["100.00"], "0.00")]),
        (
            [claim(n, "60", part("60")) for n in (1, 2, 3)],
            [(1, ["60.00"], "0.00"), (2, ["40.00"], "20.00")],
        ),
        ([claim(1, "100", part("100"), confidence=Confidence.HIGH)], []),
        ([claim(1, "98", part("98", discount=chf("2")))], []),
    ],
)
def test_each_exact_payment_takes_what_those_before_it_left(claims, booked):
    found = spread(claims, {7: chf("100")})
    assert [
        (p.entry_id, [plain(x.amount) for x in p.parts], plain(p.left)) for p in found
    ] == booked


@pytest.mark.django_db
def test_exact_references_are_booked_and_the_rest_waits(desk, accountant):
    one = banking.invoice("100.00 CHF", "F-2026-0001")
    two = banking.invoice("50.00 CHF", "F-2026-0002")
    file = banking.read(
        banking.came("100.00", of=one, on=3),
        banking.came("60.00", of=two, on=2),
        banking.came("75.00", text=["merci"]),
        banking.went("5.00", name="Bank"),
    )
    page = desk.get(f"/bank/{file.pk}/")
    assert (page.context["exact"], plain(page.context["exact_sum"])) == (2, "160.00")
    desk.post(f"/bank/{file.pk}/exact/", {"seen": "2"})
    states = [entry.state for entry in file.entries.order_by("pk")]
    assert states == [State.BOOKED, State.BOOKED, State.WAITING, State.IGNORED]
    first, second = Credit.objects.order_by("number")
    assert (first.dated_on, second.dated_on) == (banking.ago(3), banking.ago(2))
    assert (plain(first.unallocated), plain(second.unallocated)) == ("0.00", "10.00")
    assert (first.account, first.created_by) == (file.account, accountant)
    entry = first.bank_entry
    assert (entry.client, entry.decided_by) == (one.client, accountant)
    one.refresh_from_db()
    assert plain(one.open) == "0.00"
    assert list(audit()) == []


@pytest.mark.django_db
def test_a_second_click_books_nothing_and_what_changed_is_told(desk):
    invoice = banking.invoice()
    file = banking.read(banking.came(of=invoice))
    make.payment("100.00 CHF", on=banking.ago(0), to=invoice)
    page = desk.post(f"/bank/{file.pk}/exact/", {"seen": "1"}, follow=True)
    assert not Credit.objects.filter(import_key__startswith="bank").exists()
    assert "1 changed meanwhile" in page.content.decode()
    assert file.entries.get().state == State.WAITING


@pytest.mark.django_db
def test_a_reference_paid_twice_is_booked_once_and_the_other_waits(company):
    invoice = banking.invoice()
    file = banking.read(
        banking.came(of=invoice, ref="R1"), banking.came(of=invoice, ref="R2")
    )
    assert book_exact(file, today=banking.ago(0)) == 1
    assert file.entries.filter(state=State.WAITING).count() == 1


@pytest.mark.django_db
def test_the_discount_of_a_short_payment_is_left_to_a_person(company):
    invoice = banking.invoice()
    file = banking.read(banking.came("98.00", of=invoice))
    book_exact(file, today=banking.ago(0))
    invoice.refresh_from_db()
    assert plain(invoice.open) == "2.00"


@pytest.mark.django_db
def test_a_payment_before_the_last_release_counts_from_it_on(company):
    invoice = banking.invoice()
    first = make.payment("100.00 CHF", on=banking.ago(9), to=invoice)
    from billing.actions.ledger import reverse_credit

    reverse_credit(first, banking.ago(2), "bounced")
    file = banking.read(banking.came(of=invoice, on=5))
    book_exact(file, today=banking.ago(0))
    made = Allocation.objects.get(credit__bank_entry__file=file)
    assert made.effective_on == banking.ago(2)
    assert list(audit()) == []


@pytest.mark.django_db
def test_an_uncollectible_invoice_that_is_paid_is_so_no_more(company):
    invoice = banking.invoice()
    mark = InvoiceMark.objects.create(
        invoice=invoice,
        kind=InvoiceMark.Kind.UNCOLLECTIBLE,
        since=banking.ago(5),
        reason="gone",
    )
    book_exact(banking.read(banking.came(of=invoice)), today=banking.ago(0))
    mark.refresh_from_db()
    assert mark.ended_on == banking.ago(0)


@pytest.mark.django_db
def test_the_questions_asked_do_not_grow_with_the_file(company):
    banking.read(banking.came("1.00", text=["warm"]))
    counts = []
    for start, many in ((100, 20), (200, 40)):
        invoices = [
            banking.invoice("10.00 CHF", f"F-2026-{start + n:04d}") for n in range(many)
        ]
        file = banking.read(
            *(banking.came("10.00", of=row, ref=row.number) for row in invoices),
            name=f"{many}.xml",
        )
        with CaptureQueriesContext(connection) as asked:
            assert book_exact(file, today=banking.ago(0)) == many
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert list(audit()) == []
