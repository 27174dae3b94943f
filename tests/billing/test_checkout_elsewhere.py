"""A provider as others write them for django-payments: booked once, too."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from payments import PaymentError, RedirectNeeded
from payments.core import BasicProvider

from billing.actions.checkouts import CheckoutRefusal
from billing.models import Credit
from billing.rules.money import plain
from tests import make
from tests.billing.paying import begin, document, pay_by

pytestmark = pytest.mark.django_db


class Elsewhere(BasicProvider):
    """A provider as others write them: saves the whole row, and reports by address."""

    def get_form(self, payment, data=None):
        payment.transaction_id = "there-1"
        payment.save()
        raise RedirectNeeded("https://elsewhere.example/pay")

    def get_token_from_request(self, payment, request):
        return request.POST.get("token")

    def process_data(self, payment, request):
        if request.POST.get("key") != "right":
            raise PaymentError("forged")
        payment.change_status("confirmed")
        payment.captured_amount = payment.total
        payment.save()
        return HttpResponse("ok")


def test_any_provider_of_django_payments_is_booked_once_too(settings, company, client):
    paper = document(make.client())
    pay_by(settings, {"elsewhere": (f"{__name__}.Elsewhere", {})})
    invoice = make.invoice("80.00 CHF", to=paper.client)
    started = begin(paper, invoice)
    assert started.address == "https://elsewhere.example/pay"
    given = {"token": started.checkout.token, "key": "wrong"}
    of = f"/payments/of/{started.checkout}/"
    for address in ("/payments/elsewhere/", of):
        assert client.post(address, given).status_code == 400
    for address in ("/payments/elsewhere/", of, "/payments/elsewhere/", of):
        assert client.post(address, given | {"key": "right"}).status_code == 200
    [credit] = Credit.objects.all()
    assert (credit.reference, plain(credit.amount)) == ("there-1", "80.00")
    # It cannot close what it has begun: another window is told to wait.
    two = make.invoice("30.00 CHF", to=paper.client)
    begin(paper, two)
    with pytest.raises(CheckoutRefusal, match="another window"):
        begin(document(paper.client, "S-9"), two)
