"""Drafts changed by several people, discarded, listed, and kept from strangers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.actions.drafts import DraftRefusal, discard_draft, save_draft
from billing.models import Draft, DraftLine, Recurrence
from tests import make
from tests.billing.writing import errors, line, stored, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(company):
    return make.draft("5.00", to=make.client("D-1", name="Dupont SA"), title="May")


def version(draft):
    draft.refresh_from_db()
    return str(draft.version)


def test_each_change_is_a_new_version(desk, draft):
    for count in (1, 2):
        sent = written(line(f"Change {count}"), version=version(draft))
        assert desk.post(f"/drafts/{draft.pk}/", sent).status_code == 302
        assert version(draft) == str(count + 1)
    assert [row.description for row in draft.lines.all()] == ["Change 2"]


def test_who_saves_an_older_version_is_told_and_loses_nothing(desk, draft):
    mine = written(line("Mine"), version="1", title="My title")
    desk.post(f"/drafts/{draft.pk}/", written(line("Of Anna"), version="1"))
    page = desk.post(f"/drafts/{draft.pk}/", mine)
    assert "Somebody else has changed this draft" in page.content.decode()
    assert stored(draft)[0][0] == "Of Anna"
    entry = page.context["entry"]
    assert entry.lines[0]["description"].value() == "Mine"
    assert entry.head["title"].value() == "My title"
    # Sent again as the page is now, it takes the place of the other one.
    again = mine | {"version": entry.head["version"].value()}
    assert desk.post(f"/drafts/{draft.pk}/", again).status_code == 302
    assert stored(draft)[0][0] == "Mine"


def test_an_old_version_leaves_the_stored_lines(draft):
    stale = Draft.objects.get(pk=draft.pk)
    save_draft(
        draft, [DraftLine(description="New", price=1, vat_code="X")], [], version=1
    )
    with pytest.raises(DraftRefusal):
        save_draft(stale, [], [], version=1)
    assert stored(draft) == [("New", "1", "1")]


def test_a_draft_is_discarded(desk, draft):
    answer = desk.post(f"/drafts/{draft.pk}/discard/")
    assert answer.url == f"/clients/{draft.client_id}/"
    assert not Draft.objects.exists()
    assert desk.get(f"/drafts/{draft.pk}/").status_code == 404
    assert desk.post(f"/drafts/{draft.pk}/discard/").status_code == 404


def test_the_pattern_of_a_recurring_invoice_is_kept_and_not_listed(desk, draft):
    Recurrence.objects.create(draft=draft, first_on="2026-01-31")
    with pytest.raises(DraftRefusal):
        discard_draft(draft)
    desk.post(f"/drafts/{draft.pk}/discard/")
    assert Draft.objects.get() == draft
    page = desk.get("/drafts/")
    assert list(page.context["table"].rows) == []
    text = desk.get(f"/drafts/{draft.pk}/").content.decode()
    assert "pattern of a recurring invoice" in text
    assert "Save and issue" not in text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"May", "June"}),
        ("q=dupont", {"May"}),
        ("q=jun", {"June"}),
        ("kind=credit_note", set()),
        ("kind=nonsense", {"May", "June"}),
        ("q=%00&page=-7&sort=created_by__password", {"May", "June"}),
        ("sort=client", {"May", "June"}),
        ("sort=-created_by", {"May", "June"}),
    ],
)
def test_the_list_is_narrowed_by_the_address(desk, draft, query, titles):
    make.draft("7.00", title="June")
    page = desk.get(f"/drafts/?{query}")
    assert {row.record.title for row in page.context["table"].rows} == titles


def test_the_list_says_what_each_comes_to(desk, draft):
    make.draft(("1", "100", "CH8.1"), title="Taxed")
    make.draft(title="Unknown", code="GONE")
    page = desk.get("/drafts/")
    totals = {
        row.record.title: row.get_cell("total") for row in page.context["table"].rows
    }
    assert totals == {
        "May": "CHF\u00a05.00",
        "Taxed": "CHF\u00a0108.10",
        "Unknown": "–",
    }


def test_a_list_of_many_drafts_needs_as_many_queries_as_one_of_two(desk):
    counts = []
    for more in (2, 8):
        for _ in range(more):
            make.draft("1.00", "2.00")
        with CaptureQueriesContext(connection) as queries:
            desk.get("/drafts/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_empty_list_says_where_to_begin(desk):
    assert "Nothing is being written" in desk.get("/drafts/").content.decode()


def test_a_rate_that_is_known_no_longer_must_be_chosen_anew(desk):
    draft = make.draft(code="GONE")
    entry = desk.get(f"/drafts/{draft.pk}/").context["entry"]
    shown = str(entry.lines[0]["vat_code"])
    assert '<option value="">—</option>' in shown
    assert "selected" not in shown
    page = desk.post(f"/drafts/{draft.pk}/", written(line(vat="GONE")))
    assert errors(page) == {"lines-0-vat_code"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/drafts/"),
        ("get", "/drafts/{draft}/"),
        ("post", "/drafts/{draft}/"),
        ("post", "/drafts/{draft}/discard/"),
        ("post", "/drafts/totals/"),
        ("get", "/clients/{client}/draft/"),
        ("post", "/invoices/{invoice}/copy/"),
        ("post", "/invoices/{invoice}/correct/"),
    ],
)
def test_strangers_are_refused(client, stranger, draft, method, path):
    invoice = make.invoice(to=draft.client)
    client.force_login(stranger)
    path = path.format(draft=draft.pk, client=draft.client_id, invoice=invoice.pk)
    assert getattr(client, method)(path).status_code == 403
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("path", ["totals/", "{draft}/discard/"])
def test_what_writes_is_not_done_by_a_link(desk, draft, path):
    path = "/drafts/" + path.format(draft=draft.pk)
    assert desk.get(path).status_code == 405


def test_the_list_leaves_as_a_file_with_figures(desk, draft):
    make.draft(("1", "1200", "CH8.1"), currency="EUR", title="Taxed")
    answer = desk.get("/drafts/?export=csv&q=&sort=changed_at")
    text = b"".join(answer.streaming_content).decode()
    assert "1297.20" in text
    assert "EUR" in text
    assert len(text.strip().splitlines()) == 3
