"""The pieces of work that are measured."""

from __future__ import annotations

import datetime as dt
import os
import statistics
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from billing.models import Invoice
from clients.bulk import insert_rows
from clients.models import Client, search_key
from delivery import pdf
from delivery.press import drawing
from dunning.actions.letters import render_letters
from dunning.actions.runs import issue_run, propose_run
from dunning.models import Notice, Run
from dunning.paper import letter_sheets
from tests import make
from tests.bench.bank import measure_bank
from tests.bench.delivery import measure_delivery
from tests.bench.dunning import measure_dunning
from tests.bench.issue import measure_issue
from tests.bench.lists import measure_lists
from tests.bench.mail import measure_mail
from tests.bench.measure import cost, memory, rounds, row
from tests.bench.recipient import measure_recipient
from tests.bench.statements import measure_statements
from tests.replay import oracle

DUE = dt.date(2026, 1, 5)
RUN_ON = dt.date(2026, 3, 2)


def measure_import(folder: Path) -> None:
    """A file of 2,466 invoices of 100 clients, and the same file again."""
    make.company(currency="EUR")
    real = settings.BASE_DIR.parent / "shared/data/receivables.csv"
    path = Path(os.environ.get("RELANCE_RECEIVABLES", real))
    if not path.exists():
        path = oracle.invent(folder / "receivables.csv", clients=100, invoices=2466)
    options = [
        "import_receivables",
        str(path),
        "--date-format",
        "%m/%d/%Y",
        "--currency",
        "EUR",
    ]
    for name in ("import of 2,466 invoices", "the same file again"):
        with cost() as spent, Path(os.devnull).open("w") as void:
            call_command(*options, "--json", stdout=void, stderr=void)
        row(name, spent)


def overdue_invoices(clients: int, each: int) -> list[int]:
    """Clients with overdue invoices; gives the ids of the clients."""
    prefix = f"B{Client.objects.count()}"
    insert_rows(
        Client,
        [
            "number",
            "name",
            "kind",
            "street",
            "extra",
            "postcode",
            "city",
            "country",
            "language",
            "currency",
            "email",
            "notes",
            "search",
            "created_at",
        ],
        [
            (
                f"{prefix}-{n:05d}",
                f"Client {n}",
                "company",
                f"Rue {n}",
                "",
                "1200",
                "Genève",
                "CH",
                ("fr", "de", "en")[n % 3],
                "CHF",
                "",
                "",
                search_key(f"Client {n}"),
                timezone.now(),
            )
            for n in range(clients)
        ],
    )
    ids = list(
        Client.objects.filter(number__startswith=prefix)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    insert_rows(
        Invoice,
        [
            "client_id",
            "number",
            "issued_on",
            "due_on",
            "currency",
            "total",
            "open",
            "level",
            "deadline_on",
            "source",
            "created_at",
        ],
        [
            (
                pk,
                f"{prefix}-{pk}-{n}",
                DUE - dt.timedelta(30),
                DUE + dt.timedelta(n),
                "CHF",
                Decimal(100 + n),
                Decimal(100 + n),
                0,
                DUE + dt.timedelta(n),
                "bench",
                timezone.now(),
            )
            for pk in ids
            for n in range(each)
        ],
    )
    return ids


def measure_run(_folder: Path) -> None:
    """Proposal and issue, small and large: queries must not grow."""
    make.company()
    for clients in (100, 1000):
        overdue_invoices(clients, 5)
        count = clients * 5
        with cost() as spent:
            run = propose_run(
                RUN_ON, policy=None, person=None, request_key=f"bench-{clients}"
            )
        row(f"proposal of {count} overdue invoices", spent)
        with cost() as spent:
            result = issue_run(run, None)
        row(f"issue of {result.notices} letters, no PDF", spent)
        assert run.lines.filter(selected=True, reason="").count() == count


def measure_letters(folder: Path) -> None:
    """One letter of five invoices: the naive call against ours; then a thousand."""
    if not Run.objects.filter(state=Run.State.ISSUED).exists():
        make.company()
        overdue_invoices(1_000, 5)
        issue_run(
            propose_run(RUN_ON, policy=None, person=None, request_key="letters"), None
        )
    notice = Notice.objects.order_by("pk").first()
    [sheet] = letter_sheets([notice])
    calls = {
        "warm letter": lambda: drawing.html_to_pdf(sheet.html, sheet.extras),
        **naive_calls(sheet.html, folder),
    }
    spent = rounds(calls, 9)
    ours = spent["warm letter"]
    for name, each in spent.items():
        ratio = statistics.median(
            other / own for other, own in zip(each, ours, strict=True)
        )
        print(
            f"{name:<32} {min(each) * 1000:4.0f} to {max(each) * 1000:4.0f} ms CPU, "
            f"median {statistics.median(each) * 1000:4.0f}; {ratio:.1f} times ours"
        )
    run = Run.objects.filter(state=Run.State.ISSUED).order_by("pk").first()
    count = run.notices.count()
    pdf.render_pdf("<p>The press is warm.</p>")
    with cost() as spent:
        render_letters(run)
    print(f"memory: {memory()}")
    print(
        f"{count} letters rendered and archived: {spent.wall:.1f} s, {count / spent.wall:.1f} letters/s, "
        f"{count / spent.wall / os.cpu_count():.1f} a second and core, {spent.queries / count:.1f} queries a letter"
    )


def naive_calls(html: str, folder: Path) -> dict[str, Callable[[], object]]:
    """The same page as people write it first: style and fonts read at every call."""
    from fontTools.ttLib import TTFont
    from weasyprint import HTML

    static = settings.BASE_DIR / "static"
    css = (static / "css/paper.css").read_text(encoding="utf-8")
    (folder / "fonts").mkdir(exist_ok=True)
    for font in (static / "fonts").glob("*.ttf"):
        web = TTFont(font)
        web.flavor = "woff2"
        web.save(folder / "fonts" / f"{font.stem}.woff2")

    def call(style: str, base: Path) -> Callable[[], object]:
        page = html.replace("</head>", f"<style>{style}</style></head>")
        return lambda: HTML(string=page, base_url=f"{base}/css/").write_pdf()

    return {
        "naive call, the same fonts": call(css, static),
        "naive call, web fonts (WOFF2)": call(css.replace(".ttf", ".woff2"), folder),
    }


WORKS = {
    "lists": measure_lists,
    "import": measure_import,
    "run": measure_run,
    "dunning": measure_dunning,
    "letters": measure_letters,
    "statements": measure_statements,
    "recipient": measure_recipient,
    "bank": measure_bank,
    "issue": measure_issue,
    "mail": measure_mail,
    "delivery": measure_delivery,
}
