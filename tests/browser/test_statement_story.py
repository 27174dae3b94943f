"""A statement from the side menu to the e-mail, at 1280 × 800 and at 360 × 640.

Rows A09 and A11 to A19: nothing that was chosen is ever lost on the way.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

TODAY = datetime.now(ZoneInfo("Europe/Zurich")).date()  # noqa: TID251 - the server's
START = (TODAY - timedelta(days=200)).isoformat()
CLIENT = "Boulangerie Aubert Sàrl"


@pytest.fixture(params=["desk", "phone"])
def person(request):
    """Whoever sits at a desk, and whoever holds a telephone."""
    return request.getfixturevalue(request.param)


def fits(page):
    """Nothing stands out sideways."""
    page.wait_for_load_state()
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= page.viewport_size["width"], page.url


def test_a_statement_is_chosen_seen_confirmed_and_sent(person):
    page = person.page
    find_the_client(person)
    person.create("Statement")
    person.reads("Statement of account")
    fits(page)
    choose(person)
    look_at_every_page(person)
    confirm(person)
    look_at_what_was_issued(person)


def find_the_client(person):
    """A11: from the menu at the side."""
    page = person.page
    page.goto("/")
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()
    person.click("Clients", exact=True)
    page.get_by_label("Search").fill("aubert")
    page.keyboard.press("Enter")
    person.click(CLIENT)


def choose(person):
    """A09, A13 to A15: the address follows the fields, and brings them back."""
    page = person.page
    start, preview = page.get_by_label("Start"), page.frame_locator("iframe.preview")
    problem = page.locator("#id_start_error")
    start.fill((TODAY + timedelta(days=1)).isoformat())
    expect(problem).to_have_text("The start lies after the end.")
    expect(start).to_have_attribute("aria-invalid", "true")
    expect(page.locator("iframe.preview")).to_have_count(0)
    fits(page)
    start.fill(START)
    expect(problem).to_be_empty()
    expect(start).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Kind").select_option("open-items")
    page.get_by_label("Show only unpaid invoices").check()
    expect(page).to_have_url(
        re.compile(f"start={START}.*kind=open-items.*unpaid_only=on")
    )
    expect(preview.locator("body")).to_contain_text("Boulangerie Aubert")
    kept(page)
    page.reload()
    kept(page)


def kept(page):
    expect(page.get_by_label("Start")).to_have_value(START)
    expect(page.get_by_label("Kind")).to_have_value("open-items")
    expect(page.get_by_label("Show only unpaid invoices")).to_be_checked()


def look_at_every_page(person):
    """A16: the pages of the PDF, as they will be sent."""
    page = person.page
    person.click("PDF, page by page")
    first = page.locator("img.leaf").first
    expect(first).to_have_js_property("naturalWidth", 1100)
    kept(page)
    fits(page)
    page.go_back()
    kept(page)
    page.go_forward()
    kept(page)
    expect(page.locator("img.leaf").first).to_have_js_property("naturalWidth", 1100)


def confirm(person):
    """A15, A18: what will leave is shown, and the way back loses nothing."""
    page = person.page
    person.click("Send statement")
    page.get_by_label("Recipient").wait_for()
    fits(page)
    assert "@" in page.get_by_label("Recipient").input_value()
    assert "/r/" in page.get_by_label("Text").input_value()
    expect(page.locator("img.leaf").first).to_be_attached()
    person.click("Back", exact=True)
    kept(page)
    person.click("Send statement")
    person.click("Issue and send", "button")
    page.wait_for_url("**/statements/*/")


def look_at_what_was_issued(person):
    page = person.page
    fits(page)
    person.reads("What the client received", "SHA-256", "open until", "/r/")
    for name in ("Figures (XLSX)", "Figures (CSV)"):
        file = page.get_by_role("link", name=name, include_hidden=True)
        assert person.fetch(file.get_attribute("href")).body()
