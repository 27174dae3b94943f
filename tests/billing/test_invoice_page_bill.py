"""The page of an invoice that was written here: its lines, figures and corrections."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.utils.timezone import localdate

from billing.actions.drafts import correction
from billing.actions.issuing import issue_draft
from billing.actions.ledger import write_off
from billing.models import Credit
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db):
    return make.company(vat_number="CHE-123.456.788")


@pytest.fixture
def bill(company):
    """12 × 33.335 at 8.1 % and 10.00 at 2.6 %: 442.69, rounded to 442.70."""
    lines = [("12", "33.335", "CH8.1"), ("1", "10", "CH2.6")]
    return make.bill(*lines, round_to_five=True, title="Spring", on="2026-01-10")


def text_of(desk, pk):
    return desk.get(f"/invoices/{pk}/").content.decode()


def test_the_lines_and_the_vat_of_the_bill_are_shown(desk, bill):
    text = text_of(desk, bill.invoices.get().pk)
    for part in [
        "Spring",
        "33.335",
        "400.02",
        "VAT 8.1 % on 400.02",
        "32.40",
        "442.70",
    ]:
        assert part in text, part
    assert f"/bills/{bill.pk}/pdf/" in text
    assert f"/bills/{bill.pk}/send/" in text
    assert "issued elsewhere" not in text


def test_an_invoice_from_elsewhere_says_so(desk):
    text = text_of(desk, make.invoice().pk)
    assert "issued elsewhere" in text
    assert "Copy as a draft" not in text


def test_the_figures_explain_what_is_open_to_the_cent(desk, bill):
    invoice = bill.invoices.get()
    make.payment("100.00 CHF", on="2026-01-20", to=invoice)
    make.credit(
        "8.85 CHF",
        of=invoice.client,
        on="2026-01-20",
        kind=Credit.Kind.DISCOUNT,
        to={invoice: "8.85 CHF"},
    )
    write_off(invoice, make.money("0.05 CHF"), date(2026, 1, 21), "small")
    note = correction(invoice, None)
    note.lines.filter(position=1).delete()
    issue_draft(note, today=date(2026, 2, 1), person=None, version=1)
    page = desk.get(f"/invoices/{invoice.pk}/")
    shown, parts = page.context["invoice"], page.context["parts"]
    figures = [
        parts.paid,
        parts.credited,
        parts.discounted,
        parts.written_off,
        shown.open,
    ]
    assert [plain(figure) for figure in figures] == [
        "100.00",
        "10.25",
        "8.85",
        "0.05",
        "323.55",
    ]
    assert sum(figure.amount for figure in figures) == shown.total.amount
    text = page.content.decode()
    assert "CN-2026-0001" in text
    assert "CHF\u00a0432.45 can still be corrected." in text


def test_instalments_lead_to_each_other(desk, company):
    bill = make.bill("100.00", instalments=[(30, "40"), (60, "60")])
    first, second = bill.invoices.order_by("instalment")
    text = text_of(desk, first.pk)
    assert f'href="/invoices/{second.pk}/"' in text
    assert "60.00" in text


def test_a_bill_leads_to_its_invoice_or_its_credit(desk, bill):
    invoice = bill.invoices.get()
    assert desk.get(f"/bills/{bill.pk}/").url == f"/invoices/{invoice.pk}/"
    draft = correction(invoice, None)
    note = issue_draft(draft, today=date(2026, 2, 1), person=None, version=1)
    answer = desk.get(f"/bills/{note.pk}/")
    assert answer.url == f"/payments/{note.credit.pk}/"
    text = desk.get(answer.url).content.decode()
    assert "33.335" in text
    assert f"/bills/{note.pk}/pdf/" in text


@pytest.mark.parametrize(
    ("codename", "words"),
    [
        ("issue_invoice", ["Copy as a draft", "Correct by a credit note"]),
        ("send_invoice", [">Send</a>"]),
        ("book_payment", ["Record a payment"]),
        ("write_off", ["Write off…"]),
        ("mark_invoice", ["Mark as disputed"]),
    ],
)
def test_each_action_is_offered_to_those_who_may(
    client, stranger, bill, codename, words
):
    invoice = bill.invoices.get()
    client.force_login(stranger)
    stranger.user_permissions.add(Permission.objects.get(codename="view_invoice"))
    text = text_of(client, invoice.pk)
    assert not [word for word in words if word in text]
    stranger.user_permissions.add(Permission.objects.get(codename=codename))
    text = text_of(client, invoice.pk)
    assert [word for word in words if word not in text] == []


def test_what_is_settled_is_not_offered_for_payment(desk, bill):
    invoice = bill.invoices.get()
    make.payment("442.70 CHF", on=localdate(), to=invoice)
    text = text_of(desk, invoice.pk)
    assert "Record a payment" not in text
    assert "Write off…" not in text
    assert "Correct by a credit note" in text


def test_three_hundred_lines_need_no_more_queries(
    desk, company, django_assert_max_num_queries
):
    one = make.bill("1.00").invoices.get()
    many = make.bill(*["1.00"] * 300).invoices.get()
    assert many.total.amount == Decimal(300)
    for invoice in (one, many):
        desk.get(f"/invoices/{invoice.pk}/")
        with django_assert_max_num_queries(22):
            desk.get(f"/invoices/{invoice.pk}/")
