"""What programs read of a statement: its tags, the files in its PDF, its sheets."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from delivery.actions.sharing import revoke
from delivery.links import find, page_address
from delivery.pdf import render_pdf
from statements.actions import StatementRefusal, issue_statement, send_statement
from statements.actions.issuing import Asked, keep_statement
from statements.actions.opening import open_page
from statements.documents import statement_sheet
from statements.facts import statement_data
from statements.recipient.links import mailed_page, statement_token
from statements.rules.figures import statement_figures
from statements.sheets import sheet_name, statement_csv, statement_xlsx
from tests import make

PERIOD = (date(2026, 1, 1), date(2026, 2, 28))
TODAY = date(2026, 3, 1)


def tags(element, found):
    found.add(str(element.S))
    inner = element.get("/K", [])
    for one in inner if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            tags(one, found)
    return found


def files(client, kind="activity", unpaid_only=False):
    """The files in the PDF, and its figures as they are kept."""
    data = statement_data(client, *PERIOD, kind, unpaid_only)
    sheet = statement_sheet(client, data, "fr", TODAY)
    attached = {file.name: file.content.decode() for file in sheet.extras.attachments}
    return attached, statement_figures(client.number, data)


def test_the_pdf_is_archival_tagged_and_carries_its_lines(dupont):
    """4.13: PDF/A-3a, with files whose lines sum up to what is printed."""
    data = statement_data(dupont, *PERIOD, "activity", False)
    sheet = statement_sheet(dupont, data, "fr", TODAY)
    with pikepdf.open(io.BytesIO(render_pdf(sheet.html, sheet.extras))) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "fr"
        assert len(root.OutputIntents) == 1
        assert {"/H1", "/Table", "/TH", "/TD", "/Link"} <= tags(
            root.StructTreeRoot.K[0], set()
        )
        with pdf.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")
        assert len(root.AF) == 3
        # What lies under the text is no part of it.
        slip = pdf.pages[-1].Contents[0].read_bytes()
        assert slip.startswith(b"/Artifact BMC")
        assert slip.endswith(b"EMC")
        kept = {
            name: file.get_file().read_bytes() for name, file in pdf.attachments.items()
        }
    assert kept == {file.name: file.content for file in sheet.extras.attachments}
    rows = list(csv.DictReader(io.StringIO(kept["movements.csv"].decode())))
    moved = sum(
        Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0) for row in rows
    )
    opening, closing = (Decimal(rows[at]["balance"]) for at in (0, -1))
    assert (opening, moved, closing) == (Decimal(600), Decimal(-250), Decimal(350))
    assert rows[3] | {"number": "", "text": ""} == {
        "currency": "CHF",
        "date": "2026-01-25",
        "kind": "payment",
        "number": "",
        "text": "",
        "debit": "",
        "credit": "700.00",
        "balance": "300.00",
        "allocations": "INV-1 600.00",
        "unallocated": "100.00",
        "correction": "",
    }
    assert json.loads(kept["statement.json"]) == statement_figures(dupont.number, data)


@pytest.mark.parametrize("chosen", [("open-items", False), ("activity", True)])
def test_where_only_unpaid_invoices_are_printed_the_files_name_no_other(dupont, chosen):
    """A10: what is not printed is not in the files either."""
    attached, figures = files(dupont, *chosen)
    assert set(attached) == {"statement.json", "invoices.csv"}
    assert "INV-1" not in "".join(attached.values())
    assert "lines" not in json.loads(attached["statement.json"])["sections"][0]
    rows = list(csv.DictReader(io.StringIO(attached["invoices.csv"])))
    assert sum(Decimal(row["open"]) for row in rows) == Decimal(450)
    names = load_workbook(io.BytesIO(statement_xlsx(figures, "en"))).sheetnames
    assert names == ["Sums", "Invoices"]
    assert "INV-1" not in statement_csv(figures, "en").decode()


def test_spreadsheets_hold_numbers_and_days_and_no_formula(dupont):
    """For the client's accountant: what was issued, from its kept figures."""
    dupont.number = "=DUP"
    dupont.save()
    made = issue_statement(dupont, *PERIOD, issued_on=TODAY, request_key="sheets")
    # What is booked later changes nothing of it.
    make.invoice("80.00 CHF", to=dupont, number="=1+1", issued="2026-01-15")
    book = load_workbook(io.BytesIO(statement_xlsx(made.figures, "en")))
    assert book.sheetnames == ["Sums", "Movements", "Invoices"]
    head, *rows = book["Movements"].iter_rows(values_only=True)
    assert head[:4] == ("Currency", "Date", "Movement", "Number")
    assert len(rows) == 7
    assert (rows[0][2], rows[0][7]) == ("Opening balance", 600)
    assert rows[1][1].date() == date(2026, 1, 10)
    assert rows[3][6] == 700
    assert rows[3][8] == "INV-1 600.00"
    _head, *invoices = book["Invoices"].iter_rows(values_only=True)
    assert [row[1] for row in invoices] == ["INV-2", "INV-3"]
    with override_settings(COUNTRY="DE"):
        text = statement_csv(made.figures, "de").decode("utf-8-sig")
    assert ";700,00;" in text
    now, figures = statement_data(dupont, *PERIOD, "activity", False), made.figures
    text = statement_csv(statement_figures("=DUP", now), "en").decode()
    assert "'=1+1" in text
    assert sheet_name(figures, "csv").startswith("statement-DUP-2026-01-01")


def test_the_link_on_the_paper_opens_with_the_statement_and_not_before(
    dupont, settings, client
):
    """A16: the preview bears the very link; the same once more is another page."""
    data = statement_data(dupont, *PERIOD, "activity", False)
    token = statement_token(dupont, data, "fr", TODAY)
    assert page_address(token) in statement_sheet(dupont, data, "fr", TODAY).html
    assert find(token) is None
    assert client.get(f"/r/{token}/").status_code == 404
    made = issue_statement(dupont, *PERIOD, issued_on=TODAY, request_key="one")
    assert find(token).document_id == made.document_id
    opened = dupont.invoices.get(number="INV-3")
    for place in ("", f"pay/?invoice={opened.pk}"):
        assert client.get(f"/r/{token}/{place}").status_code == 200
    data = statement_data(dupont, *PERIOD, "activity", False)
    assert statement_token(dupont, data, "fr", TODAY) != token
    # Drawn before, and kept after somebody else issued the very same.
    asked = Asked(dupont, *PERIOD, "activity", False, "fr", TODAY, None, "two")
    with pytest.raises(StatementRefusal):
        keep_statement(asked, data, make.blank_pdf(), token)
    assert dupont.statements.count() == 1
    # In e-mails only where somebody can open it.
    settings.BASE_URL = "https://relance.example"
    assert mailed_page(token) == page_address(token)


def test_a_page_that_was_closed_is_opened_anew_for_the_next_email(dupont):
    """Whatever an e-mail names, it works when it leaves."""
    made = issue_statement(
        dupont, *PERIOD, issued_on=timezone.localdate(), request_key="one"
    )
    now = timezone.now()
    first = open_page(made, now)
    assert open_page(made, now) == first
    revoke(find(first.split("/")[-2]), now)
    body = f"Online:\n{first}\nThank you"
    sent = send_statement(made, "client@example.org", "Statement", body)
    second = open_page(made, now)
    assert second != first
    assert sent.body == f"Online:\n{second}\nThank you"
    assert find(second.split("/")[-2]).document_id == made.document_id


def test_the_sheets_of_preview_and_statement_are_the_same(dupont, accountant, client):
    """And the preview's say why there is none, where there is none."""
    client.force_login(accountant)
    chosen = "start=2026-01-01&end=2026-02-28&kind=activity"
    page = reverse("statement_preview_lines", args=[dupont.pk, "csv"])
    preview = client.get(f"{page}?{chosen}")
    assert preview["Content-Type"].startswith("text/csv")
    assert "INV-2" in preview.content.decode()
    assert not dupont.statements.exists()
    made = issue_statement(dupont, *PERIOD, issued_on=TODAY, request_key="sheets")
    sent = client.get(reverse("statement_lines", args=[made.pk, "csv"]))
    assert sent.content == preview.content
    book = client.get(reverse("statement_lines", args=[made.pk, "xlsx"]))
    assert book["Content-Disposition"].endswith('2026-02-28.xlsx"')
    assert load_workbook(io.BytesIO(book.content)).sheetnames
    assert client.get(f"{page}?start=2026-03-01&end=2026-01-01").status_code == 400
    for wrong in ("exe", "CSV"):
        assert (
            client.get(reverse("statement_lines", args=[made.pk, wrong])).status_code
            == 404
        )
    client.logout()
    assert (
        client.get(reverse("statement_lines", args=[made.pk, "csv"])).status_code == 302
    )
