"""From the first line of an invoice to the money: written, issued, sent, paid.

Live totals, the paper with its payment slip, a credit note for a part, and the bank's
file that settles the rest by its reference.
"""

import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from config.demo_bank import Received, camt_file
from tests.browser.test_story import pdf_text

TODAY = datetime.now(ZoneInfo("Europe/Zurich")).date()  # noqa: TID251 - the server's
IBAN = "CH9300762011623852957"


def test_from_the_first_line_to_the_money(desk, tmp_path):
    page = desk.page
    write_the_invoice(desk)
    number = issue_it(desk)
    look_at_the_paper(desk, number)
    send_it(desk, number)
    credit_a_part(desk, number)
    reference = page.locator("dt", has_text="Payment reference").locator("+ dd")
    digits = re.sub(r"\s", "", reference.inner_text())
    assert len(digits) == 27
    take_the_bank_file(desk, tmp_path / "bank.xml", digits)
    desk.click("Invoices", exact=True)
    page.get_by_label("Search").fill(number)
    page.keyboard.press("Enter")
    desk.click(number)
    desk.reads("Paid")


def write_the_invoice(desk):
    page = desk.page
    desk.click("Clients", exact=True)
    page.get_by_label("Search").fill("helvetic")
    page.keyboard.press("Enter")
    desk.click("Helvetic Data Ltd")
    desk.create("Invoice")
    page.locator("#id_lines-0-description").fill("Audit of the annual accounts")
    page.locator("#id_lines-0-quantity").fill("7.5")
    page.locator("#id_lines-0-price").fill("180.00")
    page.locator("#id_lines-1-description").fill("Travel")
    page.locator("#id_lines-1-price").fill("61.35")
    # 1'350.00 + 61.35 = 1'411.35; VAT 8.1 % 114.32; 1'525.67 to 0.05: 1'525.65.
    totals = page.locator("#totals")
    expect(totals).to_contain_text("114.32")
    expect(totals).to_contain_text("1’525.65")


def issue_it(desk):
    page = desk.page
    desk.click("Save and issue…", "button")
    desk.reads("Issue the invoice?", "1’525.65", "Rounding")
    page.get_by_role("button", name=re.compile(r"^Issue F-\d{4}-\d{4}$")).click()
    page.wait_for_url("**/invoices/*/")
    heading = page.locator("h1").inner_text()
    return re.search(r"F-\d{4}-\d{4}", heading).group()


def look_at_the_paper(desk, number):
    paper = pdf_text(desk, desk.page.get_by_role("link", name="PDF").first)
    assert number in paper
    assert "Audit of the annual accounts" in paper
    assert "1’525.65" in paper
    assert "Payment part" in paper


def send_it(desk, number):
    page = desk.page
    page.get_by_role("link", name="Send", exact=True).click()
    expect(page.get_by_label("Recipient")).to_have_value(
        "invoices@helveticdata.example"
    )
    page.get_by_role("main").get_by_role("button", name=re.compile("^Send")).click()
    page.wait_for_url("**/invoices/*/")
    page.goto(f"/messages/?q={number}")
    desk.reads("invoices@helveticdata.example")
    page.go_back()


def credit_a_part(desk, number):
    page = desk.page
    page.locator("details.menu summary", has_text="More").click()
    page.get_by_role("button", name="Correct by a credit note").click()
    desk.reads("Draft of a credit note")
    # The travel is taken back, nothing else.
    page.get_by_role("button", name="Remove the line").first.click()
    expect(page.locator("#totals")).to_contain_text("66.3")
    desk.click("Save and issue…", "button")
    page.get_by_role("button", name=re.compile(r"^Issue CN-")).click()
    page.wait_for_url("**/payments/*/")
    desk.reads("Travel")
    desk.click(number)
    desk.reads("Open")


def take_the_bank_file(desk, file, reference):
    page = desk.page
    opened = page.get_by_role("row", name=re.compile(r"^Open\sCHF\s1’459\.35$"))
    expect(opened).to_be_visible()
    received = [Received(Decimal("1459.35"), "Helvetic Data Ltd", reference=reference)]
    file.write_bytes(camt_file(IBAN, Decimal("55113.75"), received, TODAY))
    desk.click("Bank", exact=True)
    page.locator("input[type=file]").set_input_files(file)
    desk.reads("55’113.75", "56’573.10")
    page.get_by_role("button", name=re.compile("^Book the")).click()
    desk.reads("Booked")
