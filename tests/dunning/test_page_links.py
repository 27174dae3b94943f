"""Invoices and reminders that leave by e-mail carry the link to their page (A08)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from billing.models import Invoice
from billing.recipient import bill_page
from clients.actions.merging import merge_clients
from delivery.links import find
from delivery.models import Message, ShareLink
from dunning.actions.answers import confirm_answer
from dunning.actions.letters import letter, queue_letters, render_letters
from dunning.facts import plan
from dunning.models import Notice, Run
from statements.models import Answer
from statements.recipient.reach import invoices_of
from tests import make
from tests.dunning import desk as runs

pytestmark = pytest.mark.django_db
PAGE = re.compile(r"^http://localhost:8000/r/([\w-]{43})/$", re.MULTILINE)


def opened_by(message):
    """What the address in the text opens; the HTML has the same one to click."""
    [token] = PAGE.findall(message.body.replace("\r\n", "\n"))
    assert f'<a href="http://localhost:8000/r/{token}/">' in message.html
    return find(token)


def late(invoice):
    """Why the invoice is not reminded again today."""
    return plan(localdate(), invoices=[invoice.pk]).excluded


def says_it_will_pay(client, mail, invoice):
    """Somebody opens the link of the e-mail, and answers one of its invoices."""
    [token] = PAGE.findall(mail.body)
    page = client.get(f"/r/{token}/").content.decode()
    assert "INV-1" in page
    assert "INV-2" in page
    assert "INV-3" not in page, "another client's"
    there = f"/r/{token}/answer/?kind=promise"
    key = re.search(r'name="key" value="(\w+)"', client.get(there).content.decode())[1]
    said = {"invoice": invoice.pk, "day": localdate(), "name": "Mme Aubert", "key": key}
    assert client.post(there, said).status_code == 302


def test_reminders_lead_to_the_page_of_what_they_ask_for(client, accountant, company):
    """Opened with the document, whichever is there first, e-mail or letter."""
    runs.policy()
    first = make.invoice("400.00 CHF", number="INV-1")
    more = make.invoice("50.00 CHF", number="INV-2", to=first.client)
    make.invoice("90.00 CHF", number="INV-3", to=make.client(language="de"))
    runs.issue("2026-02-16")
    run = Run.objects.get()
    one, two = Notice.objects.order_by("pk")
    letter(one)
    assert queue_letters(run, None).queued == 2
    mails = {mail.number: mail for mail in Message.objects.all()}
    link = opened_by(mails[one.number])
    assert link.document == one.document
    assert timedelta(89) < link.expires_at - timezone.now() < timedelta(91)
    assert opened_by(mails[two.number]) is None, "its letter is not there yet"
    assert "Consulter ce qui est dû" in mails[one.number].body
    assert mails[one.number].body.endswith(company.name), "before the greeting"

    render_letters(run)
    two.refresh_from_db()
    assert opened_by(mails[two.number]).document == two.document
    assert queue_letters(run, None).queued == 0
    assert ShareLink.objects.count() == 2

    assert invoices_of(one.document) == [first.pk, more.pk]
    says_it_will_pay(client, mails[one.number], first)
    row = Answer.objects.get()
    assert [part.invoice for part in row.parts.all()] == [first]
    assert [out.detail.get("answer") for out in late(first)] == [row.pk]
    confirm_answer(row, localdate(), until=None, note="", person=accountant)
    assert [out.reason for out in late(first)] == ["promised"]

    other = make.client()
    foreign = make.invoice("7.00 CHF", to=other)
    merge_clients(first.client, other)
    one.document.refresh_from_db()
    assert invoices_of(one.document) == [first.pk, more.pk], "they follow a merge"
    assert foreign.pk not in invoices_of(one.document)
    Invoice.objects.filter(pk=more.pk).update(open=0)
    assert invoices_of(one.document) == [first.pk, more.pk], "paid ones stay to be seen"


def test_where_nobody_could_open_it_no_link_is_sent(company, settings):
    """By a mail server, from a machine that has no address on the internet."""
    settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
    runs.policy()
    make.invoice("400.00 CHF")
    runs.issue("2026-02-16")
    queue_letters(Run.objects.get(), None)
    assert Message.objects.get().body == Notice.objects.get().body
    assert bill_page(make.bill("100.00"), 1) == ""


def test_invoices_lead_to_their_page_as_the_form_shows_it(desk):
    """What is sent is what was seen; each sending has a link of its own."""
    bill = make.bill("100.00", instalments=((30, 50), (60, 50)))
    there = reverse("bill_send", args=[bill.pk])
    shown = desk.get(there).context["form"].initial
    assert PAGE.search(shown["body"])
    assert not ShareLink.objects.exists(), "looking at it opens nothing"
    desk.post(there, shown)
    first = Message.objects.get()
    assert first.body == shown["body"]
    link = opened_by(first)
    assert invoices_of(link.document) == list(
        bill.invoices.order_by("pk").values_list("pk", flat=True)
    )
    ShareLink.objects.update(revoked_at=timezone.now())
    desk.post(there, shown | {"occasion": 2})
    again = Message.objects.order_by("pk").last()
    assert opened_by(again).document == link.document, "yesterday's text, today's link"
    plain = shown | {"occasion": 3, "body": "Hello\n\nBye"}
    desk.post(there, plain)
    assert ShareLink.objects.count() == 2, "who takes the link out opens nothing"

    for row in bill.invoices.all():
        paid = f"{row.open.amount} CHF"
        make.payment(paid, on="2026-02-01", to=row)
    assert "/r/" not in desk.get(there).context["form"].initial["body"]
