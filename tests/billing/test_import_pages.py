"""The pages of the import: upload → columns → check → preview → book (A01, A02)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import Invoice, ReceivablesImport
from billing.tasks import book_import, check_import
from clients.models import Client
from clients.rules.sheets import safe_cell
from tests.sheets import csv_rows

pytestmark = pytest.mark.django_db

FILE = """Nr;Kunde;Rechnungsdatum;Fällig am;Betrag;Bezahlt am
R-1;K1;10.01.2026;09.02.2026;1'200.50;
R-2;K2;15.01.2026;14.02.2026;250.00;20.02.2026
"""
BAD = f'{FILE}R-3;K2;15.01.2026;14.01.2026;1e5;\n=R-4;"K<b>";15.01.2026;1;2.00;\n'


@pytest.fixture(autouse=True)
def no_worker(settings):
    """Tasks wait in a list; the tests run them when they want."""
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}
    }


def upload(desk, content=FILE, name="offene Posten.csv"):
    if isinstance(content, str):
        content = content.encode()
    return desk.post(
        reverse("import_new"), {"file": SimpleUploadedFile(name, content)}, follow=True
    )


def check(desk, content=FILE, **given):
    """Upload a file, keep the guessed columns, and let the worker check it."""
    form = upload(desk, content).context["form"]
    row = ReceivablesImport.objects.latest("pk")
    values = {field.html_name: field.value() or "" for field in form} | given
    page = desk.post(reverse("import_columns", args=[row.pk]), values)
    assert page.status_code == 302, page.context["form"].errors
    check_import.func(row.pk)
    row.refresh_from_db()
    return row


def book(desk, row, **given):
    desk.post(reverse("import_book", args=[row.pk]), given)
    book_import.func(row.pk)
    row.refresh_from_db()


def detail(desk, row):
    return desk.get(reverse("import_detail", args=[row.pk]))


def test_a_file_from_the_upload_to_the_ledger(desk):
    assert "No file has been imported" in desk.get(reverse("imports")).text
    columns = upload(desk)
    assert "Which column holds what?" in columns.text
    assert columns.context["form"]["column_total"].value() == "Betrag"
    assert "1&#x27;200.50" in columns.text

    row = check(desk)
    assert (row.state, row.rows_total) == ("checked", 2)
    preview = detail(desk, row)
    assert "Book 2 invoices, payments: 1" in preview.text
    assert "CHF\u00a01’450.50" in preview.text
    assert not Invoice.objects.exists()

    book(desk, row)
    assert row.state == "booked"
    assert Invoice.objects.count() == 2
    assert Invoice.objects.first().created_by.username == "anna"
    assert "What was booked" in detail(desk, row).text
    assert "offene Posten.csv" in desk.get(reverse("imports")).text


def test_the_page_that_waits_renews_itself_and_tells_how_far_it_is(desk):
    upload(desk)
    row = ReceivablesImport.objects.get()
    ReceivablesImport.objects.update(state="checking", rows_done=1)
    page = detail(desk, row)
    assert page["Refresh"] == "2"
    assert "1 of 2 rows" in page.text
    assert "<script>" not in page.text
    desk.post(reverse("import_again", args=[row.pk]))
    check_import.func(row.pk)
    assert "Refresh" not in detail(desk, row)


def test_refused_rows_are_shown_and_can_be_downloaded_and_corrected(desk):
    row = check(desk, BAD)
    page = detail(desk, row)
    assert "It lies before the invoice date." in page.text
    assert "“1e5” is not an amount" in page.text
    assert "K<b>" not in page.text
    answer = desk.get(reverse("import_refused", args=[row.pk]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, third, fourth = csv_rows(answer)
    assert head[:3] == ["Row", "Refused because", "Nr"]
    assert third[0] == "4"
    assert fourth[2:4] == ["'=R-4", "K<b>"]
    text = desk.get(reverse("import_refused", args=[row.pk])).getvalue().decode()
    corrected = text.replace("1e5", "7.00").replace("14.01.2026", "14.02.2026")
    assert check(desk, corrected).report["invoices"] == 1


def test_a_file_with_refused_rows_is_booked_only_when_a_person_leaves_them_out(desk):
    row = check(desk, BAD)
    answer = desk.post(reverse("import_book", args=[row.pk]), follow=True)
    assert "Correct the refused rows, or leave them out." in answer.text
    book(desk, row)
    assert (row.state, Invoice.objects.count()) == ("checked", 0)
    book(desk, row, leave_out="on")
    assert (row.state, Invoice.objects.count()) == ("booked", 2)
    assert "Rows that were left out" in detail(desk, row).text


def test_a_double_click_books_once(desk):
    row = check(desk)
    for _click in range(2):
        desk.post(reverse("import_book", args=[row.pk]))
    for _task in range(2):
        book_import.func(row.pk)
    assert Invoice.objects.count() == 2
    row.refresh_from_db()
    assert row.report["invoices"] == 2


def test_the_same_file_a_second_time_has_nothing_to_book(desk):
    book(desk, check(desk))
    row = check(desk)
    page = detail(desk, row)
    assert "Everything in this file is booked already" in page.text
    assert "Book 0" not in page.text
    book(desk, row)
    assert row.state == "checked"


def test_what_was_booked_between_check_and_booking_stops_it(desk):
    row = check(desk)
    book(desk, check(desk, FILE.replace("250.00", "260.00")))
    book(desk, row)
    assert row.state == "checked"
    page = detail(desk, row)
    assert "Something was booked meanwhile" in page.text
    assert "booked with 260.00, the file says 250.00" in page.text


def test_columns_date_format_currency_and_day_are_taken_from_the_form(desk):
    text = "a,b,c,d,e,f\nR-1,K1,2/3/2026,3/3/2026,10.00,3/4/2026\n"
    chosen = dict(
        zip(
            ["number", "client", "issued_on", "due_on", "total", "paid_on"],
            "abcdef",
            strict=True,
        )
    )
    row = check(
        desk,
        text,
        **{f"column_{name}": header for name, header in chosen.items()},
        date_format="%m/%d/%Y",
        currency="EUR",
        until="2026-03-03",
    )
    book(desk, row)
    invoice = Invoice.objects.get()
    assert (invoice.currency, invoice.issued_on.isoformat()) == ("EUR", "2026-02-03")
    assert (row.report["payments"], invoice.open.amount) == (0, 10)


def test_a_required_column_must_be_chosen(desk):
    page = upload(desk)
    row = ReceivablesImport.objects.get()
    values = {f.html_name: f.value() or "" for f in page.context["form"]}
    answer = desk.post(
        reverse("import_columns", args=[row.pk]), values | {"column_total": ""}
    )
    assert "This field is required." in answer.text
    bent = values | {
        "column_total": "Nowhere",
        "currency": "XYZ",
        "until": "0001-01-01",
    }
    answer = desk.post(reverse("import_columns", args=[row.pk]), bent)
    assert set(answer.context["form"].errors) == {"column_total", "currency", "until"}
    row.refresh_from_db()
    assert row.state == "uploaded"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\r\n\r\n", "The file is empty."),
        (b"number;client\r\n", "no rows below it"),
        (bytes(range(256)) * 100, "not a table"),
        (b"%PDF-1.7" + bytes(range(256)) * 50, "not a table"),
        (b"PK\x03\x04" + b"\0" * 500, "damaged"),
        (b'a;b\n1;"x\n', "Row 2 cannot be read"),
        (b"x" * (40 * 1024**2), "larger than 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_a_form_error_and_nothing_is_kept(desk, content, words):
    """Reliability §4, rows 74 and 79-83."""
    page = upload(desk, content)
    assert page.status_code == 200
    assert words in page.text
    assert not ReceivablesImport.objects.exists()


def test_an_upload_without_a_file_is_a_form_error(desk):
    assert "This field is required." in desk.post(reverse("import_new"), {}).text


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "a\u202evsc.csv", "x" * 300 + ".csv", "<b>.csv"]
)
def test_any_file_name_may_come(desk, name):
    page = upload(desk, name=name)
    assert page.status_code == 200
    assert "<b>.csv" not in page.text
    kept = ReceivablesImport.objects.get().file_name
    assert "/" not in kept
    assert kept.isprintable()


def test_a_file_can_be_thrown_away_until_it_is_booked(desk):
    row = check(desk)
    desk.post(reverse("import_discard", args=[row.pk]))
    assert not ReceivablesImport.objects.exists()
    row = check(desk)
    book(desk, row)
    answer = desk.post(reverse("import_discard", args=[row.pk]), follow=True)
    assert "booked already" in answer.text
    assert ReceivablesImport.objects.get() == row


def test_a_check_that_breaks_off_says_so_and_can_be_repeated(desk):
    row = check(desk)
    ReceivablesImport.objects.update(state="checking", columns={"total": ["bent"]})
    with pytest.raises(TypeError):
        check_import.func(row.pk)
    assert "Nothing of the file is booked" in detail(desk, row).text
    assert desk.get(reverse("import_columns", args=[row.pk])).status_code == 200


def test_hidden_characters_are_reported_and_shown_harmlessly(desk):
    row = check(desk, FILE.replace("R-1", "R\x00-\u202e1"))
    assert "contains invisible or control characters" in detail(desk, row).text


def test_addresses_that_are_nothing(desk):
    for name in ("import_detail", "import_columns", "import_refused"):
        assert desk.get(reverse(name, args=[10**12])).status_code == 404
    row = check(desk)
    assert desk.get(reverse("import_refused", args=[row.pk])).status_code == 404
    assert desk.get(reverse("imports"), {"page": "\x00"}).status_code == 200
    assert (
        desk.get(reverse("import_detail", args=[row.pk]), {"page": "-1"}).status_code
        == 200
    )
    for name in ("import_book", "import_again", "import_discard"):
        assert desk.get(reverse(name, args=[row.pk])).status_code == 405


def test_only_those_who_may_import_see_it(client, stranger):
    row = ReceivablesImport.objects.create(file_name="x.csv", content=b"")
    client.force_login(stranger)
    urls = [reverse("imports"), reverse("import_new")]
    urls += [
        reverse(f"import_{name}", args=[row.pk])
        for name in ("detail", "columns", "refused")
    ]
    assert {client.get(url).status_code for url in urls} == {403}
    for name in ("book", "again", "discard"):
        url = reverse(f"import_{name}", args=[row.pk])
        assert client.post(url).status_code == 403
    client.logout()
    assert client.get(reverse("imports")).status_code == 302
    assert not Client.objects.exists()


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-x", "'-x"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\0x", "'\0x"),
        ("-12.50", "-12.50"),
        ("+41 22 123", "+41 22 123"),
        ("R-1", "R-1"),
        ("", ""),
    ],
)
def test_a_text_no_spreadsheet_takes_for_a_formula(text, safe):
    """Reliability §4, row 99."""
    assert safe_cell(text) == safe
