"""The recipient's page: its size in four languages, its time and its queries."""

from __future__ import annotations

import datetime as dt
import statistics
from functools import partial
from gzip import compress
from pathlib import Path

from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from clients.rules.languages import LANGUAGES
from statements.actions.issuing import Asked, keep_statement
from tests import make
from tests.bench.measure import cost, rounds

LOADED = ("css/recipient.css", "js/recipient.js", "img/relance.svg")
SIZES = (5, 46, 1_000)
TIMES = 15


def measure_recipient(_folder: Path) -> None:
    """Statements of 5 to 1,000 open invoices; a hundred stand on one page."""
    from delivery import public

    settings.ALLOWED_HOSTS = ["*"]
    public.TURNS = 10**9
    make.company()
    static = sum(
        (settings.BASE_DIR / "static" / name).stat().st_size for name in LOADED
    )
    print(f"style, script and icon: {static / 1000:.1f} kB, once")
    for count in SIZES:
        path = page_of(count)
        sizes = {code: size(f"{path}?lang={code}") for code in LANGUAGES}
        print(
            f"{count:>6,} open invoices: "
            + ", ".join(
                f"{code} {sent / 1000:.1f}" for code, (sent, _z) in sizes.items()
            )
            + f" kB, {max(packed for _s, packed in sizes.values()) / 1000:.1f} kB packed",
            flush=True,
        )
        pages = {
            "what is due": path,
            "paying all": f"{path}pay/?all=CHF",
            "an answer": f"{path}answer/?kind=paid",
        }
        browser = Browser()
        spent = rounds({n: partial(browser.get, at) for n, at in pages.items()}, TIMES)
        for name, there in pages.items():
            with cost() as once:
                browser.get(there)
            print(
                f"{name:>22}: median {statistics.median(spent[name]) * 1000:5.0f} ms CPU, "
                f"worst {max(spent[name]) * 1000:5.0f}; {once.queries} queries",
                flush=True,
            )


def page_of(count: int) -> str:
    """The page of a statement that names so many open invoices."""
    from clients.models import Client
    from tests.bench.works import overdue_invoices

    [pk] = overdue_invoices(1, count)
    asked = Asked(
        Client.objects.get(pk=pk),
        dt.date(2025, 1, 1),
        dt.date(2026, 12, 31),
        "activity",
        False,
        "fr",
        timezone.localdate(),
        None,
        f"recipient-{count}",
    )
    data = asked.data()
    token = asked.token(data)
    keep_statement(asked, data, make.blank_pdf(), token)
    return f"/r/{token}/"


def size(path: str) -> tuple[int, int]:
    """Bytes of a page, and packed as proxies send it."""
    content = Browser().get(path).content
    return len(content), len(compress(content))
