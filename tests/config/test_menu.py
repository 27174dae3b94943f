"""The menu: one page lit, wherever one is, and nothing that one may not do."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission

from config.templatetags.page import below
from tests import make

pytestmark = pytest.mark.django_db

ITEM = re.compile(r'nav-item( active)?">\s*<a class="nav-link" href="([^"]+)"')


def lit(page) -> list[str]:
    """The addresses that the menu shows as the place where one is."""
    return [to for active, to in ITEM.findall(page.content.decode()) if active]


@pytest.mark.parametrize(
    ("path", "areas", "inside"),
    [
        ("/drafts/1/recurring/", "/drafts/", True),
        ("/drafts/1/recurring/", "/recurring/", False),
        ("/bills/1/send/", "/invoices/ /bills/", True),
        ("/", "/invoices/", False),
    ],
)
def test_a_page_is_below_an_area_when_its_path_begins_with_it(path, areas, inside):
    assert below(path, areas) is inside


def test_one_entry_is_lit_on_every_page(desk):
    draft = make.draft(to=make.client("D-1"))
    for path, entry in [
        ("/", "/"),
        (f"/drafts/{draft.pk}/recurring/", "/drafts/"),
        (f"/clients/{draft.client_id}/payment/", "/clients/"),
        ("/settings/vat/", "/settings/company/"),
    ]:
        assert lit(desk.get(path)) == [entry], path


def test_who_only_reads_sees_drafts_without_a_way_into_them(client, stranger, company):
    draft = make.draft(to=make.client("D-1", name="Aubert"))
    stranger.user_permissions.add(Permission.objects.get(codename="view_invoice"))
    client.force_login(stranger)
    page = client.get("/drafts/").content.decode()
    assert "Aubert" in page
    assert f"/drafts/{draft.pk}/" not in page
    assert "New invoice" not in page
