"""A client with a single invoice gets no statement: the invoice itself is sent (A07)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from delivery.models import Message
from tests import make

pytestmark = pytest.mark.django_db


def refused(desk, client):
    page = desk.get(reverse("statement_new", args=[client.pk]))
    assert page.status_code == 409
    return page


def test_the_way_to_send_it_is_one_click(desk, company):
    client = make.client()
    bill = make.bill("100.00", to=client)
    url = reverse("bill_send", args=[bill.pk])
    assert f'href="{url}"' in refused(desk, client).text
    desk.post(url, desk.get(url).context["form"].initial)
    message = Message.objects.get()
    assert message.number == bill.number
    assert bytes(message.document.content).startswith(b"%PDF")


def test_an_invoice_of_another_system_has_no_pdf_here_and_the_page_says_so(desk):
    invoice = make.invoice("100.00 CHF")
    page = refused(desk, invoice.client)
    assert "was issued by another system" in page.text
    assert reverse("invoice", args=[invoice.pk]) in page.text
    assert "/bills/" not in page.text


def test_who_may_not_send_sees_no_button(desk, accountant, company):
    accountant.user_permissions.remove(
        accountant.user_permissions.get(codename="send_invoice")
    )
    client = make.client()
    make.bill("100.00", to=client)
    assert "/send/" not in refused(desk, client).text
