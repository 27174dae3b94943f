"""At 360 × 640: the same pages, without scrolling sideways, in every language."""

import pytest

from tests.browser.conftest import Desk

PAGES = [
    "/",
    "/clients/",
    "/clients/1/",
    "/clients/1/?tab=invoices",
    "/clients/1/?tab=timeline",
    "/clients/1/statement/",
    "/clients/1/statement/send/",
    "/clients/1/edit/",
    "/invoices/",
    "/invoices/1/",
    "/invoices/1/reminders/",
    "/payments/",
    "/dunning/",
    "/dunning/runs/1/result/",
    "/dunning/runs/1/selection/",
    "/dunning/runs/1/letters/",
    "/dunning/runs/4/selection/",
    "/dunning/runs/4/issue/",
    "/dunning/decide/",
    "/dunning/effect/",
    "/dunning/charges/",
    "/dunning/notices/1/",
    "/statements/",
    "/statements/1/",
    "/statements/bulk/",
    "/statements/schedules/",
    "/answers/",
    "/answers/1/",
    "/payments/online/",
    "/aged/",
    "/imports/",
    "/imports/new/",
    "/messages/",
    "/messages/1/",
    "/documents/",
    "/nothing-here/",
]

# The width of the page with all that stands out of it.
WIDTH = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_no_page_is_wider_than_the_screen(chromium, relance, language):
    phone = Desk(chromium, relance, 360, 640, has_touch=True).log_in()
    cookie = {"name": "django_language", "value": language, "url": relance.address}
    phone.context.add_cookies([cookie])
    wide = []
    for address in PAGES:
        answer = phone.page.goto(address)
        assert answer.status == (404 if "nothing" in address else 200), address
        if phone.page.evaluate(WIDTH) > 360:
            wide.append((address, phone.page.evaluate(WIDTH)))
    phone.context.close()
    assert wide == []
    assert [words for words in phone.complaints if "nothing-here" not in words] == []


def test_the_menu_opens_and_leads_on(phone):
    phone.page.goto("/")
    link = phone.page.get_by_role("link", name="Clients", exact=True)
    assert not link.is_visible()
    phone.page.get_by_role("button", name="Menu").click()
    link.click()
    phone.page.wait_for_url("**/clients/")


def test_a_row_of_a_list_is_a_card_with_labels(phone):
    phone.page.goto("/invoices/")
    row = phone.page.locator("tbody tr").first
    assert row.bounding_box()["width"] <= 360
    assert not phone.page.locator("thead").first.is_visible()
    label = row.locator("td").nth(1).get_attribute("data-label")
    assert label == "Client"
