"""The builder: chosen, looked at while one chooses, and seen page by page."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from billing.models import InvoiceMark
from statements.models import Statement
from tests import make

JANUARY = {"start": "2026-01-01", "end": "2026-01-31", "kind": "activity"}
LIVE = {"HX-Request": "true"}


def address(client, page="", **change):
    return f"/clients/{client.pk}/statement/{page}?{urlencode(JANUARY | change)}"


def problem(page, field):
    """What stands in the place for the problems of a field."""
    [found] = re.findall(rf'id="id_{field}_error"[^>]*>(.*?)</div>\s', page)
    return re.sub(r"<[^>]+>", "", found)


def pictures(page):
    return [
        unescape(found) for found in re.findall(r'class="leaf" src="([^"]+)"', page)
    ]


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"start": "2026-02-01"}, "start", "The start lies after the end."),
        ({"start": "2026-02-30"}, "start", "Enter a valid date."),
        ({"end": ""}, "end", "This field is required."),
        ({"start": "1946-01-01"}, "start", "Dates must lie between 1990 and 2100."),
        ({"kind": "\0"}, "kind", "Select a valid choice. \0 is not one"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_also_while_one_types(
    desk, dupont, change, field, said
):
    """A09, A13; the fields themselves do not come again: somebody is in one of them."""
    whole = desk.get(address(dupont, **change)).text
    part = desk.get(address(dupont, **change), headers=LIVE).text
    for page in (whole, part):
        assert said in problem(page, field)
        others = {"start", "end", "kind"} - {field}
        assert [problem(page, other) for other in others] == ["", ""]
        assert 'id="presets"' in page, "a usual period leads out of it"
        assert 'id="result"' in page
        assert "Send statement" not in page
    assert 'name="start"' in whole
    assert "<input" not in part
    assert "<html" not in part


def test_a_change_brings_what_follows_of_it_and_no_more(desk, dupont):
    """A14, A15, A21: the page and the part say the same; neither is kept by a browser."""
    whole = desk.get(address(dupont, kind="open-items", unpaid_only="on"))
    part = desk.get(address(dupont, kind="open-items", unpaid_only="on"), headers=LIVE)
    again = desk.get(
        address(dupont), headers=LIVE | {"HX-History-Restore-Request": "true"}
    )
    assert "<html" in again.text, "the arrow back brings the page, not a part of it"
    for answer in (whole, part):
        assert answer["Cache-Control"] == "no-store"
        chosen = "kind=open-items&amp;unpaid_only=on"
        assert answer.text.count(chosen) >= 4
        assert re.search(rf'preview/lines.xlsx\?[^"]*{chosen}"', answer.text)
    assert 'value="open-items" selected' in whole.text
    assert re.search(r'name="unpaid_only"[^>]* checked', whole.text)


def test_the_preview_in_the_page_is_the_paper_itself(desk, dupont):
    """A16: in the same answer, so the eye waits once."""
    page = desk.get(address(dupont), headers=LIVE).text
    [inside] = re.findall(r'srcdoc="([^"]*)"', page)
    assert unescape(inside) == desk.get(address(dupont, "preview/")).text


def test_the_pages_are_pictures_of_the_bytes_that_were_drawn(desk, dupont):
    """A16: whoever turns a page sees the same document, whatever is booked meanwhile."""
    page = desk.get(address(dupont, show="pages")).text
    shown = pictures(page)
    pdf = desk.get(address(dupont, "preview.pdf")).content
    assert len(shown) == len(pypdfium2.PdfDocument(pdf))
    assert 'name="show" value="pages"' in page, "a change of dates stays there"
    before = desk.get(shown[0])
    assert before["Content-Type"] == "image/png"
    with Image.open(BytesIO(before.content)) as picture:
        assert picture.size == (1100, 1556)

    make.credit("10.00 CHF", of=dupont, on="2026-01-15")
    assert desk.get(shown[0]).content == before.content
    fresh = desk.get(address(dupont, "preview/page/1.png"))
    assert fresh.content != before.content
    key = shown[0].rpartition("drawn=")[2]
    other = make.client()
    make.invoice(to=other, issued="2026-01-05")
    make.invoice(to=other, issued="2026-01-06")
    stolen = desk.get(address(other, "preview/page/1.png", drawn=key))
    assert stolen.status_code == 200
    assert stolen.content != before.content, "nobody's pages under another's name"
    for place in (0, 99, 10**30):
        answer = desk.get(address(dupont, f"preview/page/{place}.png"))
        assert answer.status_code == 404
    bad = desk.get(address(dupont, "preview/page/1.png", end="x"))
    assert bad.status_code == 400
    assert not Statement.objects.exists()


def test_whoever_confirms_sees_every_page_first(desk, dupont):
    """A16, A18."""
    page = desk.get(address(dupont, "send/")).text
    assert len(pictures(page)) >= 1
    assert re.search(r"\d pages?</span>", page), "how long the attachment is"


def test_the_questions_do_not_grow_with_the_movements(desk, dupont):
    def questions():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert desk.get(address(dupont), headers=LIVE).status_code == 200
        return len(asked)

    questions()
    few = questions()
    for count in range(12):
        invoice = make.invoice("10.00 CHF", to=dupont, issued="2026-01-20")
        if count % 2:
            make.credit(
                "10.00 CHF", of=dupont, on="2026-01-25", to={invoice: "10.00 CHF"}
            )
    assert questions() == few


def test_presets_stay_in_the_view_that_was_chosen(desk, dupont):
    page = desk.get(address(dupont, show="pages")).text
    [nav] = re.findall(r'<nav[^>]*id="presets".*?</nav>', page, re.DOTALL)
    assert nav.count("show=pages") == nav.count("<a ") >= 4


def test_a_preset_of_these_very_days_is_marked(desk, dupont):
    answer = desk.get(f"/clients/{dupont.pk}/statement/")
    active = [str(p["label"]) for p in answer.context["presets"] if p["active"]]
    assert active == ["This year"]


def test_nobody_without_permission_sees_a_page(client, stranger, dupont):
    client.force_login(stranger)
    assert client.get(address(dupont, "preview/page/1.png")).status_code == 403


def test_what_is_disputed_is_said_before_it_is_sent(desk, dupont):
    """Of INV-2, 400.00 were open at the end of January; the balance is 300.00."""
    InvoiceMark.objects.create(
        invoice=dupont.invoices.get(number="INV-2"),
        kind=InvoiceMark.Kind.DISPUTED,
        since="2026-01-15",
        reason="broken",
    )
    page = desk.get(address(dupont), headers=LIVE).text
    assert "1 invoice is disputed: CHF\u00a00.00 is asked for." in page
