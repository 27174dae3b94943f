"""The page of whoever got a statement: what is due, live, without a login (4.10)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Credit, Invoice, InvoiceMark
from clients.actions.merging import merge_clients
from delivery import public
from delivery.actions import archive
from delivery.actions.sharing import open_link
from delivery.models import Document, ShareLink
from statements.recipient import views
from tests import make
from tests.statements.linked import link_of, linked, writes

pytestmark = pytest.mark.django_db

STATIC = Path(django_settings.BASE_DIR) / "static"
PAGES = ["", "pay/", "answer/", "answer/?kind=paid", "document.pdf"]


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


def test_i44_no_id_leads_to_anything_of_another_client(client, company, path):
    other = make.client("OTHER", name="Zweite AG")
    bill = make.bill("77.00", to=other, on="2026-02-01")
    foreign = bill.invoices.get()
    Document.objects.create(
        kind="invoice",
        number=bill.number,
        client=other,
        language="fr",
        file_name="x.pdf",
        pages=1,
        sha256="0" * 64,
        content=b"%PDF",
    )
    mine = Invoice.objects.get(number="INV-2").pk
    for there, nowhere in (
        (f"pay/?invoice={foreign.pk}", "pay/?invoice=999999"),
        (f"pay/?invoice={mine}&invoice={foreign.pk}", f"pay/?invoice={mine}&invoice=9"),
        (f"invoices/{foreign.pk}.pdf", "invoices/999999.pdf"),
        (f"answer/?kind=paid&invoice={foreign.pk}", "answer/?kind=paid&invoice=999999"),
    ):
        seen, unseen = client.get(path + there), client.get(path + nowhere)
        assert seen.status_code == unseen.status_code, there
        for secret in ("Zweite", "77.00", bill.number):
            assert secret not in text_of(seen), there
    assert "Zweite" not in text_of(client.get(path))


def test_only_what_the_statement_names_is_on_its_page(client, dupont):
    """I44: the period of the statement; later invoices are in the next one."""
    make.invoice("99.00 CHF", to=dupont, number="LATER", due="2026-06-30")
    path = linked(dupont)
    later = Invoice.objects.get(number="LATER")
    assert "LATER" not in text_of(client.get(path))
    assert client.get(f"{path}pay/?invoice={later.pk}").status_code == 400


def test_i44_the_papers_are_the_archived_bytes_of_the_scope_only(client, dupont):
    bill = make.bill("120.00", to=dupont, on="2026-02-01")
    content = make.blank_pdf()
    paper = archive(
        kind="invoice",
        number=bill.number,
        client=dupont,
        language="fr",
        file_name="F.pdf",
        content=content,
        person=None,
    )
    path = linked(dupont)
    invoice = bill.invoices.get()
    assert f'href="invoices/{invoice.pk}.pdf"' in text_of(client.get(path))
    for place, kept in (
        (f"invoices/{invoice.pk}.pdf", paper),
        ("document.pdf", link_of(path).document),
    ):
        answer = client.get(path + place)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("inline;")
        assert answer.content == bytes(kept.content)
    without = Invoice.objects.get(number="INV-2").pk
    assert client.get(f"{path}invoices/{without}.pdf").status_code == 404


def altered(token):
    other = "A" if token[0] != "A" else "B"
    yield from (other + token[1:], token[:-1], token.swapcase(), token + "%20", "%00")


def test_i44_forged_truncated_and_revoked_are_like_unknown(client, path):
    """133."""
    token = path.split("/")[2]
    unknown = client.get("/r/unknown/").content
    for wrong in altered(token):
        for place in PAGES:
            answer = client.get(f"/r/{wrong}/{place}")
            assert (answer.status_code, answer.content) == (404, unknown)
        cache.clear()
    link = link_of(path)
    ShareLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    for place in PAGES:
        answer = client.get(path + place)
        assert (answer.status_code, answer.content) == (404, unknown)
    for place in ("checkout/", "answer/?kind=paid"):
        assert client.post(path + place).status_code == 404


def test_i44_an_expired_link_says_whom_to_ask_and_nothing_else(client, path):
    """134."""
    long_ago = timezone.now() - timedelta(days=91)
    open_link(link_of(path).document, "expired", long_ago)
    path = "/r/expired/"
    for place in PAGES:
        answer = client.get(path + place)
        assert answer.status_code == 410
        assert "Fiduciaire du Léman SA" in text_of(answer)
        assert "INV-" not in text_of(answer)
    assert client.post(path + "checkout/").status_code == 410


def test_looking_changes_nothing_leaves_no_trace_and_names_nobody_else(client, path):
    """140: GET without effect; no cookie, no cache, no referrer, no other site."""
    for place in [*PAGES, "pay/?" + ids("INV-2", "INV-3")]:
        for method in (client.get, client.head):
            assert writes(lambda: method(path + place)) == [], place  # noqa: B023
        answer = client.get(path + place)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer
        if answer["Content-Type"].startswith("text/html"):
            for outside in ("http://", "https://", "<style", "style=", "onclick"):
                assert outside not in text_of(answer), place
    assert not client.cookies
    for place in ("", "pay/", "document.pdf"):
        assert client.post(path + place).status_code == 405
    assert client.get(path + "checkout/").status_code == 405


def test_a_document_that_was_altered_is_not_given_out(client, dupont):
    fake = Document.objects.create(
        kind="withdrawal",
        number="W-1",
        client=dupont,
        language="fr",
        file_name="x.pdf",
        pages=1,
        sha256="0" * 64,
        content=b"%PDF",
    )
    open_link(fake, "altered", timezone.now())
    assert client.get("/r/altered/document.pdf").status_code == 410
    assert "asks for no payment" in text_of(client.get("/r/altered/?lang=en"))


def test_who_asks_without_end_is_refused_for_a_minute(client, path, monkeypatch):
    """138."""
    monkeypatch.setattr(public, "TURNS", 3)
    slow = [a for a in (client.get(path) for _ in range(7)) if a.status_code == 429]
    assert slow
    assert slow[0]["Retry-After"] == "60"


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
    monkeypatch.setattr(views, "AT_ONCE", 1)
    path = linked(dupont)
    first, last = client.get(path), client.get(path + "?page=99")
    assert "INV-2" in text_of(first)
    assert "INV-3" not in text_of(first)
    assert "?page=2" in text_of(first)
    assert "INV-3" in text_of(last)
    assert client.get(path + "?page=%00").status_code == 200
    assert client.get(path + "pay/?all=CHF").context["total"].amount == 350


def test_it_follows_a_client_that_was_merged_into_another_one(client, dupont, path):
    into = make.client("INTO", name="Dupont & Fils")
    make.invoice("5.00 CHF", to=into, number="THEIRS", due="2026-02-20")
    merge_clients(dupont, into)
    page = text_of(client.get(path))
    assert "450.00" in page
    assert "THEIRS" not in page
    paid = client.get(path + "pay/?all=CHF").context["total"]
    assert paid.amount == 355, "of the credit, 5.00 are put to what it owes beside"
    assert Credit.objects.filter(client=into).exists()
