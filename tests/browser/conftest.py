"""The real Relance, started as people start it, and a real Chromium before it."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.running import Relance

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    """All browser tests share one server: keep them on one worker."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


# Package scope: Playwright's event loop ends with the last browser test. While it
# runs, Django refuses every query of the tests that come after on the same worker.
@pytest.fixture(scope="package")
def relance(tmp_path_factory):
    """`manage.py up` with the demo company, in a folder of its own."""
    running = Relance(tmp_path_factory.mktemp("relance"))
    yield running.wait_until_ready()
    running.stop()


@pytest.fixture(scope="package")
def chromium():
    program = next(
        filter(None, map(shutil.which, ["chromium", "chromium-browser"])), None
    )
    assert program, "the browser tests need Debian's chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


class Desk:
    """A person before a window of some size."""

    def __init__(self, chromium, relance, width=1280, height=800, **options):
        self.relance = relance
        self.complaints = []
        self.context = chromium.new_context(
            viewport={"width": width, "height": height},
            base_url=relance.address,
            locale="en-GB",
            **options,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def note(self, message):
        """What the browser complains about: the CSP, missing files, errors."""
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def log_in(self, name="admin"):
        self.page.goto("/login/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(f"demo-{name}-relance")
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(self.relance.address + "/")
        return self

    def click(self, name, role="link", **options):
        self.page.get_by_role(role, name=name, **options).first.click()

    def create(self, what):
        """From the menu Create of a client."""
        self.page.locator("details.menu summary", has_text="Create").click()
        self.click(what, exact=True)

    def reads(self, *words):
        for text in words:
            expect(self.page.locator("body")).to_contain_text(text, timeout=30_000)

    def fetch(self, address):
        """A file behind a link, with this person's login."""
        answer = self.context.request.get(address)
        assert answer.ok, (answer.status, address)
        return answer


@pytest.fixture
def desk(chromium, relance):
    """The administrator, logged in, at 1280 × 800."""
    desk = Desk(chromium, relance).log_in()
    yield desk
    desk.context.close()
    assert desk.complaints == []


@pytest.fixture
def phone(chromium, relance):
    """The accountant, logged in, at 360 × 640."""
    desk = Desk(chromium, relance, 360, 640, has_touch=True).log_in("accountant")
    yield desk
    desk.context.close()
    assert desk.complaints == []


@pytest.fixture
def no_script(chromium, relance):
    """The administrator with JavaScript switched off."""
    desk = Desk(chromium, relance, java_script_enabled=False).log_in()
    yield desk
    desk.context.close()
