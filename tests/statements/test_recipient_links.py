"""What the link to a statement opens, for how long, and nothing beside it (I44)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from billing.models import Credit, Invoice
from clients.actions.merging import merge_clients
from delivery import public
from delivery.actions import archive
from delivery.actions.sharing import open_link
from delivery.models import Document, ShareLink
from tests import make
from tests.statements.linked import link_of, linked, writes

pytestmark = pytest.mark.django_db

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


def test_older_invoices_that_a_statement_only_counts_are_paid_here_too(client, dupont):
    """A10: its balance holds them. Once clients were merged, nobody knows whose."""
    make.invoice("20.00 CHF", to=dupont, due="2026-02-19")
    path = linked(dupont, start=make.day("2026-02-01"), unpaid_only=True)
    make.invoice("9.00 CHF", to=dupont, number="BACK-DATED", due="2025-12-01")
    page = text_of(client.get(path))
    assert page.count('type="checkbox"') == 3, "INV-2, the new one and INV-3"
    assert "INV-2" in page
    assert "BACK-DATED" not in page
    merge_clients(make.client("SOURCE"), dupont)
    page = text_of(client.get(path))
    assert "INV-2" not in page
    assert "INV-3" in page


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
