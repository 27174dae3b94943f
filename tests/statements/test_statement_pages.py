"""From a client to a sent statement, as an accountant does it (rows A01-A22)."""

from datetime import date
from urllib.parse import urlencode

import pypdfium2
import pytest
from django.core import mail
from django.utils.timezone import localdate

from clients.models import Contact
from delivery.actions import send_due
from delivery.models import Document, Message
from statements.models import Statement
from tests import make

JANUARY = {"start": "2026-01-01", "end": "2026-01-31", "kind": "activity"}
KEY = "0123456789abcdef0123456789abcdef"


def address(client, page="", **change):
    given = {**JANUARY, **change}
    return f"/clients/{client.pk}/statement/{page}?{urlencode(given)}"


def mail_form(**change):
    return {
        "recipient": "client@example.org",
        "subject": "Relevé",
        "body": "Bonjour",
        "request_key": KEY,
    } | change


def ask(desk, method, url):
    """GET the page, or POST the e-mail to it."""
    return desk.post(url, mail_form()) if method == "post" else desk.get(url)


def words(content):
    pdf = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_statement_is_built_looked_at_confirmed_and_sent(desk, dupont):
    """A01, A16, A18: one statement, one e-mail with one PDF, one entry in the log."""
    seen = desk.get(address(dupont, "preview.pdf")).content
    confirm = desk.get(address(dupont, "send/"))
    form = confirm.context["form"].initial
    assert form["recipient"] == "client@example.org"
    assert "Dupont" not in form["subject"]
    assert (Statement.objects.count(), Message.objects.count()) == (0, 0)

    answer = desk.post(address(dupont, "send/"), form, follow=True)
    made = Statement.objects.get()
    assert answer.redirect_chain == [(f"/statements/{made.pk}/", 302)]
    assert bytes(made.document.content) == seen
    send_due()
    [email] = mail.outbox
    [(name, content, kind)] = email.attachments
    assert (name, bytes(content), kind) == (
        made.document.file_name,
        seen,
        "application/pdf",
    )
    page = desk.get(f"/statements/{made.pk}/").content.decode()
    for shown in (
        made.number,
        "anna",
        "client@example.org",
        "Sent",
        made.document.sha256,
    ):
        assert shown in page


def test_preview_is_the_paper_on_a_sheet(desk, dupont):
    """A16: the HTML of the preview is the HTML of the PDF, plus two style sheets."""
    page = desk.get(address(dupont, "preview/")).content.decode()
    assert "INV-2" in page
    assert "paper.css" in page
    assert not Statement.objects.exists()
    assert not Document.objects.exists()


def test_only_invoices_of_this_client_can_appear(desk, dupont):
    """A02, A04."""
    make.invoice("77.00 CHF", number="FOREIGN-1", due="2026-02-01")
    text = words(desk.get(address(dupont, "preview.pdf")).content)
    assert "INV-2" in text
    assert "FOREIGN-1" not in text


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("get", ""),
        ("get", "preview/"),
        ("get", "preview.pdf"),
        ("get", "send/"),
        ("post", "send/"),
        ("post", "issue/"),
    ],
)
def test_a_client_with_fewer_than_two_invoices_is_refused(desk, method, page, count):
    """A06, A07: also when forged, with the invoice to send instead."""
    client = make.client()
    for _ in range(count):
        invoice = make.invoice(to=client)
    answer = ask(desk, method, address(client, page))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "needs at least 2 invoices" in text
    if count:
        assert f"/invoices/{invoice.pk}/" in text
    assert not Statement.objects.exists()
    assert not Message.objects.exists()


def test_two_invoices_are_enough(desk):
    """A05."""
    client = make.client()
    make.invoice(to=client)
    make.invoice(to=client)
    assert desk.get(address(client)).status_code == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"start": "2026-02-01"}, "The start lies after the end."),
        ({"start": "2026-02-30"}, "Enter a valid date."),
        ({"start": ""}, "This field is required."),
        ({"start": "0001-01-01"}, "Dates must lie between 1990 and 2100."),
        ({"end": "9999-12-31"}, "Dates must lie between 1990 and 2100."),
        ({"start": "２０２６-01-01"}, "Enter a valid date."),
        ({"start": "2026-01-01\0"}, "Enter a valid date."),
        ({"kind": "other"}, "Select a valid choice."),
    ],
)
def test_an_impossible_period_is_an_error_at_its_field(desk, dupont, change, error):
    """A09; nothing is made of it, whichever page is asked."""
    assert error in desk.get(address(dupont, **change)).content.decode()
    for method, page in (
        ("get", "preview/"),
        ("get", "preview.pdf"),
        ("post", "send/"),
        ("post", "issue/"),
    ):
        answer = ask(desk, method, address(dupont, page, **change))
        assert answer.status_code == 400
        assert error in answer.content.decode()
    assert not Statement.objects.exists()


def test_defaults_are_this_year_up_to_today_all_invoices(desk, dupont):
    """A13, A14."""
    form = desk.get(f"/clients/{dupont.pk}/statement/").context["form"]
    today = localdate()
    assert form.cleaned_data == {
        "start": date(today.year, 1, 1),
        "end": today,
        "kind": "activity",
        "unpaid_only": False,
    }


def test_unpaid_only_is_a_real_checkbox_kept_in_the_address(desk, dupont):
    """A10, A15, A21: what was chosen goes with every link and comes back."""
    page = desk.get(address(dupont, unpaid_only="on")).content.decode()
    assert 'type="checkbox" name="unpaid_only"' in page
    assert "Show only unpaid invoices" in page
    assert page.count("unpaid_only=on") >= 4
    back = desk.get(address(dupont, "send/", unpaid_only="on")).content.decode()
    kept = urlencode({**JANUARY, "unpaid_only": "on"}).replace("&", "&amp;")
    assert f'href="/clients/{dupont.pk}/statement/?{kept}"' in back


def test_unpaid_only_names_no_paid_invoice_on_paper(desk, dupont):
    """A10."""
    whole = {"start": "2025-11-01", "end": "2026-02-28"}
    every = words(desk.get(address(dupont, "preview.pdf", **whole)).content)
    unpaid = words(
        desk.get(address(dupont, "preview.pdf", unpaid_only="on", **whole)).content
    )
    assert "INV-1" in every
    assert "INV-1" not in unpaid
    assert "INV-2" in unpaid


def test_print_is_an_inline_pdf_behind_the_dots(desk, dupont):
    """A17."""
    answer = desk.get(address(dupont, "preview.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline;")
    for page in pypdfium2.PdfDocument(answer.content):
        assert [round(size) for size in page.get_size()] == [595, 842]
    menu = desk.get(address(dupont)).content.decode().split('class="menu"')[1]
    assert "preview.pdf?" in menu


def test_a_client_without_address_can_be_printed_but_not_sent(desk, dupont):
    """A22."""
    type(dupont).objects.update(email="")
    page = desk.get(address(dupont)).content.decode()
    assert "Dupont SA has no e-mail address for statements." in page
    assert "statement/send/" not in page
    assert desk.get(address(dupont, "preview.pdf")).status_code == 200
    for answer in (
        desk.get(address(dupont, "send/")),
        desk.post(address(dupont, "send/"), mail_form()),
    ):
        assert answer.status_code == 409
        assert "no e-mail address" in answer.content.decode()
    desk.post(address(dupont, "issue/"), {"request_key": KEY})
    assert Statement.objects.count() == 1
    assert not Message.objects.exists()


def test_the_contact_for_statements_gets_it_in_its_language(desk, dupont):
    """A04."""
    Contact.objects.create(
        client=dupont, purpose="statement", email="ap@dupont.example", language="de"
    )
    form = desk.get(address(dupont, "send/")).context["form"].initial
    assert form["recipient"] == "ap@dupont.example"
    desk.post(address(dupont, "send/"), form)
    made = Statement.objects.get()
    assert (made.language, made.document.language) == ("de", "de")


def test_a_double_click_or_resend_issues_and_sends_once(desk, dupont):
    for _ in range(3):
        desk.post(address(dupont, "send/"), mail_form())
    assert (Statement.objects.count(), Message.objects.count()) == (1, 1)
    assert Document.objects.count() == 1


def test_a_key_used_for_another_period_is_refused(desk, dupont):
    desk.post(address(dupont, "issue/"), {"request_key": KEY})
    answer = desk.post(
        address(dupont, "issue/", end="2026-02-28"), {"request_key": KEY}
    )
    assert answer.status_code == 409
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"recipient": ""}, "This field is required."),
        ({"recipient": "a@b.ch,c@d.ch"}, "Enter a valid email address."),
        ({"recipient": "a@[127.0.0.1]"}, "Enter a valid email address."),
        ({"subject": "a\nBcc: x@y.ch"}, "One line only."),
        ({"subject": "x" * 201}, "at most 200 characters"),
        ({"body": ""}, "This field is required."),
        ({"body": "nul \0"}, "Null characters are not allowed."),
        ({"request_key": "x"}, "This page is out of date."),
    ],
)
def test_a_bad_mail_is_an_error_at_its_field(desk, dupont, change, error):
    answer = desk.post(address(dupont, "send/"), mail_form(**change))
    assert error in answer.content.decode()
    assert not Statement.objects.exists()


def test_an_issued_statement_can_be_sent_again_with_the_same_bytes(desk, dupont):
    desk.post(address(dupont, "issue/"), {"request_key": KEY})
    made = Statement.objects.get()
    form = desk.get(f"/statements/{made.pk}/send/").context["form"].initial
    for _ in range(2):
        desk.post(f"/statements/{made.pk}/send/", form)
    assert Message.objects.get().document == made.document
    again = desk.get(f"/statements/{made.pk}/send/").context["form"].initial
    assert again["occasion"] == 2
    desk.post(f"/statements/{made.pk}/send/", again)
    assert Message.objects.count() == 2


def test_what_was_issued_does_not_change_with_later_bookings(desk, dupont):
    desk.post(address(dupont, "issue/"), {"request_key": KEY})
    made = Statement.objects.get()
    make.credit("10.00 CHF", of=dupont, on="2026-01-15")
    page = desk.get(f"/statements/{made.pk}/").content.decode()
    assert "300.00" in page
    assert made.figures["sections"][0]["closing"] == "300.00"
    [now] = desk.get(address(dupont)).context["data"].sections
    assert str(now.closing.amount) == "290.00"


def test_presets_keep_the_other_parameters(desk, dupont):
    desk.post(address(dupont, "issue/"), {"request_key": KEY})
    presets = desk.get(address(dupont, kind="open-items")).context["presets"]
    assert [str(p["label"]) for p in presets] == [
        "Since the last statement",
        "Last month",
        "Last quarter",
        "This year",
        "Last year",
    ]
    assert "start=2026-02-01" in presets[0]["address"]
    assert all("kind=open-items" in preset["address"] for preset in presets)


def test_reading_and_sending_need_their_permissions(
    client, stranger, dupont, accountant
):
    pages = [
        "/statements/",
        address(dupont),
        address(dupont, "preview/"),
        address(dupont, "preview.pdf"),
    ]
    writing = [address(dupont, "send/"), address(dupont, "issue/")]
    client.force_login(stranger)
    for page in pages + writing:
        assert client.post(page, mail_form()).status_code in {403, 405}
        assert client.get(page).status_code in {403, 405}
    accountant.user_permissions.remove(
        *accountant.user_permissions.filter(codename="send_statement")
    )
    client.force_login(accountant)
    assert "Send statement" not in client.get(address(dupont)).content.decode()
    for page in writing:
        assert client.post(page, mail_form()).status_code == 403
    assert not Statement.objects.exists()


def test_get_writes_nothing_and_post_needs_its_page(desk, dupont):
    assert desk.get(address(dupont, "issue/")).status_code == 405
    assert desk.post(address(dupont)).status_code == 405
    assert desk.get("/statements/99999999999999999999999/").status_code == 404
    assert desk.get("/clients/99999999999999999999999/statement/").status_code == 404
