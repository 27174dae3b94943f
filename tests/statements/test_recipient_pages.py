"""The page of whoever got a statement: what is due, live, without a login (4.10)."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Invoice, InvoiceMark
from statements.recipient import views
from tests import make
from tests.statements.linked import linked

pytestmark = pytest.mark.django_db

STATIC = Path(django_settings.BASE_DIR) / "static"


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def path(dupont):
    return linked(dupont)


def text_of(answer):
    return answer.content.decode()


def ids(*numbers):
    rows = dict(Invoice.objects.values_list("number", "pk"))
    return "&".join(f"invoice={rows[number]}" for number in numbers)


def test_4_10_it_says_what_is_due_to_whom_and_since_when_it_is_true(client, path):
    answer = client.get(path)
    page = text_of(answer)
    assert answer.status_code == 200
    for shown in (
        "Fiduciaire du Léman SA",
        "CHF\u00a0350.00",
        "450.00",
        "INV-2",
        "150.00",
        "INV-3",
        "Dupont SA",
        "compta@leman.example",
        'href="pay/?all=CHF"',
        timezone.localtime().strftime("%d.%m.%Y"),
    ):
        assert shown in page, shown
    assert page.count('type="checkbox" name="invoice"') == 2
    assert page.count("checked") == 2
    assert "INV-1" in page.split("<details")[1], "paid, and so nothing to tick"
    assert answer["Content-Language"] == "fr"
    assert not client.cookies


def test_4_10_it_is_live_and_says_thank_you_once_all_is_paid(client, dupont, path):
    """139."""
    make.credit("200.00 CHF", of=dupont, on="2026-03-01")
    page = text_of(client.get(path))
    assert "CHF\u00a0150.00" in page, "what is not allocated yet is set off"
    for number, part in (("INV-2", "150.00 CHF"), ("INV-3", "300.00 CHF")):
        make.payment(part, on="2026-03-02", to=Invoice.objects.get(number=number))
    page = text_of(client.get(path))
    assert "Everything is paid" in page or "Tout est payé" in page
    assert "pay/" not in page
    paid = client.get(path + "pay/?" + ids("INV-2"))
    assert paid.status_code == 400


def test_what_is_disputed_is_not_asked_for_unless_the_payer_ticks_it(client, path):
    invoices = {row.number: row for row in Invoice.objects.all()}
    for number, part in (("INV-2", None), ("INV-3", "100.00")):
        InvoiceMark.objects.create(
            invoice=invoices[number], kind="disputed", since="2026-03-01", amount=part
        )
    [(account, _shown, _paid)] = client.get(path).context["accounts"]
    assert account.due == make.money("100.00 CHF"), "100.00 of credit are set off"
    assert account.disputed == make.money("250.00 CHF")
    assert text_of(client.get(path)).count("checked") == 1
    for ticked, total in (
        (ids("INV-3"), "100.00 CHF"),
        (ids("INV-2"), "150.00 CHF"),
        ("all=CHF", "100.00 CHF"),
    ):
        answer = client.get(f"{path}pay/?{ticked}")
        assert answer.context["total"] == make.money(total), ticked


def test_no_button_asks_to_pay_what_credits_cover(client, dupont, path):
    make.credit("350.00 CHF", of=dupont, on="2026-03-01")
    page = text_of(client.get(path))
    assert page.count('type="checkbox" name="invoice"') == 2
    assert 'class="main"' not in page
    assert "all=CHF" not in page
    assert page.count('formaction="answer/"') == 3, "it can still be answered"
    InvoiceMark.objects.create(
        invoice=Invoice.objects.get(number="INV-2"), kind="disputed", since="2026-03-01"
    )
    page = text_of(client.get(path))
    assert page.count('<button class="main">') == 1, "who gives in may pay"


def test_a08_exactly_what_is_ticked_is_paid_credits_set_off(client, dupont, path):
    one = client.get(path + "pay/?" + ids("INV-3"))
    both = client.get(path + "pay/?" + ids("INV-2", "INV-3"))
    assert one.context["total"] == make.money("300.00 CHF")
    assert both.context["total"] == make.money("350.00 CHF")
    assert both.context["set_off"] == make.money("100.00 CHF")
    assert both.context["transfer"].plain_amount == "350.00"
    assert "INV-2 INV-3" in text_of(both)
    assert "CH93 0076 2011 6238 5295 7" in text_of(both)
    make.credit("300.00 CHF", of=dupont, on="2026-03-01")
    both = client.get(path + "pay/?" + ids("INV-2", "INV-3"))
    assert both.context["total"] == make.money("50.00 CHF")
    assert both.context["set_off"] == make.money("400.00 CHF")
    make.credit("50.00 CHF", of=dupont, on="2026-03-01")
    assert "cover these" in text_of(client.get(path + "pay/?lang=en&" + ids("INV-2")))


BAD = [
    ("", "Tick at least one invoice."),
    ("invoice=", "Choose invoices of this list."),
    ("invoice=x", "Choose invoices of this list."),
    ("invoice=-1", "Choose invoices of this list."),
    (f"invoice={10**30}", "Choose invoices of this list."),
    ("invoice=%00", "Choose invoices of this list."),
    ("all=EUR", "There is nothing to pay in this currency"),
    ("all=%00", "There is nothing to pay in this currency"),
]


def test_what_cannot_be_ticked_is_said_over_the_list(client, path):
    encoded = "application/x-www-form-urlencoded"
    for ticked, problem in BAD:
        for answer in (
            client.get(f"{path}pay/?lang=en&{ticked}"),
            client.post(path + "checkout/?lang=en", ticked, encoded),
        ):
            assert answer.status_code == 400, ticked
            assert problem in text_of(answer), ticked
            assert "INV-2" in text_of(answer), ticked


def test_invoices_of_two_currencies_are_two_payments(client, dupont):
    euros = make.invoice("80.00 EUR", to=dupont, number="E-1", due="2026-02-20")
    path = linked(dupont)
    page = text_of(client.get(path + "?lang=en"))
    assert "Pay CHF\u00a0350.00" in page
    assert "Pay EUR\u00a080.00" in page
    mixed = client.get(path + "pay/?lang=en&" + ids("INV-2", euros.number))
    assert mixed.status_code == 400
    assert "of one currency" in text_of(mixed)


def test_four_languages_go_along_with_every_link(client, path):
    for code in ("de", "fr", "it", "en"):
        answer = client.get(f"{path}?lang={code}")
        page = text_of(answer)
        assert answer["Content-Language"] == code
        assert f'<html lang="{code}">' in page
        assert f'href="pay/?lang={code}&amp;all=CHF"' in page
        assert f'name="lang" value="{code}"' in page
        assert page.count("hreflang") == 4
    chosen = client.get(f"{path}pay/?lang=de&" + ids("INV-2"))
    assert f"?lang=it&amp;{ids('INV-2')}" in text_of(chosen) or (
        f"{ids('INV-2')}&amp;lang=it" in text_of(chosen)
    )
    for code in ("xx", "", "%00", "de-CH", "../de"):
        assert client.get(f"{path}?lang={code}")["Content-Language"] == "fr"


def test_46_invoices_are_less_than_50_kb_in_every_language(client, dupont):
    """The page with all that it loads, however many queries: always as many."""
    few = linked(dupont)

    def asked(path):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
        return answer, len(seen)

    _answer, queries = asked(few)
    bill = make.bill(
        "4600.00",
        to=dupont,
        on="2026-02-01",
        instalments=[(n + 10, "2.5") for n in range(40)],
    )
    assert bill.invoices.count() == 40
    for n in range(4):
        make.invoice(f"{n + 1}.05 CHF", to=dupont, due=f"2026-02-{n + 10}")
    path = linked(dupont)
    loaded = sum(
        (STATIC / name).stat().st_size
        for name in ("css/recipient.css", "js/recipient.js", "img/relance.svg")
    )
    for code in ("de", "fr", "it", "en"):
        answer, count = asked(f"{path}?lang={code}")
        assert text_of(answer).count('type="checkbox"') == 46
        assert len(answer.content) + loaded < 50_000, code
        assert count == queries
    every = client.get(path + "pay/?all=CHF")
    assert len(every.content) + loaded < 50_000


def test_a_thousand_invoices_are_turned_page_by_page(client, dupont, monkeypatch):
    monkeypatch.setattr(views, "MOST", 1)
    path = linked(dupont)
    first, last = client.get(path), client.get(path + "?page=99")
    assert "INV-2" in text_of(first)
    assert "INV-3" not in text_of(first)
    assert "?page=2" in text_of(first)
    assert "INV-3" in text_of(last)
    assert client.get(path + "?page=%00").status_code == 200
    assert client.get(path + "pay/?all=CHF").context["total"].amount == 350
