"""The main job, end to end, as an accountant does it.

Log in, import, look at a client, send a statement, run the reminders, see the letters.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
from playwright.sync_api import expect

from tests.running import wait_for

TODAY = datetime.now(ZoneInfo("Europe/Zurich")).date()  # noqa: TID251 - the server's

# Client, its name, e-mail; then invoices: days since the due date, amount, paid?
BOOKS = {
    ("S-1", "Moulin Blanc Sàrl", "moulin@story.example"): [
        (40, "1250.00", False),
        (12, "310.50", False),
        (70, "99.95", True),
    ],
    ("S-2", "Schreinerei Huber", "huber@story.example"): [
        (25, "8400.00", False),
        (-20, "120.00", False),
        (90, "75.00", True),
    ],
    ("S-3", "Atelier Nord", "nord@story.example"): [
        (60, "640.00", True),
        (30, "215.00", True),
        (-5, "330.00", False),
    ],
    ("S-4", "Vignoble du Lac", ""): [
        (33, "45.00", False),
        (15, "1780.20", False),
        (3, "60.00", True),
    ],
}


def receivables():
    """A file as another system exports it."""
    yield "invoice_number;client_number;client_name;client_email;invoice_date;due_date;amount;paid_date"
    number = 9000
    for (client, name, email), invoices in BOOKS.items():
        for late, amount, paid in invoices:
            number += 1
            due = TODAY - timedelta(days=late)
            issued = due - timedelta(days=30)
            settled = f"{due - timedelta(days=2):%d.%m.%Y}" if paid else ""
            yield (
                f"{number};{client};{name};{email};{issued:%d.%m.%Y};{due:%d.%m.%Y};"
                f"{amount};{settled}"
            )


def test_from_a_file_to_the_letters(desk, tmp_path):
    import_the_file(desk, tmp_path / "receivables.csv")
    send_a_statement(desk)
    letters = run_the_reminders(desk)
    look_at_the_outbox(desk, letters)
    look_at_the_work(desk, len(set(letters)))


def import_the_file(desk, file):
    page = desk.page
    file.write_text("\n".join(receivables()) + "\n", encoding="utf-8")
    desk.click("Import", exact=True)
    desk.click("Upload a file")
    page.get_by_label("File").set_input_files(file)
    desk.click("Upload", "button")
    desk.reads("Which column holds what?", "12 rows", "Moulin Blanc Sàrl")
    page.get_by_label("Currency of rows without one").select_option("CHF")
    desk.click("Check the file", "button")
    page.get_by_role("button", name=re.compile("Book 12 invoices")).click()
    page.get_by_text("Invoices booked").wait_for()
    desk.reads("9001", "Schreinerei Huber")


def send_a_statement(desk):
    page = desk.page
    desk.click("Clients", exact=True)
    page.get_by_label("Search").fill("moulin")
    page.keyboard.press("Enter")
    desk.click("Moulin Blanc Sàrl")
    desk.reads("1’560.50")
    desk.create("Statement")
    start = TODAY - timedelta(days=365)
    page.get_by_label("Start").fill(start.isoformat())
    page.get_by_label("End").fill(TODAY.isoformat())
    page.wait_for_load_state("networkidle")
    preview = page.frame_locator("iframe.preview")
    preview.get_by_text("1’560.50").first.wait_for()
    desk.click("Send statement")
    assert page.get_by_label("Recipient").input_value() == "moulin@story.example"
    desk.click("Issue and send", "button")
    page.wait_for_url("**/statements/*/")
    letter = pdf_text(desk, desk.page.get_by_role("link", name="Print (PDF)"))
    assert "Moulin Blanc Sàrl" in letter
    assert "1’560.50" in letter


def run_the_reminders(desk):
    page = desk.page
    desk.click("Dunning runs", exact=True)
    desk.click("New dunning run")
    desk.click("Propose", "button")
    desk.reads("Moulin Blanc Sàrl", "Schreinerei Huber", "Vignoble du Lac")
    assert "Atelier Nord" not in page.inner_text("main")
    page.get_by_label("Remind invoice 9004").uncheck()
    page.locator(".run-steps").get_by_role("button", name=re.compile("Letters")).click()
    page.wait_for_url("**/dunning/runs/*/letters/")
    page.keyboard.press("ArrowRight")
    desk.reads("Letter 2 of")
    desk.click("Check and issue…")
    desk.reads("Not ticked")
    page.get_by_role("button", name=re.compile(r"Issue \d+ letters")).click()
    page.wait_for_url("**/dunning/runs/*/result/")
    desk.reads("Issued", "Moulin Blanc Sàrl")
    assert "Schreinerei Huber" not in page.inner_text("main")

    letters = look_at_the_letters(desk)
    text = pdf_text(desk, page.get_by_role("link", name="Multi PDF"))
    assert all(number in text for number in letters)
    assert "Moulin Blanc Sàrl" in text
    assert "Vignoble du Lac" in text
    page.keyboard.press("Escape")
    return letters


def look_at_the_letters(desk):
    """Each letter has a page of its own, and its PDF."""
    page = desk.page
    letters = page.locator("main a[href^='/dunning/notices/']")
    numbers = re.findall(r"R-\d{4}-\d{4}", " ".join(letters.all_inner_texts()))
    address = letters.first.get_attribute("href")
    assert numbers[0] in text_of(desk.fetch(f"{address}pdf/").body())
    page.locator("details.menu summary", has_text="Actions").click()
    return numbers


def look_at_the_outbox(desk, letters):
    page = desk.page

    def everything_is_sent():
        page.goto("/messages/?q=moulin")
        return page.get_by_role("cell", name="Sent", exact=True).count() == 2

    wait_for(everything_is_sent)
    desk.reads("Statement of account", "moulin@story.example")
    number = next(n for n in letters if n in page.inner_text("main"))
    desk.click(re.compile(number))
    desk.reads("moulin@story.example", "Sent")
    letter = pdf_text(desk, page.locator("dd a[href^='/documents/']").first)
    assert number in letter
    kept = list((desk.relance.folder / "mail").rglob("*.eml"))
    assert any(b"moulin@story.example" in file.read_bytes() for file in kept)


def look_at_the_work(desk, count):
    """What went on in the background stands there with its end.

    Letters that a page showed before their turn came are no work any more.
    """
    desk.click("Background work", exact=True)
    desk.click(re.compile("Letters of the dunning run"))
    whole = re.compile(r"\b(\d+) of \1\b")
    expect(desk.page.locator("main")).to_contain_text(whole, timeout=30_000)
    assert int(whole.search(desk.page.inner_text("main"))[1]) <= count
    desk.reads("Done")
    assert not desk.page.locator("#progress[hx-get]").count(), "it stands still"
    desk.click("Where it came from")
    desk.reads("E-mails:")


def pdf_text(desk, link):
    return text_of(desk.fetch(link.get_attribute("href")).body())


def text_of(content):
    pdf = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)
