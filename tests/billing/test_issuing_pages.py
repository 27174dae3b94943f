"""The page before an issue shows what it will do; its button does it, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from billing.actions import papers
from billing.models import Bill, Credit, Draft
from billing.tasks import archive_bill
from clients.models import Contact
from delivery.models import Document
from delivery.pdf import RenderFailure
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(company):
    return make.draft("100", to=make.client("K", email="k@example.org"))


def press(desk, draft, **more):
    form = {"version": draft.version, "key": draft.key, "then": "show"} | more
    return desk.post(f"/drafts/{draft.pk}/issue/", form)


def shown(desk, draft):
    return desk.get(f"/drafts/{draft.pk}/issue/")


def test_it_shows_number_dates_total_and_who_will_get_it(desk, draft):
    make.bill(on=localdate())
    draft.instalments.create(position=1, days=10, percent=40)
    draft.instalments.create(position=2, days=30, percent=60)
    Contact.objects.create(
        client=draft.client, purpose="invoice", name="Rita", email="rita@example.org"
    )
    page = shown(desk, draft)
    text = page.content.decode()
    preview = page.context["preview"]
    year = localdate().year
    assert preview.number == f"F-{year}-0002"
    assert [i.due_on - localdate() for i in preview.content.invoices] == [
        timedelta(10),
        timedelta(30),
    ]
    for words in (
        f"F-{year}-0002/2",
        "40.00",
        "60.00",
        "CHF\u00a0100.00",
        "rita@example.org",
    ):
        assert words in text
    assert "Rita, contact for: Invoices" in text
    assert page.context["problems"] == preview.warnings == []
    assert Bill.objects.count() == 1


def test_the_button_issues_archives_and_goes_to_the_invoice(desk, accountant, draft):
    answer = press(desk, draft)
    bill = Bill.objects.get()
    assert answer.url == f"/bills/{bill.pk}/"
    assert desk.get(answer.url).url == f"/invoices/{bill.invoices.get().pk}/"
    assert (bill.created_by, bill.issued_on) == (accountant, localdate())
    assert bill.document == Document.objects.get()


def test_issue_and_go_to_send(desk, draft):
    answer = press(desk, draft, then="send")
    assert answer.url == f"/bills/{Bill.objects.get().pk}/send/"


def test_a_double_click_issues_once(desk, draft):
    first = press(desk, draft)
    assert press(desk, draft).url == first.url
    assert Bill.objects.count() == Document.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_draft_that_is_gone_has_no_page(desk, draft, key):
    Draft.objects.all().delete()
    assert shown(desk, draft).status_code == 404
    assert press(desk, draft, key=key).status_code == 404


@pytest.mark.parametrize("version", ["", "2", "x", "9" * 30, "-1"])
def test_what_was_changed_meanwhile_is_shown_again(desk, draft, version):
    page = press(desk, draft, version=version)
    assert "changed the draft" in page.context["problems"][0]
    assert not Bill.objects.exists()


def test_every_reason_is_on_the_page_and_no_button(desk, draft):
    make.company(city="")
    draft.lines.update(vat_code="XX")
    for page in (shown(desk, draft), press(desk, draft)):
        assert len(page.context["problems"]) == 2
        assert "XX" in page.content.decode()
        assert 'name="then"' not in page.content.decode()
    assert not Bill.objects.exists()


def test_a_day_before_the_last_number_is_told_before(desk, draft):
    make.bill(on=localdate())
    Draft.objects.update(issued_on=localdate() - timedelta(1))
    if localdate().day == localdate().month == 1:
        pytest.skip("yesterday is of another series")
    assert "cannot follow it" in shown(desk, draft).context["problems"][0]


def test_a_number_that_is_taken_is_told_before(desk, draft):
    make.invoice(number=f"F-{localdate().year}-0001")
    assert "another prefix" in shown(desk, draft).context["problems"][0]


def warnings(desk, draft):
    return " ".join(shown(desk, draft).context["preview"].warnings)


def test_it_warns_of_what_may_be_a_mistake(desk, draft):
    owner = draft.client
    Draft.objects.update(order_reference="PO-9")
    make.bill(to=owner, order_reference="PO-9", on=localdate())
    owner.credit_limit, owner.city, owner.email = Decimal("199.99"), "", ""
    owner.save()
    make.company(iban="")
    told = warnings(desk, draft)
    for words in ("PO-9", "199.99", "postal address", "e-mail address", "where to pay"):
        assert words in told
    owner.credit_limit = Decimal(200)
    owner.save()
    assert "limit" not in warnings(desk, draft)


def test_a_credit_note_says_what_it_settles(desk, draft):
    invoice = make.bill("100", to=draft.client, on=localdate()).invoices.get()
    make.payment("70.00 CHF", on=localdate(), to=invoice)
    note = make.draft("50", kind="credit_note", corrects=invoice, to=draft.client)
    preview = shown(desk, note).context["preview"]
    [(row, part)] = preview.parts
    assert (row, str(part.amount), str(preview.rest.amount)) == (
        invoice,
        "30.00",
        "20.00",
    )
    answer = press(desk, note)
    credit = Credit.objects.get(kind="credit_note")
    assert desk.get(answer.url).url == f"/payments/{credit.pk}/"
    assert str(credit.unallocated.amount) == "20.000"


def test_a_bill_whose_paper_fails_is_issued_and_drawn_later(desk, draft, monkeypatch):
    def fails(*_args):
        raise RenderFailure("no fonts")

    with monkeypatch.context() as patch:
        patch.setattr(papers, "render_pdf", fails)
        answer = press(desk, draft)
    bill = Bill.objects.get()
    assert (answer.url, bill.document) == (f"/bills/{bill.pk}/", None)
    page = desk.get(f"/invoices/{bill.invoices.get().pk}/")
    assert "tried again in the background" in page.content.decode()
    archive_bill.call(bill.pk)
    bill.refresh_from_db()
    assert bill.document is not None


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_refused(client, stranger, draft, method):
    client.force_login(stranger)
    assert getattr(client, method)(f"/drafts/{draft.pk}/issue/").status_code == 403
    assert not Bill.objects.exists()
